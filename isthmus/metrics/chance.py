"""Whether differences between groups are more than chance. Pure."""

from collections.abc import Sequence
from math import exp, lgamma, log

FEWEST_EXPECTED = 5.0  # below, the chi-square distribution is a poor guide (Cochran 1954)


def equal_rates_chance(groups: Sequence[tuple[int, int]]) -> float | None:
    """The chance of differences as large if all (hits, n) groups had one rate: Pearson's chi-square test.

    None where it cannot be told: fewer than two groups, one outcome only, or expected counts below five.
    """
    groups = [group for group in groups if group[1] > 0]
    hits, n = sum(g[0] for g in groups), sum(g[1] for g in groups)
    if len(groups) < 2 or hits in (0, n):
        return None
    share = hits / n
    if min(size * min(share, 1 - share) for _hits, size in groups) < FEWEST_EXPECTED:
        return None
    statistic = sum((hit - size * share) ** 2 / (size * share * (1 - share)) for hit, size in groups)
    return chi_square_above(statistic, len(groups) - 1)


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
