"""95 % intervals of rates, medians and means. Pure."""

from functools import lru_cache
from math import cbrt, floor, sqrt

Z = 1.959963984540054  # the normal quantile of 0.975
_EXACT_UP_TO = 2000  # above, the normal approximation of the rank is exact to within one rank
FEWEST_FOR_MEAN = 20
FEWEST_HITS = 5  # of fewer payers neither the spread nor the skew can be told


def wilson(hits: int, n: int, z: float = Z) -> tuple[float, float] | tuple[None, None]:
    """Wilson's interval of a share (1927): never outside 0 to 1, honest for small n. Nothing for n = 0."""
    if n == 0:
        return None, None
    share = hits / n
    centre = share + z * z / (2 * n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low, high = (centre - half) / scale, (centre + half) / scale
    return (0.0 if hits == 0 else low), (1.0 if hits == n else high)


@lru_cache(maxsize=4096)
def median_rank(n: int) -> int | None:
    """The rank l such that the l-th smallest and l-th largest of n bound the median with at least 95 %.

    By the binomial of signs: the largest l with P(X < l) <= 2.5 % for X ~ B(n, 1/2); None for n below 6.
    """
    if n > _EXACT_UP_TO:
        return floor((n + 1) / 2 - 0.98 * sqrt(n))
    below, term, rank = 0, 1, 0
    while (below + term) * 40 <= 1 << n:
        below += term
        term = term * (n - rank) // (rank + 1)
        rank += 1
    return rank or None


def skewed_mean(
    n: int, total: float, squares: float, cubes: float
) -> tuple[float, float] | tuple[None, None]:
    """Interval of a mean of skewed worths by Hall's cubic transformation (1992), from their power sums.

    A few large payers make the plain normal interval too low on both sides; this one leans to the right.
    Nothing for fewer than 20 rows or when all are equal.
    """
    if n < FEWEST_FOR_MEAN:
        return None, None
    mean = total / n
    variance = squares / n - mean * mean
    if variance <= 1e-12 * max(squares / n, 1e-12):
        return None, None
    deviation = sqrt(variance)
    skew = (cubes / n - 3 * mean * squares / n + 2 * mean**3) / deviation**3
    error = deviation / sqrt(n)
    return mean - error * _hall(Z, skew, n), mean - error * _hall(-Z, skew, n)


def _hall(t: float, skew: float, n: int) -> float:
    """The inverse of Hall's transformation at a normal quantile."""
    a = skew / (3 * sqrt(n))
    if abs(a) < 1e-9:
        return t
    return (cbrt(1 + 3 * a * (t - a / 2)) - 1) / a
