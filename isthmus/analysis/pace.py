"""How fast one must be to reach a target, and how fast one usually is in as many days."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

FEWEST = 3  # past periods: of fewer nothing is usual

Verdict = Literal["reached", "easy", "usual", "hard", "over", "unknown"]


@dataclass(frozen=True)
class Usual:
    """The middle of what past periods brought in the same number of days, and its quartiles."""

    low: float
    middle: float
    high: float
    periods: int


@dataclass(frozen=True)
class Pace:
    """What is still needed, in how many working days, beside what is usual.

    `even` is where a steady pace would be now. `verdict`: reached; over (no day is left); easy, usual or hard
    by the quartiles of what is usual; unknown where too few periods are known.
    """

    needed: float
    days: int
    even: float
    usual: Usual | None
    verdict: Verdict


def pace(*, target: float, attained: float, days_left: int, days_in_all: int, past: Sequence[float]) -> Pace:
    """How one stands; `past` is what each earlier period brought in its last `days_left` working days."""
    needed = max(target - attained, 0.0)
    gone = days_in_all - days_left
    even = target * gone / days_in_all if days_in_all else target
    usual = usual_of(past)
    return Pace(needed, days_left, even, usual, _verdict(needed, days_left, usual))


def usual_of(past: Sequence[float]) -> Usual | None:
    """Median and quartiles (linear between neighbours); None of fewer than three."""
    if len(past) < FEWEST:
        return None
    values = sorted(past)
    return Usual(quantile(values, 0.25), quantile(values, 0.5), quantile(values, 0.75), len(values))


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the sorted values lies, linear between neighbours."""
    place = (len(values) - 1) * share
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def _verdict(needed: float, days: int, usual: Usual | None) -> Verdict:
    if not needed:
        return "reached"
    if not days:
        return "over"
    if usual is None:
        return "unknown"
    if needed <= usual.low:
        return "easy"
    return "usual" if needed <= usual.high else "hard"
