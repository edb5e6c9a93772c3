"""What a reassignment means in plain figures: for whoever has it now and for whoever gets it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from isthmus.core.actors import Actor
from isthmus.meetings.models import Meeting, MeetingState
from isthmus.sales.models import Order
from isthmus.sales.targets.periods import Period
from isthmus.territories.planning import Target, Unit
from isthmus.territories.selecting import Record
from isthmus.workspace.models import Company
from isthmus.workspace.queries import Converter, NoRate

NOBODY = 0


@dataclass
class Hand:
    """What goes from or to one pair of hands: how many of each list, running clocks, value of open deals.

    `closing` is the part of the value that is expected to close in the quarter that runs.
    """

    lists: Counter[str] = field(default_factory=Counter)
    clocks: int = 0
    value: int = 0
    closing: int = 0
    without_rate: int = 0

    def add(self, one: Record, worth: int | None, closes: bool) -> None:
        """Count one record."""
        self.lists[one.list] += 1
        self.clocks += one.clock
        self.value += worth or 0
        self.closing += (worth or 0) if closes else 0
        self.without_rate += one.amount is not None and worth is None

    def kept(self) -> dict[str, Any]:
        """As it is stored."""
        return {**vars(self), "lists": dict(self.lists)}


def preview(
    records: Sequence[Record], found: Mapping[Unit, Target], actor: Actor, at: datetime
) -> dict[str, Any]:
    """The figures as they are stored: `gives` and `gets` by user (0: nobody), moves between territories,
    and what stays with the former owners.
    """
    converter, today = Converter(), at.astimezone(Company.current().zone).date()
    quarter = Period.containing("quarter", today)
    gives: dict[int, Hand] = {}
    gets: dict[int, Hand] = {}
    moved: dict[int, set[Unit]] = {}
    places: Counter[tuple[int | None, int | None]] = Counter()
    for one in records:
        target = found[one.unit]
        if target.owner_id not in (None, one.owner_id):
            worth = _worth(one, converter, at)
            closes = one.closes_on is not None and quarter.first <= one.closes_on < quarter.after_last
            gives.setdefault(one.owner_id or NOBODY, Hand()).add(one, worth, closes)
            moved.setdefault(one.owner_id or NOBODY, set()).add(one.unit)
            gets.setdefault(target.owner_id or NOBODY, Hand()).add(one, worth, closes)
        if one.list == "accounts" and target.territory_id not in (None, one.territory_id):
            places[one.territory_id, target.territory_id] += 1
    return {
        "gives": {str(pk): hand.kept() for pk, hand in gives.items()},
        "gets": {str(pk): hand.kept() for pk, hand in gets.items()},
        "places": [[*pair, count] for pair, count in places.most_common()],
        "stays": {str(pk): _stays(pk, actor, moved.get(pk, set()), at) for pk in gives if pk != NOBODY},
        "quarter": str(quarter),
    }


def _worth(one: Record, converter: Converter, at: datetime) -> int | None:
    if one.amount is None:
        return None
    try:
        return converter.to_base(one.amount, one.currency, at.date())
    except NoRate:
        return None


def _stays(owner_id: int, actor: Actor, moved: set[Unit], at: datetime) -> dict[str, int]:
    """Orders that are not paid in full, whose money is credited to whoever won them, whenever it comes in;
    and meetings to come with those who go: they stay in the calendar in which they are.
    """
    orders = Order.objects.visible_to(actor).filter(owner=owner_id, paid__lt=F("total"))
    states = (MeetingState.TENTATIVE, MeetingState.CONFIRMED)
    ahead = Meeting.objects.visible_to(actor).filter(owner=owner_id, state__in=states, starts_at__gte=at)
    with_whom = ahead.values_list("account_id", "person_id")
    meetings = sum(
        ("account", account) in moved or ("person", person) in moved for account, person in with_whom
    )
    return {"unpaid_orders": orders.count(), "meetings": meetings}
