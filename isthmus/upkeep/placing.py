"""What was restored takes the place of what a data folder holds, whose own name may be a mount point."""

import errno
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from isthmus.upkeep.archive import sync_folder
from isthmus.upkeep.copying import SQLITE

DRAFT, BEFORE = ".restoring", ".before-restore"
# What a start of the program leaves in a folder that holds no company yet, and what a disk's own folder has.
_NOTHING = {"secrets.toml", "static", "cache", "lost+found", "ledger", SQLITE}
_STAYS = {DRAFT, BEFORE, "lost+found"}
# A mount point within the folder cannot be renamed, and a disk does not reach into another.
_ELSEWHERE = (errno.EBUSY, errno.EXDEV, errno.ENOTEMPTY, errno.EEXIST, errno.EISDIR)


def is_taken(home: Path) -> bool:
    """Whether a data folder holds a company, or anything that nobody should lose."""
    if not home.exists():
        return False
    database = home / SQLITE
    if database.exists() and database.stat().st_size:
        return True
    ledger = home / "ledger"
    if any(ledger.glob("facts/*/*")) or any(ledger.glob("segments/*")):
        return True
    names = (path.name for path in home.iterdir() if not path.name.startswith("."))
    return any(name.removesuffix("-wal").removesuffix("-shm") not in _NOTHING for name in names)


def is_at_work(home: Path) -> bool:
    """Whether another process has the folder's SQLite open: only alone may one change how it writes."""
    database = home / SQLITE
    if not database.exists() or not database.stat().st_size:
        return False
    try:
        with closing(sqlite3.connect(database, timeout=0.5, isolation_level=None)) as opened:
            return bool(opened.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != "delete")
    except sqlite3.OperationalError:
        return True
    except sqlite3.DatabaseError:  # Not a database any more: a reason to restore.
        return False


def put_in_place(draft: Path, home: Path) -> None:
    """Swap the folder's contents for the draft's. Raises OSError with everything back as it was.

    The database goes first and comes last, so that a folder that a killed run left half holds no company.
    """
    before = home / BEFORE
    shutil.rmtree(before, ignore_errors=True)
    before.mkdir(mode=0o700)
    moved: list[tuple[Path, Path]] = []
    try:
        for path in sorted(home.iterdir(), key=_database_first):
            if path.name not in _STAYS:
                _move(path, before / path.name, moved)
        for path in sorted(draft.glob("[!.]*"), key=_database_first, reverse=True):
            _move(path, home / path.name, moved)
    except BaseException:
        for source, target in reversed(moved):
            source.parent.mkdir(parents=True, exist_ok=True)
            _rename(target, source)
        raise
    sync_folder(home)
    shutil.rmtree(before, ignore_errors=True)


def _database_first(path: Path) -> tuple[bool, str]:
    return not path.name.startswith(SQLITE), path.name


def _move(source: Path, target: Path, moved: list[tuple[Path, Path]]) -> None:
    """Move a file or a folder; of a folder that cannot be renamed, what is in it."""
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno not in _ELSEWHERE or not source.is_dir():
            _rename(source, target)
            moved.append((source, target))
            return
        target.mkdir(mode=0o700, exist_ok=True)
        for path in sorted(source.iterdir()):
            _move(path, target / path.name, moved)
        return
    moved.append((source, target))


def _rename(source: Path, target: Path) -> None:
    try:
        os.rename(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        shutil.move(source, target)
