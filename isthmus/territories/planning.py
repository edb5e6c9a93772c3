"""Who gets what: each customer goes to one hand with all that is open with them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from django.db.models import Count
from django.utils.translation import gettext as _

from isthmus.bulk.giving import Group
from isthmus.core.refusals import Refusal
from isthmus.people.models import Account
from isthmus.territories.models import HandPlaced, PlannedUnit
from isthmus.territories.placing import ByRules, active_rules, turns_of
from isthmus.territories.rules import Turns, by_shares
from isthmus.territories.selecting import Record, some_at_once
from isthmus.territories.spec import Rule, read_rules

To = Literal["one", "shares", "turn", "rules"]
Unit = tuple[str, int]


class NobodyToGiveTo(Refusal):
    """Nobody could take what is to be given."""


class NoRulesAtWork(Refusal):
    """There are no rules that could say who gets it."""


class Target(NamedTuple):
    """Whose it becomes and where it then lies; None leaves that as it is."""

    owner_id: int | None = None
    territory_id: int | None = None


@dataclass(frozen=True)
class Asked:
    """To whom: one, several by shares (`weights`) or by turn, or as the rules say; into which territory."""

    to: To
    to_ids: Sequence[int]
    weights: Sequence[int]
    place_id: int | None
    from_id: int | None  # The seller who is to have nothing of it.
    also_by_hand: bool = False


class Planner:
    """To whom each customer goes, whichever of their records is met first: kept between steps."""

    def __init__(self, asked: Asked, at: datetime, of: int | None = None) -> None:
        """`of` is the reassignment that goes on; raises a Refusal where nobody could get anything."""
        self._asked, self._at, self._of = asked, at, of
        self.rules: ByRules | None = None
        self._weights: dict[int, int] = {}
        self._turns: Turns | None = None
        if asked.to == "rules":
            self.rules = rules_at_work(at)
            self._turns = turns_of(self.rules.sellers.teams)
        elif not asked.to_ids and asked.place_id is None:
            raise NobodyToGiveTo(_("Say who is to have it, or where it is to lie."))
        elif asked.to == "turn" and asked.to_ids:
            self._turns = turns_of(asked.to_ids)
        elif asked.to_ids:
            self._weights = _shares(asked)
        self._had: Counter[int] = Counter(_given_before(of))
        if self._turns is not None:
            for pk, count in self._had.items():
                self._turns.load[pk] = self._turns.load.get(pk, 0) + count

    def targets(self, records: Sequence[Record]) -> dict[Unit, Target]:
        """The new hand and place of each record's customer; those met for the first time are remembered."""
        units = list(dict.fromkeys(one.unit for one in records))
        found = self._met(units)
        fresh = [unit for unit in units if unit not in found]
        if not fresh:
            return found
        new = self._by_rules(records, fresh) if self.rules else self._by_choice(fresh)
        PlannedUnit.objects.bulk_create(
            (
                PlannedUnit(
                    reassignment_id=self._of, kind=kind, number=number,
                    owner_id=new[kind, number].owner_id, territory_id=new[kind, number].territory_id,
                )
                for kind, number in fresh
            ),
            batch_size=1_000,
        )  # fmt: skip
        return found | new

    def _met(self, units: Sequence[Unit]) -> dict[Unit, Target]:
        by_kind: dict[str, list[int]] = {}
        for kind, number in units:
            by_kind.setdefault(kind, []).append(number)
        found: dict[Unit, Target] = {}
        for kind, numbers in by_kind.items():
            for some in some_at_once(numbers):
                rows = PlannedUnit.objects.filter(reassignment=self._of, kind=kind, number__in=some)
                for number, owner, place in rows.values_list("number", "owner_id", "territory_id"):
                    found[kind, number] = Target(owner, place)
        return found

    def _by_choice(self, units: Sequence[Unit]) -> dict[Unit, Target]:
        owners: dict[Unit, int] = {}
        if self._turns is not None:
            given = {unit: self._turns.next(self._asked.to_ids, self._at) for unit in units}
            owners = {unit: pk for unit, pk in given.items() if pk is not None}
        elif self._weights:
            owners = by_shares(units, self._weights, self._had)
            self._had.update(owners.values())
        return {unit: Target(owners.get(unit), self._asked.place_id) for unit in units}

    def _by_rules(self, records: Sequence[Record], units: Sequence[Unit]) -> dict[Unit, Target]:
        """As the rules at work say; of what has no account, by turn among the sellers of where it lies."""
        assert self.rules is not None
        assert self._turns is not None
        asked, sellers = self._asked, self.rules.sellers
        lies = {one.unit: one.territory_id for one in reversed(records)}
        owners = {one.unit: one.owner_id for one in reversed(records)}
        told = self._told([pk for kind, pk in units if kind == "account"])
        found: dict[Unit, Target] = {}
        for unit in units:
            of_account = told.get(unit[1]) if unit[0] == "account" else None
            place, rule = of_account or (lies[unit], None)
            owner: int | None = None
            leaves = asked.from_id is not None and owners[unit] == asked.from_id
            if rule is not None and rule.how == "seller" and rule.user_id != asked.from_id:
                owner = rule.user_id if rule.user_id in sellers.teams else None
            elif leaves or (
                rule is not None and rule.how == "turn" and owners[unit] not in sellers.of(place)
            ):
                there = [pk for pk in sellers.of(place) if pk != asked.from_id]
                owner = self._turns.next(there, self._at)
            found[unit] = Target(owner, place)
        return found

    def _told(self, accounts: Sequence[int]) -> dict[int, tuple[int | None, Rule | None]]:
        assert self.rules is not None
        found: dict[int, tuple[int | None, Rule | None]] = {}
        for some in some_at_once(accounts):
            stay: set[int] = set()
            if not self._asked.also_by_hand:
                placed = HandPlaced.objects.filter(account__in=some)
                stay = set(placed.values_list("account_id", flat=True))
            for account in Account.objects.filter(pk__in=some):  # Whose they are the records say already.
                if account.pk not in stay:
                    found[account.pk] = self.rules.territory_of(account)
        return found


