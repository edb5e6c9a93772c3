"""Each test process gets a data folder of its own, before any settings are read (see `addopts`)."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_home = tempfile.mkdtemp(prefix="isthmus-test-")
atexit.register(shutil.rmtree, _home, ignore_errors=True)

(Path(_home) / "static").mkdir()  # as a served installation has it

os.environ["ISTHMUS_HOME"] = _home
os.environ["ISTHMUS_FILE_RESERVE_MB"] = "0"  # However full the disk is on which tests run.
os.environ.pop("ISTHMUS_CRASH_AT", None)
# Playwright's synchronous interface runs an event loop in the thread of the test.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
