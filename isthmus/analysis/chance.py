"""Whether differences between groups are more than chance. Pure."""

from collections.abc import Sequence
from math import exp, lgamma, log
from typing import NamedTuple

FEWEST_EXPECTED = 5.0  # below, the chi-square distribution is a poor guide (Cochran 1954)


class Test(NamedTuple):
    """The chance of differences as large, and how many groups were large enough to compare."""

    chance: float
    compared: int


def equal_rates_chance(groups: Sequence[tuple[int, int]]) -> Test | None:
    """The chance of differences as large if all (hits, n) groups had one rate: Pearson's chi-square test.

    Groups with fewer than five expected rows of either outcome are not compared. None where fewer than two
    groups remain, or one outcome only.
    """
    groups = _large_enough(groups)
    hits, n = sum(g[0] for g in groups), sum(g[1] for g in groups)
    if len(groups) < 2 or hits in (0, n):
        return None
    share = hits / n
    statistic = sum((hit - size * share) ** 2 / (size * share * (1 - share)) for hit, size in groups)
    return Test(chi_square_above(statistic, len(groups) - 1), len(groups))


def _large_enough(groups: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    hits, n = sum(g[0] for g in groups), sum(g[1] for g in groups)
    rarer = min(hits, n - hits) / n if n else 0.0
    return [group for group in groups if group[1] * rarer >= FEWEST_EXPECTED]


def chi_square_above(statistic: float, degrees: int) -> float:
    """P(X > statistic) for a chi-square variable: the upper incomplete gamma function."""
    a, x = degrees / 2, statistic / 2
    if x <= 0:
        return 1.0
    front = exp(-x + a * log(x) - lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        step = a
        while term > total * 1e-15:
            step += 1
            term *= x / step
            total += term
        return max(0.0, 1 - front * total)
    return front * _continued_fraction(a, x)


def _continued_fraction(a: float, x: float) -> float:
    tiny = 1e-300
    b = x + 1 - a
    c, d = 1 / tiny, 1 / b
    value = d
    for step in range(1, 500):
        factor = -step * (step - a)
        b += 2
        d = factor * d + b
        d = 1 / (d if abs(d) > tiny else tiny)
        c = b + factor / c
        c = c if abs(c) > tiny else tiny
        value *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return value
