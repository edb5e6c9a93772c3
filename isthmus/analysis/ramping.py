"""How those who started earlier came up to speed, month by month after their start. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.analysis.pace import quantile

FEWEST = 5  # starters: of fewer no spread is told


@dataclass(frozen=True)
class RampMonth:
    """What the starters brought in one month after their start: the middle, and where 8 of 10 lay."""

    month: int
    low: float
    middle: float
    high: float
    starters: int


def ramp_curve(histories: Sequence[Sequence[float]], *, fewest: int = FEWEST) -> list[RampMonth]:
    """The months that enough starters had whole; each history holds one starter's months, whole ones only."""
    found = []
    for month in range(max((len(one) for one in histories), default=0)):
        values = sorted(one[month] for one in histories if len(one) > month)
        if len(values) < fewest:
            break
        found.append(
            RampMonth(
                month + 1, quantile(values, 0.1), quantile(values, 0.5), quantile(values, 0.9), len(values)
            )
        )
    return found
