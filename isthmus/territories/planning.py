"""Who gets what: each customer goes to one hand with all that is open with them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

from django.utils.translation import gettext as _

from isthmus.bulk.giving import Group
from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.people.models import Account
from isthmus.territories.models import HandPlaced
from isthmus.territories.placing import ByRules, active_rules, turns_of
from isthmus.territories.rules import by_shares
from isthmus.territories.selecting import Record, some_at_once
from isthmus.territories.spec import Rule, read_rules
from isthmus.territories.trying import accounts_of

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


def targets(records: Sequence[Record], asked: Asked, at: datetime) -> dict[Unit, Target]:
    """Each customer's new hand and place."""
    units = list(dict.fromkeys(one.unit for one in records))
    if asked.to == "rules":
        return _by_rules(records, units, asked, at)
    if not asked.to_ids and asked.place_id is None:
        raise NobodyToGiveTo(_("Say who is to have it, or where it is to lie."))
    owners = _owners(units, asked, at)
    return {unit: Target(owners.get(unit), asked.place_id) for unit in units}


def _owners(units: Sequence[Unit], asked: Asked, at: datetime) -> Mapping[Unit, int]:
    if not asked.to_ids:
        return {}
    if asked.to == "turn":
        turns = turns_of(asked.to_ids)
        found = {unit: turns.next(asked.to_ids, at) for unit in units}
        return {unit: pk for unit, pk in found.items() if pk is not None}
    weights = asked.weights if asked.to == "shares" and asked.weights else [1] * len(asked.to_ids)
    shares = {pk: weight for pk, weight in zip(asked.to_ids, weights, strict=True) if weight > 0}
    if not shares:
        raise NobodyToGiveTo(_("Give at least one of them a share."))
    return by_shares(units, shares)


def _by_rules(
    records: Sequence[Record], units: Sequence[Unit], asked: Asked, at: datetime
) -> dict[Unit, Target]:
    """As the rules at work say; of what has no account, by turn among the sellers of where it lies."""
    version = active_rules()
    if version is None:
        raise NoRulesAtWork(
            _("No rules of territories are at work. Switch them on first, or choose who gets it.")
        )
    by_rules = ByRules(read_rules(version.spec), at)
    sellers = by_rules.sellers
    turns = turns_of(sellers.teams)
    lies = {one.unit: one.territory_id for one in reversed(records)}
    owners = {one.unit: one.owner_id for one in reversed(records)}
    stay = set() if asked.also_by_hand else set(HandPlaced.objects.values_list("account_id", flat=True))
    told = _told(by_rules, [pk for kind, pk in units if kind == "account" and pk not in stay])
    found: dict[Unit, Target] = {}
    for unit in units:
        place, rule = told.get(unit[1], (lies[unit], None)) if unit[0] == "account" else (lies[unit], None)
        owner: int | None = None
        leaves = asked.from_id is not None and owners[unit] == asked.from_id
        if rule is not None and rule.how == "seller" and rule.user_id != asked.from_id:
            owner = rule.user_id if rule.user_id in sellers.teams else None
        elif leaves or (rule is not None and rule.how == "turn" and owners[unit] not in sellers.of(place)):
            there = [pk for pk in sellers.of(place) if pk != asked.from_id]
            owner = turns.next(there, at)
        found[unit] = Target(owner, place)
    return found


def _told(by_rules: ByRules, accounts: Sequence[int]) -> dict[int, tuple[int | None, Rule | None]]:
    found: dict[int, tuple[int | None, Rule | None]] = {}
    for some in some_at_once(accounts):
        for account in Account.objects.filter(pk__in=some):  # Whose they are the records say already.
            found[account.pk] = by_rules.territory_of(account)
    return found


def placed_elsewhere(actor: Actor, at: datetime, *, also_by_hand: bool) -> list[int]:
    """The accounts that the rules at work put elsewhere than they lie."""
    version = active_rules()
    if version is None:
        raise NoRulesAtWork(_("No rules of territories are at work. Switch them on first."))
    by_rules = ByRules(read_rules(version.spec), at)
    stay = set() if also_by_hand else set(HandPlaced.objects.values_list("account_id", flat=True))
    return [
        account.pk
        for account in accounts_of(actor).order_by("pk").iterator(2_000)
        if account.pk not in stay and by_rules.territory_of(account)[0] != account.territory_id
    ]


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
