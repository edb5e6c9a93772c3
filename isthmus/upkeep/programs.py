"""PostgreSQL's own programs, by which its databases are copied. No password stands on their command line."""

import os
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile

from django.db import connection
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.upkeep.watching import Watcher

_PAUSE = 0.1
_TOLD = 500  # of a program's last words


class ProgramMissing(Refusal):
    """A program of PostgreSQL is not installed here."""


class ProgramFailed(Refusal):
    """A program of PostgreSQL gave up."""


def run_postgres(name: str, arguments: Sequence[str], *, watcher: Watcher, grows: Path | None = None) -> None:
    """Run pg_dump or pg_restore on the database; `grows` is what it writes, for telling how far it is.

    The database, its user and the password go in by the environment: a command line is read by everybody on
    the machine. An interruption ends the program first.
    """
    with TemporaryFile() as words:
        process = subprocess.Popen(  # noqa: S603 (our own words)
            [_program(name), *arguments],
            env={**os.environ, **_database()},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=words,
        )
        try:
            while process.poll() is None:
                if grows is not None and grows.exists():
                    watcher.reached(grows.stat().st_size)
                time.sleep(_PAUSE)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        words.seek(0)
        said = words.read().decode(errors="replace").strip()
    if process.returncode:
        raise ProgramFailed(
            _("%(program)s gave up: %(said)s")
            % {"program": name, "said": said[-_TOLD:] or process.returncode}
        )


def database_name() -> str:
    """The database that settings name."""
    return str(connection.settings_dict["NAME"])


def _program(name: str) -> str:
    """Where a program is: where Debian keeps it, the newest first, or on the path."""
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    found = str(kept[-1]) if kept else shutil.which(name)
    if found is None:
        raise ProgramMissing(_("%s is not installed here. Install PostgreSQL's client programs.") % name)
    return found


def _database() -> dict[str, str]:
    given = connection.settings_dict
    named = {
        "PGHOST": given["HOST"],
        "PGPORT": given["PORT"],
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGDATABASE": given["NAME"],
    }
    return {name: str(value) for name, value in named.items() if value}
