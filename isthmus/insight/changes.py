"""What changed in the open pipeline between two moments: a sum that adds up to the last unit."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

from isthmus.insight.deals import Standing
from isthmus.insight.movements import Step, movements, value_of


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
    before, now = list(before), list(now)
    sums: Counter[Step] = Counter()
    for one in movements(before, now, {}):
        sums[one.step] += one.value
    was_open = {one.deal_id for one in before if one.state == "open"}
    return Changes(
        before=sum(value_of(one) for one in before if one.state == "open"),
        opened=sums[Step.OPENED],
        reopened=sums[Step.REOPENED],
        up=sums[Step.RAISED],
        down=sums[Step.LOWERED],
        won=sums[Step.WON],
        lost=sums[Step.LOST],
        now=sum(value_of(one) for one in now if one.state == "open"),
        unknown=sum(one.amount_base is None for one in now if one.deal_id in was_open),
    )
