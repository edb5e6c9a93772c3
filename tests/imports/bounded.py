"""Reading a file in a process of its own with little memory: what it says, and how much it took."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.imports.homes import surroundings

SPARE = 256 << 20  # bytes that reading may add to what the imported modules take
_READ = """
import json, os, resource, sys
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "isthmus.settings"
import django
django.setup()
import pyarrow.parquet
from isthmus.core.refusals import Refusal
from isthmus.imports.looking import look
from isthmus.imports.recipe.model import Format, Input
from isthmus.imports.source.staging import open_source, stage, staged_path, unread_path

path, folder, spare = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
size = int(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmSize"))) << 10
resource.setrlimit(resource.RLIMIT_AS, (size + spare, resource.RLIM_INFINITY))

def read():
    source = open_source(Input("rows", (), Format()), path)
    stage(source, folder, lambda count: None)
    unread = unread_path(folder, "rows")
    return {
        "columns": list(source.columns)[:20],
        "rows": pyarrow.parquet.read_table(staged_path(folder, "rows")).to_pylist()[:100],
        "unread": unread.read_text()[:100_000] if unread.exists() else "",
        "notice": source.notice,
    }

def seen():
    found = look(path, path.name)
    return {"looked": [found.format, found.encoding, [column.name for column in found.columns][:20]]}

answer = {}
for act in (read, seen):
    try:
        answer |= act()
    except Refusal as refusal:
        answer["refused" if act is read else "looked"] = str(refusal)
answer["staged"] = sorted(one.name for one in folder.iterdir() if one.suffix == ".parquet")
answer["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
print(json.dumps(answer, default=str))
"""


def read_bounded(path: Path, folder: Path, spare: int = SPARE) -> dict[str, Any]:
    """What opening, staging and looking at a file say, when memory is short."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", _READ, str(path), str(folder), str(spare)],
        env=surroundings(folder),
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
