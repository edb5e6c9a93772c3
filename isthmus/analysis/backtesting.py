"""How a forecast would have fared: made again at the starts of past periods, with what was known then."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from isthmus.analysis.forecasting import DRAWS, forecast
from isthmus.analysis.history import History

LEAST_PERIODS = 6  # fewer than these tell nothing


@dataclass(frozen=True)
class Tried:
    """One past period: what was forecast at its start, what came, and what the naive forecasts had said."""

    start: float
    end: float
    low: float
    middle: float
    high: float
    actual: float
    last_period: float  # what the period before had brought
    weighted: float  # the open deals, each by its stage's chance

    @property
    def is_inside(self) -> bool:
        """Whether what came lay within the 80 % interval."""
        return self.low <= self.actual <= self.high


@dataclass(frozen=True)
class Fared:
    """What a backtest says: periods, how many lay inside, and mean absolute errors."""

    periods: int
    inside: int
    error: float
    error_last_period: float
    error_weighted: float

    @property
    def best(self) -> str:
        """Which forecast to show: "model" where its error is below both naive ones, else the better of these.

        "none" where too few periods were tried.
        """
        if self.periods < LEAST_PERIODS:
            return "none"
        if self.error < min(self.error_last_period, self.error_weighted):
            return "model"
        return "last_period" if self.error_last_period <= self.error_weighted else "weighted"


def backtest(
    history: History,
    periods: Sequence[tuple[float, float]],
    stage_chance: Mapping[int, float],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    after_each: Callable[[int], object] = lambda done: None,
) -> list[Tried]:
    """Try the periods (start, end), which follow each other; the first is only the second's last period.

    Each forecast sees nothing that happened from its start on; what came is told with all that is known now.
    """
    tried = []
    for place in range(1, len(periods)):
        start, end = periods[place]
        made = forecast(history, at=start, days=end - start, seed=seed + place, draws=draws)
        tried.append(
            Tried(
                start,
                end,
                made.low,
                made.middle,
                made.high,
                history.won_between(start, end),
                history.until(start).won_between(*periods[place - 1]),
                weighted(history, start, stage_chance),
            )
        )
        after_each(place)
    return tried


def weighted(history: History, at: float, stage_chance: Mapping[int, float]) -> float:
    """The amounts of the deals open at `at`, each times the chance that its stage is given."""
    rows = history.open_at(at)
    chance = np.array([stage_chance.get(int(stage), 0.0) for stage in history.stage[rows]])
    return float(np.nansum(history.amount[rows] * chance)) if len(rows) else 0.0


def fared(tried: Sequence[Tried]) -> Fared:
    """All of them together."""

    def error(name: str) -> float:
        return float(np.mean([abs(getattr(one, name) - one.actual) for one in tried])) if tried else 0.0

    return Fared(
        len(tried),
        sum(one.is_inside for one in tried),
        error("middle"),
        error("last_period"),
        error("weighted"),
    )
