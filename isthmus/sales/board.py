"""What the columns of a board hold: counts and sums, asked of the database in one query."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Sum, When

from isthmus.sales.models import Deal, Stage
from isthmus.workspace.queries import Converter, NoRate


@dataclass
class Total:
    """How many deals, and what they are worth in the base currency (micros), at the rates of one day.

    `unrated` names currencies without a rate: their deals are counted, their amounts are in no sum.
    """

    count: int = 0
    amount: int = 0
    unrated: list[str] = field(default_factory=list)

    def add(self, other: "Total") -> None:
        """Take another one in."""
        self.count += other.count
        self.amount += other.amount
        self.unrated += [code for code in other.unrated if code not in self.unrated]


def totals_of(rows: "QuerySet[Any]", converter: Converter, on: date) -> Mapping[int, Total]:
    """The total of each stage that the rows stand in."""
    found: dict[int, Total] = {}
    for stage_id, currency, count, amount in _sums(rows.order_by(), converter.base):
        one = Total(count)
        try:
            one.amount = converter.to_base(amount or 0, currency, on)
        except NoRate:
            one.unrated = [currency]
        found.setdefault(stage_id, Total()).add(one)
    return found


def _sums(rows: "QuerySet[Any]", usual: str) -> Iterator[tuple[int, str, int, int | None]]:
    """Stage, currency, count and amount. Stages of the usual currency alone are summed without a sort."""
    others = Count(Case(When(~Q(currency=usual), then=1)))
    by_stage = rows.values_list("stage_id").annotate(count=Count("*"), sum=Sum("amount"), others=others)
    mixed = []
    for stage_id, count, amount, in_others in by_stage:
        if not in_others:
            yield stage_id, usual, count, amount
        else:
            mixed.append(stage_id)
    if mixed:
        of_mixed = rows.filter(stage__in=mixed).values_list("stage_id", "currency")
        yield from of_mixed.annotate(count=Count("*"), sum=Sum("amount"))


def open_in(rows: "QuerySet[Any]", stages: Iterable[Stage]) -> "QuerySet[Any]":
    """The open deals among rows that stand in these stages."""
    return rows.filter(stage__in=[stage.pk for stage in stages], state="open")


def stale_after(stage: Stage, pipeline_days: int | None) -> int | None:
    """After how many days a deal in the stage is stale: the stage's own number, else the pipeline's."""
    return stage.stale_days if stage.stale_days is not None else pipeline_days


def is_stale(deal: Deal, days: int, limit: int | None) -> bool:
    """Whether an open deal has stood in its stage for longer than the limit."""
    return deal.state == "open" and limit is not None and days > limit
