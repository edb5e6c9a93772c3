"""The months of facts (UTC): sealed files are files of a month."""

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

    Rows = TypeVar("Rows", pa.Table, pa.RecordBatch)


def by_month(facts: "Rows") -> list[tuple[str, "Rows"]]:
    """The facts of each month that occurs, by its name ("2026-03"), the earliest first."""
    import pyarrow as pa
    import pyarrow.compute as pc

    at = facts["occurred_us"].cast(pa.timestamp("us"))
    months = pc.add(pc.multiply(pc.year(at), 12), pc.subtract(pc.month(at), 1))
    return [
        (f"{number // 12:04d}-{number % 12 + 1:02d}", facts.filter(pc.equal(months, number)))
        for number in sorted(pc.unique(months).to_pylist())
    ]
