"""The rows that say which facts no longer count: retractions, and the facts of restated natural keys."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db import connection

from isthmus.ledger.position import Extent, Position

if TYPE_CHECKING:
    import pyarrow as pa

_FETCH = 20_000


@dataclass(frozen=True)
class Corrections:
    """Both kinds as Arrow tables that only grow; `generation` changes when they had to be read anew."""

    revisions: "pa.Table"  # seq, id, natural_key, revision, occurred_us, received_us
    retractions: "pa.Table"  # seq, id and perhaps occurred_us or batch, received_us
    generation: int = 0

    def __bool__(self) -> bool:
        return bool(self.revisions.num_rows or self.retractions.num_rows)

    @cached_property
    def ids(self) -> "pa.Array":
        """The ids of facts that may not count."""
        return self.facts_since(0, 0)["id"].unique()

    @cached_property
    def batches(self) -> "pa.Array":
        """The batches that were retracted."""
        return self.batches_since(0)

    def facts_since(self, revisions: int, retractions: int) -> "pa.Table":
        """The facts in rows beyond these counts: id, and occurred_us where it is known."""
        import pyarrow as pa
        import pyarrow.compute as pc

        columns = ["id", "occurred_us"]
        retracted = self.retractions.select(columns)[retractions:]
        named = retracted.filter(pc.is_valid(retracted["id"]))
        return pa.concat_tables([self.revisions.select(columns)[revisions:], named])

    def batches_since(self, retractions: int) -> "pa.Array":
        """The batches in rows beyond this count."""
        return self.retractions["batch"][retractions:].drop_null().unique()


def refresh_corrections(known: Corrections | None, position: Position) -> Corrections:
    """The corrections at a position: what is known already, and the rows that came since."""
    import pyarrow as pa

    revision_schema = pa.schema(
        [
            ("seq", pa.int64()),
            ("id", pa.binary(16)),
            ("natural_key", pa.string()),
            ("revision", pa.int32()),
            ("occurred_us", pa.int64()),
            ("received_us", pa.int64()),
        ]
    )
    retraction_schema = pa.schema(
        [
            ("seq", pa.int64()),
            ("id", pa.binary(16)),
            ("occurred_us", pa.int64()),
            ("batch", pa.string()),
            ("received_us", pa.int64()),
        ]
    )
    if known is not None:
        revisions = _grown("ledger_revision", known.revisions, position.revisions)
        retractions = _grown("ledger_retraction", known.retractions, position.retractions)
        if revisions is not None and retractions is not None:
            if revisions is known.revisions and retractions is known.retractions:
                return known
            return Corrections(revisions, retractions, known.generation)
    return Corrections(
        _read("ledger_revision", revision_schema, 0),
        _read("ledger_retraction", retraction_schema, 0),
        known.generation + 1 if known else 0,
    )


def _grown(table: str, known: "pa.Table", wanted: Extent) -> "pa.Table | None":
    """The known rows and those after them; None when rows came in between (or went), so all must be read."""
    import pyarrow as pa

    least, reached = (known["seq"][0].as_py(), known["seq"][-1].as_py()) if known.num_rows else (0, 0)
    if known.num_rows and (least != wanted.least or reached > wanted.greatest):
        return None
    if reached == wanted.greatest and wanted.rows in (None, known.num_rows):
        return known
    grown = pa.concat_tables([known, _read(table, known.schema, reached)])
    return grown if wanted.rows in (None, grown.num_rows) else None


def _read(table: str, schema: "pa.Schema", after: int) -> "pa.Table":
    import pyarrow as pa

    columns = ", ".join(["id", "fact_id", *schema.names[2:]])
    batches = []
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} WHERE id > %s ORDER BY id", [after])  # noqa: S608
        while rows := cursor.fetchmany(_FETCH):
            batches.append(_batch(rows, schema))
    return pa.Table.from_batches(batches, schema)


def _batch(rows: list[tuple[Any, ...]], schema: "pa.Schema") -> "pa.RecordBatch":
    import pyarrow as pa

    columns = zip(zip(*rows, strict=True), schema, strict=True)
    arrays = [pa.array(values, field.type) for values, field in columns]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)
