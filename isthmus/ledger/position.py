"""Where the ledger stands: what a reader compares to know that nothing has changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import connection, transaction


@dataclass(frozen=True)
class Position:
    """One state of the ledger. Equal positions of one database mean equal facts; part of cache keys."""

    unit: int
    sealed_at: str
    inbox: "Extent"
    revisions: "Extent"
    retractions: "Extent"
    merges: tuple[int, int, int]
    mirror: int
    verdicts: int = 0


class Extent(NamedTuple):
    """How far a table reaches that only grows (the inbox: between two units).

    The greatest number alone says nothing on PostgreSQL, where lower ones may be committed later; with the
    count it does. Elsewhere the count is not taken. The least number shows that a database was put back.
    """

    least: int
    greatest: int
    rows: int | None


_GROWING = (("ledger_inbox", "seq"), ("ledger_revision", "id"), ("ledger_retraction", "id"))


def read_position() -> Position:
    """The present position, read in one statement."""
    counted = connection.vendor == "postgresql"
    parts = [
        "(SELECT coalesce(max(number), 0) FROM ledger_unit)",
        "(SELECT sealed_at FROM ledger_unit ORDER BY number DESC LIMIT 1)",
        "(SELECT coalesce(max(id), 0) FROM ledger_subjectmerge)",
        "(SELECT count(*) FROM ledger_subjectmerge)",
        "(SELECT count(undone_us) FROM ledger_subjectmerge)",
        "(SELECT coalesce(sum(version), 0) FROM ledger_mirrorstate)",
        "(SELECT coalesce(max(id), 0) FROM ledger_machineverdict)",
    ]
    for table, key in _GROWING:
        parts.append(f"(SELECT coalesce(min({key}), 0) FROM {table})")  # noqa: S608 (our own tables)
        parts.append(f"(SELECT coalesce(max({key}), 0) FROM {table})")  # noqa: S608
        parts.append(f"(SELECT count(*) FROM {table})" if counted else "NULL")  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}")
        unit, sealed_at, merge, merges, undone, mirror, verdicts, *extents = cursor.fetchone()
    if isinstance(sealed_at, datetime):
        sealed_at = sealed_at.isoformat()
    inbox, revisions, retractions = (Extent(*extents[at : at + 3]) for at in (0, 3, 6))
    return Position(
        unit, sealed_at or "", inbox, revisions, retractions, (merge, merges, undone), int(mirror), verdicts
    )


@contextmanager
def one_database_snapshot() -> Iterator[None]:
    """Let all reads inside see one state of the database, without taking a lock that writers need.

    Inside a transaction this changes nothing; there PostgreSQL may show a newer state from read to read.
    """
    if connection.in_atomic_block or _in_snapshot():
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


def _in_snapshot() -> bool:
    """Whether an outer use holds its deferred transaction, of which Django does not know."""
    opened = connection.connection
    return connection.vendor == "sqlite" and opened is not None and bool(opened.in_transaction)
