"""Estimates of many groups that borrow from one another, so that small groups are not ranked by luck."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, log, sqrt

Z95 = 1.959963984540054


@dataclass(frozen=True)
class Estimate:
    """One group's estimate and the interval that holds the truth 95 times in 100."""

    value: float
    low: float
    high: float


def shrunken_rates(groups: Sequence[tuple[int, int]]) -> list[Estimate]:
    """Rates of (hits, n) groups under a common beta prior, whose weight is found by the method of moments.

    Where the rates differ by no more than chance the prior weighs so much that all are nearly the same. A
    group without rows has the common rate.
    """
    hits, n = sum(group[0] for group in groups), sum(group[1] for group in groups)
    if not n:
        return [Estimate(0.0, 0.0, 1.0) for _group in groups]
    share = hits / n
    weight = _prior_weight(groups, share)
    a, b = share * weight, (1 - share) * weight
    found = []
    for hit, size in groups:
        alpha, beta = a + hit, b + size - hit
        if alpha <= 0 or beta <= 0:  # Everybody won, or nobody.
            found.append(Estimate(share, share, share))
            continue
        found.append(
            Estimate(
                alpha / (alpha + beta), beta_quantile(alpha, beta, 0.025), beta_quantile(alpha, beta, 0.975)
            )
        )
    return found


def shrunken_means(values: Sequence[float], variances: Sequence[float]) -> list[Estimate]:
    """Figures with known variances under a common normal prior (DerSimonian and Laird's moment estimate)."""
    if not values:
        return []
    floor = max(variances) * 1e-9 or 1.0
    weights = [1 / max(variance, floor) for variance in variances]
    whole = sum(weights)
    mean = sum(w * v for w, v in zip(weights, values, strict=True)) / whole
    spread = sum(w * (v - mean) ** 2 for w, v in zip(weights, values, strict=True))
    scale = whole - sum(w * w for w in weights) / whole
    between = max((spread - (len(values) - 1)) / scale, 0.0) if scale > 0 else 0.0
    weights = [1 / (max(variance, floor) + between) for variance in variances]
    common = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    found = []
    for value, variance in zip(values, variances, strict=True):
        trust = between / (between + max(variance, floor))
        centre = common + trust * (value - common)
        # What is not known of the common mean counts too.
        half = Z95 * sqrt(trust * max(variance, floor) + (1 - trust) ** 2 / sum(weights))
        found.append(Estimate(centre, centre - half, centre + half))
    return found


def beta_quantile(a: float, b: float, share: float) -> float:
    """The point below which a share of a beta distribution lies."""
    low, high = 0.0, 1.0
    for _step in range(60):
        middle = (low + high) / 2
        if beta_below(a, b, middle) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def beta_below(a: float, b: float, x: float) -> float:
    """P(X <= x) of a beta variable: the regularised incomplete beta function."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * _continued(a, b, x) / a
    return 1 - front * _continued(b, a, 1 - x) / b


def _prior_weight(groups: Sequence[tuple[int, int]], share: float) -> float:
    """How many rows the common rate is worth: few where rates differ, many where they do not."""
    sized = [(hit, n) for hit, n in groups if n]
    n = sum(size for _hit, size in sized)
    most = 1e4
    if len(sized) < 2 or share in (0.0, 1.0):
        return most
    binomial = share * (1 - share)
    spread = sum(size * (hit / size - share) ** 2 for hit, size in sized)
    scale = n - sum(size * size for _hit, size in sized) / n
    between = (spread - (len(sized) - 1) * binomial) / scale if scale > 0 else 0.0
    return most if between <= 0 else min(max(binomial / between - 1, 1.0), most)


def _continued(a: float, b: float, x: float) -> float:
    tiny = 1e-300
    c, d = 1.0, 1 / _away(1 - (a + b) * x / (a + 1), tiny)
    value = d
    for m in range(1, 400):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / _away(1 + even * d, tiny), _away(1 + even / c, tiny)
        value *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / _away(1 + odd * d, tiny), _away(1 + odd / c, tiny)
        value *= d * c
        if abs(d * c - 1) < 1e-14:
            break
    return value


def _away(number: float, tiny: float) -> float:
    return number if abs(number) > tiny else tiny
