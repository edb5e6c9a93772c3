"""Rows as a Parquet file, written while it is sent."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from isthmus.web.lists.columns import Column
from isthmus.web.lists.workbook import Sent

if TYPE_CHECKING:
    import pyarrow as pa

_GROUP = 20_000  # rows in one group: as many as are in memory at a time


def parquet(columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[bytes]:
    """The file piece by piece. A row is its id and a value of the column's kind for each column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema, sent = _schema(columns), Sent()
    with pq.ParquetWriter(pa.PythonFile(sent, mode="w"), schema, compression="zstd") as writer:
        group: list[Sequence[Any]] = []
        for row in rows:
            group.append(row)
            if len(group) == _GROUP:
                writer.write_batch(_batch(group, schema))
                group = []
                yield sent.taken()
        if group:
            writer.write_batch(_batch(group, schema))
    yield sent.taken()


def _schema(columns: Sequence[Column]) -> "pa.Schema":
    import pyarrow as pa

    kinds = {
        "number": pa.float64(),
        "money": pa.decimal128(19, 6),
        "moment": pa.timestamp("us", tz="UTC"),
        "day": pa.date32(),
        "flag": pa.bool_(),
    }
    named = [pa.field(column.key, kinds.get(column.kind, pa.string())) for column in columns]
    return pa.schema([pa.field("id", pa.int64()), *named])


def _batch(rows: Sequence[Sequence[Any]], schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa

    values = zip(*rows, strict=True)
    arrays = [
        pa.array([None if value == "" else value for value in column], type=field.type)
        for column, field in zip(values, schema, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
