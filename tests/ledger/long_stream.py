"""A process that seals a stream of so many facts and says how many it sealed and its peak of memory in MB."""

import resource
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import django

if TYPE_CHECKING:
    import pyarrow as pa

_BATCH = 100_000
_TWO_YEARS_US = 730 * 24 * 3600 * 1_000_000


def facts(count: int) -> "Iterator[pa.RecordBatch]":
    """Facts scattered over two years and a million subjects."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from isthmus.ledger.streaming import as_facts

    for start in range(0, count, _BATCH):
        number = pa.array(range(start, start + _BATCH), pa.int64())
        scattered = pc.bit_wise_and(pc.multiply(number, 0x9E3779B97F4A7C15 - (1 << 64)), (1 << 62) - 1)
        occurred = pc.add(pc.divide(scattered, (1 << 62) // _TWO_YEARS_US), 1_700_000_000_000_000)
        ids = [one.to_bytes(16, "big") for one in range(start, start + _BATCH)]
        yield as_facts(
            {
                "id": pa.array(ids, pa.binary(16)),
                "kind": ["page.viewed"] * _BATCH,
                "occurred_us": occurred,
                "received_us": occurred,
                "subject": pc.bit_wise_and(scattered, (1 << 20) - 1),
                "actor_kind": ["person"] * _BATCH,
                "path": [f"/{one & 63}" for one in range(_BATCH)],
                "revision": pa.repeat(0, _BATCH),
            },
            _BATCH,
        )


def main() -> None:
    django.setup()
    from isthmus.ledger.streaming import seal_stream

    sealed = seal_stream(facts(int(sys.argv[1])))
    assert sealed is not None
    print(sealed.rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


if __name__ == "__main__":
    main()
