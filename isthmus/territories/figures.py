"""What a reassignment means in plain figures: for whoever has it now and for whoever gets it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import F

from isthmus.core.actors import Actor
from isthmus.meetings.models import Meeting, MeetingState
from isthmus.sales.models import Order
from isthmus.sales.targets.periods import Period
from isthmus.territories.models import Reassignment
from isthmus.territories.planning import Target, Unit
from isthmus.territories.selecting import Record, read, rows_of
from isthmus.workspace.models import Company
from isthmus.workspace.queries import Converter, NoRate

NOBODY = 0
_SOON = 500  # meetings of somebody that are looked at


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

    def take(self, out: "Hand") -> None:
        """Count what is left out no more."""
        self.lists.subtract(out.lists)
        for name in ("clocks", "value", "closing", "without_rate"):
            setattr(self, name, getattr(self, name) - getattr(out, name))

    def kept(self) -> dict[str, Any]:
        """As it is stored."""
        return {**vars(self), "lists": dict(self.lists)}

    @classmethod
    def stored(cls, kept: Mapping[str, Any]) -> "Hand":
        """As it was stored."""
        return cls(**{**kept, "lists": Counter(kept["lists"])})


class Counting:
    """The figures of a preview while its records are met: `gives` and `gets` by user (0: nobody), and moves
    between territories. They go on from those that steps before have stored.
    """

    def __init__(self, stored: Mapping[str, Any], at: datetime) -> None:
        self._at, self._converter = at, Converter()
        today = at.astimezone(Company.current().zone).date()
        self._quarter = Period.containing("quarter", today)
        self.gives = {int(pk): Hand.stored(one) for pk, one in stored.get("gives", {}).items()}
        self.gets = {int(pk): Hand.stored(one) for pk, one in stored.get("gets", {}).items()}
        self._places = Counter({(before, after): n for before, after, n in stored.get("places", ())})

    def add(self, records: Sequence[Record], found: Mapping[Unit, Target]) -> None:
        """Count some records."""
        quarter = self._quarter
        for one in records:
            target = found[one.unit]
            if target.owner_id not in (None, one.owner_id):
                worth = _worth(one, self._converter, self._at)
                closes = one.closes_on is not None and quarter.first <= one.closes_on < quarter.after_last
                self.gives.setdefault(one.owner_id or NOBODY, Hand()).add(one, worth, closes)
                self.gets.setdefault(target.owner_id or NOBODY, Hand()).add(one, worth, closes)
            if one.list == "accounts" and target.territory_id not in (None, one.territory_id):
                self._places[one.territory_id, target.territory_id] += 1

    def kept(self) -> dict[str, Any]:
        """As they are stored."""
        return {
            "gives": {str(pk): hand.kept() for pk, hand in self.gives.items()},
            "gets": {str(pk): hand.kept() for pk, hand in self.gets.items()},
            "places": [[*pair, count] for pair, count in self._places.most_common()],
            "stays": {},
            "quarter": str(self._quarter),
        }


def left_out_figures(
    row: Reassignment, out: Mapping[str, set[int]], actor: Actor, at: datetime
) -> dict[str, Any]:
    """What the figures of a preview count of records that are left out of it after all; `out` by list."""
    counting = Counting({}, at)
    going: dict[str, set[int]] = {"accounts": set(), "people": set()}
    for name, ids, changes in row.edit.parts.values_list("list", "ids", "changes").iterator():
        some = out.get(name, set()).intersection(ids)
        if some:
            records = list(read(name, rows_of(name, actor).filter(pk__in=some)))
            target = Target((changes or {}).get("owner_id"), (changes or {}).get("territory_id"))
            counting.add(records, {one.unit: target for one in records})
            going.setdefault(name, set()).update(some)
    meetings = {
        str(pk): sum(
            account in going["accounts"] or person in going["people"]
            for account, person in meetings_ahead(pk, actor, at).values_list("account_id", "person_id")
        )
        for pk in counting.gives
        if pk != NOBODY
    }
    return {**counting.kept(), "stays": {pk: {"meetings": count} for pk, count in meetings.items()}}


def without_exceptions(figures: Mapping[str, Any]) -> Mapping[str, Any]:
    """The figures of a preview less what they count of the records that are left out."""
    out = figures.get("out")
    if not out:
        return figures
    places = Counter({(a, b): n for a, b, n in figures["places"]})
    places.subtract({(a, b): n for a, b, n in out["places"]})
    return {
        **figures,
        "gives": _less(figures["gives"], out["gives"]),
        "gets": _less(figures["gets"], out["gets"]),
        "places": [[*pair, count] for pair, count in places.most_common() if count > 0],
        "stays": {
            pk: {**kept, "meetings": kept["meetings"] - out["stays"].get(pk, {}).get("meetings", 0)}
            for pk, kept in figures["stays"].items()
        },
    }


def _less(hands: Mapping[str, Any], out: Mapping[str, Any]) -> dict[str, Any]:
    """Each hand less what is left out of it; a hand of which nothing is left is gone."""
    found = {}
    for pk, kept in hands.items():
        hand = Hand.stored(kept)
        if pk in out:
            hand.take(Hand.stored(out[pk]))
        if hand.lists.total() > 0:
            found[pk] = hand.kept()
    return found


def what_stays(row: Reassignment, givers: Iterable[int], actor: Actor, at: datetime) -> dict[str, Any]:
    """What each giver keeps: orders that are not paid in full, whose money is credited to whoever won them,
    and meetings to come with those who go.
    """
    return {str(pk): _stays(row, pk, actor, at) for pk in givers if pk != NOBODY}


def _worth(one: Record, converter: Converter, at: datetime) -> int | None:
    if one.amount is None:
        return None
    try:
        return converter.to_base(one.amount, one.currency, at.date())
    except NoRate:
        return None


def _stays(row: Reassignment, owner_id: int, actor: Actor, at: datetime) -> dict[str, int]:
    orders = Order.objects.visible_to(actor).filter(owner=owner_id, paid__lt=F("total"))
    ahead = meetings_ahead(owner_id, actor, at)
    with_whom = list(ahead.values_list("account_id", "person_id"))
    gone: set[Unit] = set()
    for kind, numbers in (("account", {a for a, _p in with_whom}), ("person", {p for _a, p in with_whom})):
        units = row.units.filter(kind=kind, number__in=numbers - {None}, owner_id__isnull=False)
        gone |= {
            (kind, number) for number in units.exclude(owner_id=owner_id).values_list("number", flat=True)
        }
    meetings = sum(
        ("account", account) in gone or ("person", person) in gone for account, person in with_whom
    )
    return {"unpaid_orders": orders.count(), "meetings": meetings}


def meetings_with_them(row: Reassignment, owner_id: int, actor: Actor, at: datetime) -> list[Meeting]:
    """Somebody's next meetings with accounts and people that a reassignment gives away."""
    ahead = meetings_ahead(owner_id, actor, at).select_related("owner", "account", "person")
    soon = list(ahead.order_by("starts_at", "pk")[:_SOON])
    with_whom = {"accounts": {one.account_id for one in soon}, "people": {one.person_id for one in soon}}
    going: dict[str, set[int]] = {name: set() for name in with_whom}
    out = row.edit.left_out
    for name, numbers in row.edit.parts.filter(list__in=going).values_list("list", "ids").iterator():
        going[name] |= with_whom[name].intersection(numbers).difference(out.get(name, ()))
    return [one for one in soon if one.account_id in going["accounts"] or one.person_id in going["people"]]


def meetings_ahead(owner_id: int, actor: Actor, at: datetime) -> Any:
    """Somebody's meetings that are still to come."""
    states = (MeetingState.TENTATIVE, MeetingState.CONFIRMED)
    return Meeting.objects.visible_to(actor).filter(owner=owner_id, state__in=states, starts_at__gte=at)
