"""The shape of a query: everything that decides its text. Bounds and values are parameters, not shape."""

from dataclasses import dataclass
from typing import Literal

from isthmus.metrics.dimensions import Dimension
from isthmus.metrics.localtime import Offsets
from isthmus.metrics.question import Anchor, Op

# figures: one row per group; rows: the rows behind; payers: who makes the sum; parties: whose figure lies
# within bounds; ages: lead cohorts by week against the week of their outcome.
Purpose = Literal["figures", "rows", "payers", "parties", "ages"]


@dataclass(frozen=True)
class Filter:
    """A condition without its values: only how many there are."""

    dimension: Dimension
    op: Op
    count: int


@dataclass(frozen=True, kw_only=True)
class Shape:
    """What is compiled once. `scoped` pairs each family seen in part with its bounding column."""

    metric: str
    purpose: Purpose
    anchor: Anchor
    offsets: Offsets
    zone: str
    by: tuple[Dimension, ...] = ()
    filters: tuple[Filter, ...] = ()
    scoped: tuple[tuple[str, str], ...] = ()
    first_page: bool = True
    by_subject: bool = False

    @property
    def key(self) -> str:
        """The shape as text, the same in every process; the shifts of its window do not change its text."""
        return repr(
            (
                self.metric,
                self.purpose,
                self.anchor,
                self.zone,
                [_dimension(dimension) for dimension in self.by],
                [(_dimension(f.dimension), f.op, f.count) for f in self.filters],
                self.scoped,
                self.first_page,
            )
        )

    @property
    def reads_subjects(self) -> bool:
        """Whether it matters who a fact is about: then merged people must be read as one."""
        used = [*self.by, *(f.dimension for f in self.filters)]
        return (
            self.by_subject
            or self.purpose in ("rows", "payers", "parties")
            or any(d.link in ("subject", "account_id") for d in used)
        )


def _dimension(d: Dimension) -> tuple[str, ...]:
    return (d.name, d.kind, d.column, d.key_type, d.table, d.link, d.via)


def parameter(filter_at: int, value_at: int) -> str:
    """The name of a filter's value in the query's parameters."""
    return f"f{filter_at}_{value_at}"
