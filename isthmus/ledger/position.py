"""Where the ledger stands: what a reader compares to know that nothing has changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction


@dataclass(frozen=True)
class Position:
    """One state of the ledger. Two equal positions of one database mean the same facts; part of cache keys."""

    unit: int
    sealed_at: str
    inbox: tuple[int, int]
    revisions: tuple[int, int]
    retractions: tuple[int, int]
    merges: tuple[int, int]
    mirror: int


# A greatest number alone says nothing on PostgreSQL, where lower numbers may be committed later; between two
# units rows are only added, so the greatest number and the count together do.
_GROWING = ("ledger_inbox", "ledger_revision", "ledger_retraction")


def read_position() -> Position:
    """The present position, read in one statement."""
    counted = connection.vendor == "postgresql"
    parts = [
        "(SELECT coalesce(max(number), 0) FROM ledger_unit)",
        "(SELECT sealed_at FROM ledger_unit ORDER BY number DESC LIMIT 1)",
    ]
    for table in _GROWING:
        key = "seq" if table == "ledger_inbox" else "id"
        parts.append(f"(SELECT coalesce(max({key}), 0) FROM {table})")  # noqa: S608 (our own tables)
        parts.append(f"(SELECT count(*) FROM {table})" if counted else "0")  # noqa: S608
    parts += [
        "(SELECT count(*) FROM ledger_subjectmerge)",
        "(SELECT count(undone_us) FROM ledger_subjectmerge)",
        "(SELECT coalesce(sum(version), 0) FROM ledger_mirrorstate)",
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}")
        unit, sealed_at, seq, rows, rev, revs, ret, rets, merges, undone, mirror = cursor.fetchone()
    if isinstance(sealed_at, datetime):
        sealed_at = sealed_at.isoformat()
    return Position(
        unit, sealed_at or "", (seq, rows), (rev, revs), (ret, rets), (merges, undone), int(mirror)
    )


@contextmanager
def one_database_snapshot() -> Iterator[None]:
    """Let all reads inside see one state of the database, without taking a lock that writers need.

    Inside a transaction this changes nothing; there PostgreSQL may show a newer state from read to read.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    else:
        with connection.cursor() as cursor:
            # Not `atomic()`: its BEGIN IMMEDIATE would make readers wait for the one writer.
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