def rules_at_work(at: datetime) -> ByRules:
    """The rules at work, for one plan. Raises NoRulesAtWork."""
    version = active_rules()
    if version is None:
        raise NoRulesAtWork(
            _("No rules of territories are at work. Switch them on first, or choose who gets it.")
        )
    return ByRules(read_rules(version.spec), at)


def _shares(asked: Asked) -> dict[int, int]:
    weights = asked.weights if asked.to == "shares" and asked.weights else [1] * len(asked.to_ids)
    shares = {pk: weight for pk, weight in zip(asked.to_ids, weights, strict=True) if weight > 0}
    if not shares:
        raise NobodyToGiveTo(_("Give at least one of them a share."))
    return shares


def _given_before(of: int | None) -> dict[int, int]:
    """How many customers each was given by the steps before."""
    if of is None:
        return {}
    rows = PlannedUnit.objects.filter(reassignment=of).values_list("owner_id").annotate(n=Count("pk"))
    return {pk: count for pk, count in rows.values_list("owner_id", "n") if pk is not None}


def groups(records: Iterable[Record], found: Mapping[Unit, Target], why: str) -> list[Group]:
    """The records by whose they were and whose they become; what stays as it is, is left out."""
    held: dict[tuple[Any, ...], list[int]] = {}
    for one in records:
        target = found[one.unit]
        owner = target.owner_id if target.owner_id not in (None, one.owner_id) else None
        place = target.territory_id if target.territory_id not in (None, one.territory_id) else None
        if owner is not None or place is not None:
            key = (one.list, one.owner_id, one.team_id, one.territory_id, owner, place)
            held.setdefault(key, []).append(one.pk)
    return [_group(key, ids, why) for key, ids in held.items()]


def _group(key: tuple[Any, ...], ids: list[int], why: str) -> Group:
    name, owner, team, place, to_owner, to_place = key
    before: dict[str, int | None] = {}
    changes: dict[str, Any] = {"why": why} if why else {}
    if to_owner is not None:
        before |= {"owner_id": owner, "team_id": team}
        changes["owner_id"] = to_owner
    if to_place is not None:
        before["territory_id"] = place
        changes["territory_id"] = to_place
    return Group(name, ids, before, changes)
