"""The collected facts that were sealed last: for pages that show what comes as it comes."""

from typing import Any

from django.db.models import Max

from isthmus.ledger.manifest import CurrentFile, current_files, refuse_damaged
from isthmus.ledger.models import Unit

FILES = 8  # newest files that are looked into
LARGEST = 500_000  # rows of a file that is still looked into: large ones are merged, and old
_COLUMNS = ("id", "source_id", "unit", "received_us", "kind", "event", "host", "path", "amount", "currency")


def newest_unit() -> int:
    """The number of the last unit that brought facts; 0 before the first."""
    return Unit.objects.filter(kind__in=Unit.NEW_FACTS).aggregate(last=Max("number"))["last"] or 0


def latest_collected(source: int, size: int) -> list[dict[str, Any]]:
    """The facts of a source that were received last, the latest first, from the newest files alone."""
    newest = sorted(current_files(rows__lte=LARGEST), key=lambda file: -file.max_received_us)[:FILES]
    found: list[dict[str, Any]] = []
    for file in newest:
        if len(found) >= size and found[size - 1]["received_us"] >= file.max_received_us:
            break  # Nothing in this file or in those after it is later.
        found += _rows(file, source, size)
        found.sort(key=lambda row: (-row["received_us"], row["id"]))
        del found[size:]
    return found


def _rows(file: CurrentFile, source: int, size: int) -> list[dict[str, Any]]:
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    refuse_damaged([file])
    present = set(pq.read_schema(file.place).names)
    if "source_id" not in present:
        return []  # Written before anything was collected.
    columns = [name for name in _COLUMNS if name in present]
    table = pq.read_table(file.place, columns=columns, filters=pc.field("source_id") == source)
    order = pc.select_k_unstable(table, min(size, table.num_rows), [("received_us", "descending")])
    rows: list[dict[str, Any]] = table.take(order).to_pylist()
    return rows
