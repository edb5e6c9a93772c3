"""What changed in the open pipeline between two moments: a sum that adds up to the last unit."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from isthmus.insight.deals import Standing


@dataclass
class Changes:
    """Micros of the base currency: what was open before, what came and went, and what is open now.

    before + opened + reopened + up - down - won - lost = now; `unknown` counts deals without a value.
    """

    before: int = 0
    opened: int = 0
    reopened: int = 0
    up: int = 0
    down: int = 0
    won: int = 0
    lost: int = 0
    now: int = 0
    unknown: int = 0

    def as_numbers(self) -> Mapping[str, int]:
        """By name, for keeping."""
        return asdict(self)


def changes_between(before: Iterable[Standing], now: Iterable[Standing]) -> Changes:
    """Compare how the same deals stood; a deal that is not in `before` was opened since.

    A deal's value is what its latest fact says in the base currency. One that ended leaves with the value it
    had before; what was won above or below that is a change of value first.
    """
    found = Changes()
    earlier = {one.deal_id: one for one in before}
    found.before = sum(one.amount_base or 0 for one in earlier.values() if one.state == "open")
    for one in now:
        was = earlier.get(one.deal_id)
        value = one.amount_base or 0
        was_open = was is not None and was.state == "open"
        if was is None or not was_open:
            if one.state == "open":
                _come(found, value, reopened=was is not None)
                found.now += value
            elif was is None:
                _come(found, value, reopened=False)
                _go(found, value, one.state)
            continue
        gained = value - (was.amount_base or 0)
        found.up += max(gained, 0)
        found.down += max(-gained, 0)
        if one.state == "open":
            found.now += value
        else:
            _go(found, value, one.state)
        found.unknown += one.amount_base is None
    return found


def _come(found: Changes, value: int, *, reopened: bool) -> None:
    if reopened:
        found.reopened += value
    else:
        found.opened += value


def _go(found: Changes, value: int, state: str) -> None:
    if state == "won":
        found.won += value
    else:
        found.lost += value
