"""A translator for tests of the ledger alone: each batch is one event, its body the event's number."""

import hashlib
from collections.abc import Sequence

import pyarrow as pa

from isthmus.core.clock import now, to_us
from isthmus.ledger.collected import Translated
from isthmus.ledger.reading import snapshot
from isthmus.ledger.schema import CURRENT, arrow_schema
from isthmus.ledger.segments.frames import Batch


def batch(number: int, *, at_us: int | None = None) -> Batch:
    """An event with this number."""
    received_us = to_us(now()) if at_us is None else at_us
    return Batch(1, received_us, "track", "", "", "", str(number).encode(), 1)


def translate(batches: Sequence[Batch], *, unit: int) -> Translated:
    """Each batch as a fact whose quantity is its number."""
    rows = [
        {
            "id": hashlib.blake2b(batch.body, digest_size=16).digest(),
            "kind": "event.tracked",
            "occurred_us": batch.received_us,
            "received_us": batch.received_us,
            "unit": unit,
            "quantity": int(batch.body),
            "revision": 0,
            "schema_version": CURRENT,
            "source_id": batch.source,
        }
        for batch in batches
    ]
    table = pa.Table.from_pylist(rows, arrow_schema())
    return Translated(table, lambda places: None)


def numbers() -> list[int]:
    """The numbers of all events that are sealed, rising."""
    with snapshot() as facts:
        rows = facts.execute("SELECT quantity FROM facts WHERE kind = 'event.tracked' ORDER BY 1").fetchall()
    return [number for (number,) in rows]
