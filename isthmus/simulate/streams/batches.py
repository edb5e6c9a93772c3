"""Columns of numbers as batches of facts: late, doubled and out of order, as they come in real life."""

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from isthmus.ledger.streaming import as_facts

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = npt.NDArray[Any]
DAY_US = 86_400_000_000
LATE, DOUBLED = 0.01, 0.004  # shares of collected facts
_LATEST = 2 * DAY_US


def texts(places: Array, words: "Sequence[str | None]") -> pa.Array:
    """The word at each place; nothing where a place is negative."""
    index = pa.array(places, pa.int32(), mask=places < 0)
    return pa.DictionaryArray.from_arrays(index, pa.array(words, pa.string())).cast(pa.string())


def numbers(values: Array, known: Array | None = None) -> pa.Array:
    """Whole numbers; nothing where they are not known."""
    return pa.array(values.astype(np.int64), pa.int64(), mask=None if known is None else ~known)


def new_ids(rng: np.random.Generator, rows: int) -> pa.Array:
    """Ids that are nobody else's."""
    return pa.Array.from_buffers(pa.binary(16), rows, [None, pa.py_buffer(rng.bytes(16 * rows))])


def collected(rng: np.random.Generator, columns: dict[str, Any], *, until_us: int) -> pa.RecordBatch:
    """Facts as the collector would have taken them until now, from columns that tell when they occurred."""
    occurred: Array = columns["occurred_us"]
    rows = len(occurred)
    delay = (rng.lognormal(-1.2, 0.7, rows) * 1e6).astype(np.int64)
    delay += (rng.random(rows) < LATE) * (rng.random(rows) * _LATEST).astype(np.int64)
    received = np.minimum(occurred + delay, until_us)
    told = {"id": new_ids(rng, rows), "received_us": received, "revision": np.zeros(rows, np.int32)}
    batch = as_facts({**columns, **told}, rows)
    twice = np.flatnonzero(rng.random(rows) < DOUBLED)
    order = np.concatenate([np.arange(rows), twice])
    rng.shuffle(order)
    happened = pa.array(order[occurred[order] < until_us])
    return batch.take(happened)
