"""Whether a dimension can carry a rate: how often each outcome states it. Pure.

A dimension that nearly all rows of one outcome lack (lost leads without an owner) makes every rate by it
look like that of the other outcome. The rule asks for three things at once:

- fewer than 1 in 10 rows of the one outcome state it ("nearly all lack it"),
- the other outcome states it at least five times as often (else both lack it alike, and rates still compare),
- the difference is not chance: Fisher's exact test, one side, 5 % (so a few unlucky rows refuse nothing).
"""

from dataclasses import dataclass
from math import erfc, exp, lgamma, sqrt

RARE = 0.10
TIMES = 5
CHANCE = 0.05
UNEVEN = 0.20  # a difference of coverage that is said, though not refused


@dataclass(frozen=True)
class Coverage:
    """Of `yes` rows with the outcome `yes_stated` state the dimension; of the others, `no_stated` of `no`."""

    yes: int
    yes_stated: int
    no: int
    no_stated: int

    @property
    def yes_share(self) -> float:
        return self.yes_stated / self.yes if self.yes else 0.0

    @property
    def no_share(self) -> float:
        return self.no_stated / self.no if self.no else 0.0

    @property
    def judges(self) -> bool:
        """Whether there are rows of both outcomes to compare."""
        return self.yes > 0 and self.no > 0

    @property
    def misleads(self) -> bool:
        """Whether a rate by this dimension would mislead."""
        if not self.judges:
            return False
        low, high = sorted((self.yes_share, self.no_share))
        return low < RARE and high > 0 and high >= TIMES * low and self._chance() <= CHANCE + 1e-9

    @property
    def is_uneven(self) -> bool:
        """Whether the outcomes state it so unevenly that a reader must know."""
        return self.judges and abs(self.yes_share - self.no_share) >= UNEVEN

    def _chance(self) -> float:
        """The probability of a gap as wide, were the dimension stated by chance alone."""
        few, among = (
            (self.yes_stated, self.yes) if self.yes_share < self.no_share else (self.no_stated, self.no)
        )
        return at_most(few, among, self.yes_stated + self.no_stated, self.yes + self.no)


def at_most(seen: int, drawn: int, marked: int, total: int) -> float:
    """P(at most `seen` marked among `drawn` of `total`, of which `marked` are): hypergeometric."""
    mean = drawn * marked / total
    spread = mean * (1 - marked / total) * (total - drawn) / max(total - 1, 1)
    if spread > 100:
        return 0.5 * erfc((mean - seen - 0.5) / sqrt(2 * spread))
    lowest = max(0, drawn - (total - marked))
    every = _log_choose(total, drawn)
    return sum(
        exp(_log_choose(marked, hit) + _log_choose(total - marked, drawn - hit) - every)
        for hit in range(lowest, seen + 1)
    )


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
