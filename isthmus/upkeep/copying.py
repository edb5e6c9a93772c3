"""The database as one file, of one instant, and what it names: the same on both databases."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from isthmus.ledger.sealer_lock import sealer_lock
from isthmus.upkeep.programs import run_postgres
from isthmus.upkeep.watching import Watcher

SQLITE, DUMP = "isthmus.sqlite3", "database.dump"
_PATIENCE = 300.0
_LOOK_EVERY = 100_000  # steps of SQLite's machine: some hundredths of a second
_TELL_EVERY = 0.1


@dataclass(frozen=True)
class Named:
    """A sealed file that the copied database names."""

    path: str
    sha256: str

    @property
    def place(self) -> Path:
        """Where it lies."""
        return Path(settings.LEDGER_DIR) / self.path


@dataclass(frozen=True)
class Copied:
    """A copy of the database, and what stands in it: never what came in since."""

    path: Path
    files: list[Named]
    unit: int
    facts: int
    migrations: list[list[str]]


@contextmanager
def database_copy(folder: Path, watcher: Watcher) -> Iterator[Copied]:
    """The database of one instant. While this lasts nothing is sealed or swept: the files it names are there.

    Everybody else goes on writing: facts wait in the inbox, and a page waits for nothing.
    """
    with sealer_lock(wait=_PATIENCE):
        if connection.vendor == "sqlite":
            yield _of_sqlite(folder / SQLITE, watcher)
            return
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot(), pg_database_size(current_database())")
            snapshot, size = cursor.fetchone()
            watcher.step(_words(), size)
            path = folder / DUMP
            run_postgres(
                "pg_dump",
                [
                    "--format=custom",
                    "--no-owner",
                    "--no-privileges",
                    f"--snapshot={snapshot}",
                    f"--file={path}",
                ],
                watcher=watcher,
                grows=path,
            )
            yield _copied(path, lambda sql: _rows(cursor, sql))


def _of_sqlite(path: Path, watcher: Watcher) -> Copied:
    """One read transaction makes the copy, without what was freed: bytes of somebody erased stay behind."""
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as source:
        pages, page = (source.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size"))
        watcher.step(_words(), pages * page)
        source.set_progress_handler(_Look(path, watcher), _LOOK_EVERY)
        try:
            source.execute("VACUUM INTO ?", [str(path)])
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:  # Only Ctrl-C does that.
                raise KeyboardInterrupt from None
            raise
    path.chmod(0o600)
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as copy:
        return _copied(path, lambda sql: copy.execute(sql).fetchall())


class _Look:
    """Tells how far SQLite is, and stops it at Ctrl-C: an exception from here would only be swallowed."""

    def __init__(self, path: Path, watcher: Watcher) -> None:
        self._path, self._watcher, self._told = path, watcher, 0.0

    def __call__(self) -> int:
        try:
            if monotonic() - self._told > _TELL_EVERY and self._path.exists():
                self._told = monotonic()
                self._watcher.reached(self._path.stat().st_size)
        except KeyboardInterrupt:
            return 1
        return 0


def _copied(path: Path, rows: Callable[[str], list[Any]]) -> Copied:
    files = rows("SELECT path, sha256 FROM ledger_sealedfile WHERE superseded_by_id IS NULL ORDER BY id")
    ((unit, sealed),) = rows(
        "SELECT coalesce(max(number), 0), coalesce(sum(CASE WHEN kind = 'seal' THEN rows ELSE 0 END), 0) "
        "FROM ledger_unit"
    )
    ((waiting,),) = rows("SELECT count(*) FROM ledger_inbox")
    applied = rows("SELECT app, name FROM django_migrations ORDER BY id")
    return Copied(
        path=path,
        files=[Named(*row) for row in files],
        unit=unit,
        facts=int(sealed) + waiting,
        migrations=[list(row) for row in applied],
    )


def _rows(cursor: Any, sql: str) -> list[Any]:
    cursor.execute(sql)
    found: list[Any] = cursor.fetchall()
    return found


def _words() -> str:
    from django.utils.translation import gettext as _

    return _("Copying the database")
