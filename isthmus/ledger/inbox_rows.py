"""Inbox rows as an Arrow table."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import connection

from isthmus.ledger.schema import COLUMNS, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

_SELECTED = ", ".join(column.name for column in COLUMNS if column.name != "unit")
_FETCH = 20_000


def read_inbox(
    condition: str = "", params: Sequence[Any] = (), *, unit: int = 0
) -> tuple[list[int], "pa.Table"]:
    """The inbox's sequence numbers and its rows as facts of a unit, rising; `condition` is SQL after FROM."""
    import pyarrow as pa

    seqs: list[int] = []
    batches: list[pa.RecordBatch] = []
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT seq, {_SELECTED} FROM ledger_inbox {condition or 'ORDER BY seq'}",  # noqa: S608
            list(params),
        )
        while rows := cursor.fetchmany(_FETCH):
            numbers, *values = zip(*rows, strict=True)
            seqs += numbers
            batches.append(_batch(values, unit, len(numbers)))
    return seqs, pa.Table.from_batches(batches, arrow_schema())


def live_seqs() -> list[int]:
    """The sequence numbers of all inbox rows, rising."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM ledger_inbox ORDER BY seq")
        return [seq for (seq,) in cursor.fetchall()]


def _batch(values: Iterable[Sequence[Any]], unit: int, rows: int) -> "pa.RecordBatch":
    import pyarrow as pa

    columns = iter(values)
    schema = arrow_schema()
    arrays = [
        pa.array([unit] * rows if field.name == "unit" else next(columns), field.type) for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
