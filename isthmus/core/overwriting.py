"""Overwriting freed bytes: what was deleted or changed must not stay readable in the database's files.

SQLite zeroes what it frees (`secure_delete`), but a row that moved between pages leaves a copy in a gap, and
the write-ahead log holds pages as they were. PostgreSQL only marks old rows as free.
"""

from collections.abc import Iterable
from time import monotonic, sleep

from django.apps import apps
from django.db import connection

_PATIENCE = 60.0


class StillRead(RuntimeError):  # noqa: N818 (a job's failure, which the queue repeats)
    """A reader held the write-ahead log open for too long."""


def overwrite_freed(models: Iterable[str]) -> None:
    """Write the database anew without gaps (on PostgreSQL: the tables of these models), and empty the log.

    Must run outside a transaction. Writers wait meanwhile.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA temp_store=FILE")  # A copy of the whole database would fill the memory.
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA temp_store=MEMORY")
        empty_write_ahead_log()
        return
    tables = sorted({apps.get_model(model)._meta.db_table for model in models})
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(table)}")


def empty_write_ahead_log() -> None:
    """Bring SQLite's write-ahead log into the database and cut it to nothing, once no reader holds it."""
    if connection.vendor != "sqlite":
        return
    end = monotonic() + _PATIENCE
    while True:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()[0]
        if not busy:
            return
        if monotonic() >= end:
            raise StillRead("The write-ahead log could not be emptied: somebody reads from it without end.")
        sleep(0.05)
