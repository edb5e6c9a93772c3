"""Which rule an account meets, and who is next in turn. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from isthmus.territories.spec import Rule, Rules

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def matching(rules: Rules, values: Mapping[str, Any], at: datetime) -> list[int]:
    """The places of all rules that are met, in their order: the first wins, the others overlap with it."""
    return [place for place, one in enumerate(rules.each) if one.conditions.hold(values, at)]


def first_match(rules: Rules, values: Mapping[str, Any], at: datetime) -> Rule | None:
    """The rule that wins; None where none is met."""
    return next((one for one in rules.each if one.conditions.hold(values, at)), None)


@dataclass
class Turns:
    """Who is next: whoever has the least work; of those with as much, who waited longest; then by number.

    `load` counts open accounts and leads of each seller, `last` says when each was last given one.
    """

    load: dict[int, int]
    last: dict[int, datetime] = field(default_factory=dict)
    given: dict[int, datetime] = field(default_factory=dict)
    # Of several given at one moment, as in a batch, the first given waited longest.
    _order: dict[int, int] = field(default_factory=dict)
    _given: int = 0

    def next(self, sellers: Sequence[int], at: datetime, weight: int = 1) -> int | None:
        """Give one to the next of these sellers, and remember it; None where there are none."""
        if not sellers:
            return None
        chosen = min(
            sellers,
            key=lambda pk: (self.load.get(pk, 0), self.last.get(pk, _NEVER), self._order.get(pk, -1), pk),
        )
        self.load[chosen] = self.load.get(chosen, 0) + weight
        self.last[chosen] = self.given[chosen] = at
        self._order[chosen] = self._given = self._given + 1
        return chosen


def by_shares(
    units: Iterable[Any], shares: Mapping[int, int], had: Mapping[int, int] | None = None
) -> dict[Any, int]:
    """Each unit's seller so that everybody has their share at every moment, as near as whole units allow.

    `had` counts what each was given before, where units come some at a time.
    """
    had = {pk: (had or {}).get(pk, 0) for pk in shares}
    found: dict[Any, int] = {}
    for unit in units:
        chosen = min(shares, key=lambda pk: ((had[pk] + 1) / shares[pk], pk))
        had[chosen] += 1
        found[unit] = chosen
    return found
