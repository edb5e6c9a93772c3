"""Trying rules on all accounts that are there: where each would lie, what changes, what overlaps."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.people.models import Account
from isthmus.territories.models import HandPlaced, Trial
from isthmus.territories.placing import ByRules
from isthmus.territories.rules import matching
from isthmus.territories.spec import read_rules
from isthmus.workspace.queries import territory_of_country

AT_ONCE = 2_000  # accounts that are tried while one waits
_CHUNK = 2_000
_SHOWN = 20  # accounts that are named of each kind
READ = (
    "pk", "name", "domain", "country", "region", "postcode", "city", "industry", "size", "revenue", "custom",
    "owner_id", "team_id", "territory_id",
)  # fmt: skip


def accounts_of(actor: Actor) -> Any:
    """The accounts that a trial looks at: all that the actor may see."""
    return Account.objects.visible_to(actor).present()


def run_trial(trial: Trial, actor: Actor, at: datetime) -> Trial:
    """Count; nothing is changed. `result` has `now` and `then` by territory, and all else there is to say."""
    rules = read_rules(trial.spec)
    by_rules = ByRules(rules, trial.asked_at)
    by_hand = set(HandPlaced.objects.values_list("account_id", flat=True))
    now, then, moves, won, overlaps = (Counter[Any]() for _count in range(5))
    unmatched: list[int] = []
    kept = none = done = 0
    for account in _all(actor):
        met = matching(rules, by_rules.values(account), trial.asked_at)
        place = rules.each[met[0]].territory_id if met else rules.fallback_id
        if not met:
            none += 1
            unmatched += [account.pk] if len(unmatched) < _SHOWN else []
            place = place or territory_of_country(account.country)
        else:
            won[met[0]] += 1
            overlaps.update((met[0], other) for other in met[1:])
        if account.pk in by_hand:
            kept, place = kept + 1, account.territory_id
        now[account.territory_id] += 1
        then[place] += 1
        if place != account.territory_id:
            moves[account.territory_id, place] += 1
        done += 1
        if done % _CHUNK == 0:
            Trial.objects.filter(pk=trial.pk).update(done=done)
            queue.progress(done, trial.total)
    trial.done, trial.finished_at = done, at
    trial.result = {
        "now": _pairs(now), "then": _pairs(then), "moves": [[*pair, n] for pair, n in moves.most_common()],
        "won": [won[place] for place in range(len(rules.each))],
        "overlaps": [[*pair, n] for pair, n in overlaps.most_common(50)],
        "unmatched": none, "unmatched_first": unmatched, "by_hand": kept,
    }  # fmt: skip
    trial.save(update_fields=["done", "finished_at", "result"])
    return trial


def _pairs(counts: Counter[Any]) -> list[list[Any]]:
    return [[place, count] for place, count in counts.items()]


def _all(actor: Actor) -> Iterator[Account]:
    last = 0
    while rows := list(accounts_of(actor).filter(pk__gt=last).only(*READ).order_by("pk")[:_CHUNK]):
        yield from rows
        last = rows[-1].pk
