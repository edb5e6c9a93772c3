"""Finding the records of a reassignment some at a time: each step begins where the one before ended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from isthmus.core.actors import Actor
from isthmus.people.models import Account
from isthmus.territories import selecting
from isthmus.territories.models import HandPlaced
from isthmus.territories.placing import ByRules
from isthmus.territories.selecting import LISTS, Record
from isthmus.territories.trying import READ, accounts_of

CHUNK = 2_000
_IDS = 500  # chosen accounts of one step: what is open with them comes along

Place = Mapping[str, int]


class Step(NamedTuple):
    """Some records, how many were looked at for them, and where to go on; None: that was all."""

    records: Sequence[Record]
    looked: int
    onward: Place | None


class Finding:
    """The records that a plan is about, as it was asked for."""

    def __init__(self, asked: Mapping[str, Any], by: Actor, at: datetime, rules: ByRules | None) -> None:
        self._asked, self._by, self._at, self._rules = asked, by, at, rules
        self._lists = [name for name in LISTS if name in (asked.get("kinds") or LISTS)]
        self._ids = sorted(set(asked.get("ids") or ()))

    def total(self) -> int:
        """How many are to be looked at."""
        what = self._asked["what"]
        if what == "rules":
            return int(accounts_of(self._by).count())
        if what == "records":
            return len(self._ids)
        return sum(self._rows(name).count() for name in self._lists)

    def step(self, place: Place) -> Step:
        """The next records."""
        what = self._asked["what"]
        if what == "rules":
            return self._by_rules(place.get("after", 0))
        if what == "records":
            return self._chosen(place.get("after", 0))
        return self._of_lists(place.get("list", 0), place.get("after", 0))

    def _rows(self, name: str) -> Any:
        rows = selecting.rows_of(name, self._by)
        if self._asked["what"] == "seller":
            return rows.filter(owner=self._asked["seller_id"])
        return rows.filter(territory__in=selecting.inside(self._asked["territory_id"]))

    def _of_lists(self, place: int, after: int) -> Step:
        name = self._lists[place]
        records = list(selecting.read(name, self._rows(name).filter(pk__gt=after), CHUNK))
        if len(records) == CHUNK:
            return Step(records, CHUNK, {"list": place, "after": records[-1].pk})
        onward = {"list": place + 1, "after": 0} if place + 1 < len(self._lists) else None
        return Step(records, len(records), onward)

    def _chosen(self, after: int) -> Step:
        some = self._ids[after : after + _IDS]
        if self._asked["list"] == "accounts":
            found = selecting.of_accounts(some, self._lists, self._by)
        else:
            found = selecting.chosen(self._asked["list"], some, self._by)
        done = after + len(some)
        return Step(list(found), len(some), {"after": done} if done < len(self._ids) else None)

    def _by_rules(self, after: int) -> Step:
        """What the rules at work put elsewhere than it lies, with what is open there."""
        assert self._rules is not None
        rows = accounts_of(self._by).filter(pk__gt=after).only(*READ).order_by("pk")[:CHUNK]
        accounts: list[Account] = list(rows)
        numbers = [one.pk for one in accounts]
        stay: set[int] = set()
        if not self._asked.get("also_by_hand"):
            placed = HandPlaced.objects.filter(account__in=numbers)
            stay = set(placed.values_list("account_id", flat=True))
        elsewhere = [
            one.pk
            for one in accounts
            if one.pk not in stay and self._rules.territory_of(one)[0] != one.territory_id
        ]
        records = list(selecting.of_accounts(elsewhere, self._lists, self._by)) if elsewhere else []
        onward = {"after": numbers[-1]} if len(numbers) == CHUNK else None
        return Step(records, len(numbers), onward)
