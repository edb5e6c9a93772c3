"""What coaching changed: before and after, against those who were not coached at the same time. Pure.

A difference in differences over sellers. Each coached seller's change is set against the changes of sellers
who were not coached over the same days. Sellers also change for reasons of their own: how much is learned
from those who were not coached, and widens the interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import sqrt

from isthmus.analysis.shrinking import beta_quantile

FEWEST_ROWS = 5  # on each side: of fewer a seller's change is not counted
FEWEST_OTHERS = 3  # sellers who were not coached: of fewer nothing is compared
_APART = 1.645  # standard errors: the coached began elsewhere than the others


@dataclass(frozen=True)
class Side:
    """A figure over some days: its mean, the variance of that mean, and of how many cases."""

    n: int
    mean: float
    variance: float


@dataclass(frozen=True)
class Change:
    """One seller before and after."""

    before: Side
    after: Side

    @property
    def value(self) -> float:
        """By how much the figure rose."""
        return self.after.mean - self.before.mean

    @property
    def variance(self) -> float:
        """How far chance alone may move that."""
        return self.before.variance + self.after.variance

    @property
    def counts(self) -> bool:
        """Whether there are enough cases on both sides."""
        return min(self.before.n, self.after.n) >= FEWEST_ROWS


@dataclass(frozen=True)
class Compared:
    """One coached seller's change, and those of the others over the same days, by who they are."""

    coached: Change
    others: Mapping[int, Change]


@dataclass(frozen=True)
class Effect:
    """By how much more the coached changed than the others, with the interval of 95 in 100.

    `before` and `before_others`: where they began. `began_apart`: further from each other than by chance, so
    that a part of the change would have come by itself (regression to the mean).
    """

    value: float
    low: float
    high: float
    coached: int
    others: int
    before: float
    before_others: float
    began_apart: bool

    @property
    def told(self) -> bool:
        """Whether the interval leaves out nothing at all."""
        return self.low > 0 or self.high < 0


def rate_of(hits: int, n: int) -> Side:
    """A share; its variance with two hits and two misses more (Agresti and Coull): 0 of 5 is not sure."""
    smoothed = (hits + 2) / (n + 4)
    return Side(n, hits / n if n else 0.0, smoothed * (1 - smoothed) / n if n else 0.0)


def mean_of(values: Sequence[float]) -> Side:
    """A mean with its variance from the spread of the values."""
    n = len(values)
    if n < 2:
        return Side(n, values[0] if n else 0.0, 0.0)
    mean = sum(values) / n
    return Side(n, mean, sum((value - mean) ** 2 for value in values) / (n - 1) / n)


def effect(compared: Sequence[Compared]) -> Effect | None:
    """The mean effect on the coached; None where too few were coached, or too few others are there."""
    usable = [(one.coached, _counted(one.others)) for one in compared if one.coached.counts]
    usable = [(change, others) for change, others in usable if len(others) >= FEWEST_OTHERS]
    if not usable:
        return None
    between = _between([list(others.values()) for _change, others in usable])
    floor = _floor(usable)
    effects, spreads, theirs = [], [], []
    for change, others in usable:
        mean, whole = _common(list(others.values()), between, floor)
        effects.append(change.value - mean)
        spreads.append(max(change.variance, floor) + between)
        theirs.append(1 / whole)
    weights = [1 / spread for spread in spreads]
    shares = [weight / sum(weights) for weight in weights]
    value = sum(share * one for share, one in zip(shares, effects, strict=True))
    own = sum(share**2 * spread for share, spread in zip(shares, spreads, strict=True))
    # The same others stand against several coached: their errors may all point one way.
    common = sum(share * sqrt(one) for share, one in zip(shares, theirs, strict=True)) ** 2
    sellers = {number for _change, others in usable for number in others}
    degrees = len(sellers) - 1 + len(usable) - 1
    half = t_quantile(degrees) * sqrt((own + common) * _scale(usable, between, floor))
    began, apart = _began(usable, shares)
    return Effect(value, value - half, value + half, len(usable), len(sellers), began[0], began[1], apart)


@lru_cache(128)
def t_quantile(degrees: int) -> float:
    """The point that Student's t leaves 2.5 in 100 above."""
    share = beta_quantile(degrees / 2, 0.5, 0.05)
    return sqrt(degrees * (1 / share - 1))


def _counted(others: Mapping[int, Change]) -> dict[int, Change]:
    return {number: change for number, change in others.items() if change.counts}


def _floor(usable: Sequence[tuple[Change, dict[int, Change]]]) -> float:
    """The least variance of a change: equal values tell of no certainty."""
    every = [change.variance for change, _others in usable]
    every += [change.variance for _change, others in usable for change in others.values()]
    return max(every) * 0.05 or 1e-12


def _common(changes: Sequence[Change], between: float, floor: float) -> tuple[float, float]:
    """The mean change of the others, weighed by how well each is known, and the sum of the weights."""
    weights = [1 / (max(change.variance, floor) + between) for change in changes]
    whole = sum(weights)
    return sum(w * change.value for w, change in zip(weights, changes, strict=True)) / whole, whole


def _between(groups: Sequence[Sequence[Change]]) -> float:
    """The variance of changes beyond chance among those not coached (DerSimonian and Laird, pooled)."""
    above, scale = 0.0, 0.0
    floor = max(change.variance for group in groups for change in group) * 0.05 or 1e-12
    for group in groups:
        weights = [1 / max(change.variance, floor) for change in group]
        whole = sum(weights)
        mean = sum(w * change.value for w, change in zip(weights, group, strict=True)) / whole
        spread = sum(w * (change.value - mean) ** 2 for w, change in zip(weights, group, strict=True))
        above += spread - (len(group) - 1)
        scale += whole - sum(w * w for w in weights) / whole
    return max(above / scale, 0.0) if scale > 0 else 0.0


def _scale(usable: Sequence[tuple[Change, dict[int, Change]]], between: float, floor: float) -> float:
    """How much wider the others are spread than reckoned (Hartung and Knapp); never less than once."""
    seen, degrees = 0.0, 0
    for _change, others in usable:
        mean, _whole = _common(list(others.values()), between, floor)
        seen += sum((one.value - mean) ** 2 / (max(one.variance, floor) + between) for one in others.values())
        degrees += len(others) - 1
    return max(seen / degrees, 1.0)


def _began(
    usable: Sequence[tuple[Change, dict[int, Change]]], shares: Sequence[float]
) -> tuple[tuple[float, float], bool]:
    """Where the coached and the others began, and whether that is more than chance."""
    coached = others = variance = 0.0
    for (change, beside), share in zip(usable, shares, strict=True):
        levels = [one.before.mean for one in beside.values()]
        side = mean_of(levels)
        coached += share * change.before.mean
        others += share * side.mean
        variance += share**2 * (change.before.variance + side.variance * len(levels))
    return (coached, others), abs(coached - others) > _APART * sqrt(variance)
