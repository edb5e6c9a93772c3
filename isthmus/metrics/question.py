"""A question to the catalogue and its answer, as every face speaks them. No engine, no database."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from isthmus.core.actors import Actor
from isthmus.core.window import Window

Value = int | float | Decimal | None
Anchor = Literal["event", "lead"]
Op = Literal["in", "not_in", "empty", "not_empty", "<", "<=", ">", ">="]


class Condition(NamedTuple):
    """One filter. `values` holds keys as answers give them: ids as whole numbers, months as 2026-01."""

    dim: str
    op: Op
    values: tuple[Any, ...] = ()


Where = Mapping[str, Any] | Iterable[Condition | Sequence[Any]]


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked. `where` may be a mapping {dimension: value, list of values or None for "not stated"}.

    `anchor`: "event" dates a row by what happened, "lead" by its lead's capture; None is the metric's own.
    `order`: a dimension, "value" or "n", with "-" before it for falling; None is the natural order.
    """

    metric: str
    window: Window
    actor: Actor
    by: tuple[str, ...] = ()
    where: Where = ()
    anchor: Anchor | None = None
    as_of: datetime | None = None
    known_on: datetime | None = None
    order: str | None = None
    limit: int | None = None

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The filters in one form; values are always a tuple."""
        if isinstance(self.where, Mapping):
            return tuple(_condition(dim, value) for dim, value in self.where.items())
        return tuple(Condition(dim, op, _many(values)) for dim, op, values in (_whole(c) for c in self.where))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One group's figure. `value` is None where there is nothing to divide by or nothing was known.

    `n` rows were counted. `low` and `high` bound the 95 % interval where the metric has one. Shares are
    0 to 1. Money is in whole units of the base currency. `quantiles` of durations: p25, p50, p75, p90.
    `before_cut`: a time that begins before its outcomes were recorded; not to be compared with later ones.
    """

    keys: tuple[Any, ...] = ()
    labels: tuple[str, ...] = ()
    value: Value = None
    low: Value = None
    high: Value = None
    n: int = 0
    numerator: Value = None
    denominator: Value = None
    quantiles: Mapping[str, float] = field(default_factory=dict)
    before_cut: bool = False


@dataclass(frozen=True, kw_only=True)
class Cut:
    """The local day since which an outcome is recorded, although some must have come before it.

    `reason` says with counts what is missing; it is a clause, to stand within a sentence.
    """

    since: date
    reason: str


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Figures, the total over all groups, and what a reader must know beside them.

    `cut`: the window reaches behind the day since which outcomes of this metric are recorded: its figures
    are not to be compared with those of other windows.
    """

    metric: str
    label: str
    sentence: str
    owner: str
    unit: str
    currency: str | None
    by: tuple[str, ...]
    by_labels: tuple[str, ...]
    rows: list[Row]
    total: Row
    notes: list[str]
    sql: str
    position: tuple[Any, ...]
    interval: str | None = None
    groups: int = 0  # how many there were before `limit`
    cut: Cut | None = None


@dataclass(frozen=True, kw_only=True)
class FactRow:
    """One row behind a figure: the fact that dates it, whom it is about, and what it is worth here."""

    fact_id: str
    kind: str
    at: datetime
    subject: int | None
    account_id: int | None
    lead_id: int | None
    deal_id: int | None
    order_id: int | None
    campaign_id: int | None
    channel: str | None
    owner: int | None
    worth: Value


@dataclass(frozen=True, kw_only=True)
class RowsPage:
    """A page of the rows behind a figure, newest first; `next` is the place to go on from."""

    rows: list[FactRow]
    next: str | None
    unit: str
    currency: str | None


def _condition(dim: str, value: Any) -> Condition:
    if value is None:
        return Condition(dim, "empty")
    return Condition(dim, "in", _many(value))


def _many(values: Any) -> tuple[Any, ...]:
    if values is None:
        return ()
    if isinstance(values, list | tuple | set | frozenset):
        return tuple(values)
    return (values,)


_SYNONYMS: Mapping[str, Op] = {"=": "in", "==": "in", "eq": "in", "!=": "not_in", "ne": "not_in"}


def _whole(condition: Sequence[Any]) -> tuple[str, Op, Any]:
    dim, op, *values = condition
    return dim, _SYNONYMS.get(op, op), values[0] if values else ()
