"""Facts that come as a stream."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from isthmus.core.clock import to_us
from isthmus.ledger.streaming import as_facts
from tests.ledger.writing import day

if TYPE_CHECKING:
    import pyarrow as pa


def payments(
    amounts: Iterable[int], *, days_apart: float = 10, batch: int = 5, **columns: Sequence[Any]
) -> "Iterator[pa.RecordBatch]":
    """Payments of these amounts, in batches; the amount is also the id, and where in time the fact lies."""
    everything = list(amounts)
    for start in range(0, len(everything), batch):
        some = everything[start : start + batch]
        occurred = [to_us(day(amount * days_apart)) for amount in some]
        yield as_facts(
            {
                "id": [amount.to_bytes(16, "big") for amount in some],
                "kind": ["order.paid"] * len(some),
                "occurred_us": occurred,
                "received_us": occurred,
                "subject": [amount % 3 + 1 for amount in some],
                "actor_kind": ["system"] * len(some),
                "amount": some,
                "revision": [0] * len(some),
                **{name: values[start : start + batch] for name, values in columns.items()},
            },
            len(some),
        )
