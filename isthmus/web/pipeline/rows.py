"""The deals behind a figure of the page: how each stood on both days, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from isthmus.insight.deals import Standing
from isthmus.insight.movements import Movement, Step, value_of
from isthmus.insight.past import Past
from isthmus.sales.models import Deal, Stage
from isthmus.web import formats
from isthmus.web.pipeline.asked import AskedPage
from isthmus.web.sales.listing import stage_badge
from isthmus.workspace.models import User

PAGE = 50


@dataclass(frozen=True)
class Seen:
    """Something then, and what it was later where that differs."""

    then: str
    later: str = ""


@dataclass(frozen=True)
class Row:
    """One deal."""

    pk: int
    name: str
    whose: str
    stage: Seen
    value: Seen
    owner: Seen
    closes: Seen
    now: SafeString
    ended: str


@dataclass(frozen=True)
class Rows:
    """A page of deals, how many there are in all, and the address of those that follow."""

    rows: Sequence[Row]
    count: int
    following: str
    before: str


def rows_of(asked: AskedPage, past: Past, other: Past, steps: Sequence[Movement]) -> Rows:
    """The deals that the page lists, the largest first."""
    first, last = sorted((past, other), key=lambda one: one.at)
    earlier = {one.deal_id: one for one in first.deals}
    later = {one.deal_id: one for one in last.deals}
    numbers = _largest(asked, past, steps)
    start = asked.page * PAGE
    shown = numbers[start : start + PAGE]
    made = _Making(shown)
    of_step = asked.step is not None
    pairs = [(earlier if of_step else {one.deal_id: one for one in past.open}, number) for number in shown]
    rows = [made.row(number, then.get(number), later.get(number), of_step) for then, number in pairs]
    following = asked.address(page=asked.page + 1) + "#deals" if start + PAGE < len(numbers) else ""
    before = asked.address(page=asked.page - 1 or None) + "#deals" if asked.page else ""
    return Rows([row for row in rows if row is not None], len(numbers), following, before)


def _largest(asked: AskedPage, past: Past, steps: Sequence[Movement]) -> list[int]:
    step: Step | None = asked.step
    if step is not None:
        moved = sorted((one for one in steps if one.step is step), key=lambda one: (-one.value, one.deal_id))
        return [one.deal_id for one in moved]
    known = set(Stage.objects.values_list("pk", flat=True))
    wanted = asked.stage
    deals = [
        one
        for one in past.open
        if wanted is None or one.stage == wanted or (wanted == 0 and (one.stage or 0) not in known)
    ]
    return [one.deal_id for one in sorted(deals, key=lambda one: (-value_of(one), one.deal_id))]


class _Making:
    """What all rows of a page need, read once."""

    def __init__(self, numbers: Sequence[int]) -> None:
        related = ("account", "person", "stage")
        self.deals: Mapping[int, Any] = Deal.objects.select_related(*related).in_bulk(numbers)
        self.stages: Mapping[int, str] = dict(Stage.objects.values_list("pk", "name"))
        self.users: Mapping[int, str] = dict(User.objects.values_list("pk", "name"))

    def row(self, number: int, then: Standing | None, later: Standing | None, of_step: bool) -> Row | None:
        deal = self.deals.get(number)
        if deal is None or (then is None and later is None):
            return None
        whose = str(deal.account or deal.person or "")
        ended = formats.day(deal.closed_at) if deal.closed_at else ""
        seen = {name: self._seen(then, later if of_step else None, name) for name in _TELL}
        return Row(
            pk=number,
            name=deal.name or _("(no name)"),
            whose=whose if whose != deal.name else "",
            stage=seen["stage"],
            value=seen["value"],
            owner=seen["owner"],
            closes=seen["closes"],
            now=stage_badge(deal),
            ended=ended,
        )

    def _seen(self, then: Standing | None, later: Standing | None, name: str) -> Seen:
        was = _TELL[name](self, then) if then is not None else formats.NOTHING
        if later is None:
            return Seen(was)
        since = _TELL[name](self, later)
        if then is None:
            return Seen(since)
        return Seen(was, since if since != was else "")

    def _stage(self, deal: Standing) -> str:
        if deal.state == "won":
            return _("Won")
        return _("Lost") if deal.state == "lost" else self.stages.get(deal.stage or 0, formats.NOTHING)

    def _value(self, deal: Standing) -> str:
        return formats.money(deal.amount, deal.currency) if deal.amount is not None else formats.NOTHING

    def _owner(self, deal: Standing) -> str:
        return self.users.get(deal.owner or 0, "") or _("Nobody")

    def _closes(self, deal: Standing) -> str:
        return formats.day(deal.closes_on)


_TELL: Mapping[str, Any] = {
    "stage": _Making._stage,
    "value": _Making._value,
    "owner": _Making._owner,
    "closes": _Making._closes,
}
