"""What will be won in a period: a distribution from the open deals and from those not yet born."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from isthmus.analysis.births import Births, births
from isthmus.analysis.history import History
from isthmus.analysis.winning import LEAST_WINS, Chances, chances

Array = npt.NDArray[Any]

DRAWS = 4_000


@dataclass(frozen=True)
class Forecast:
    """What is won in [at, at + days), in the history's currency: tenth, half and nine tenths of the draws."""

    low: float
    middle: float
    high: float
    mean: float
    from_open: float  # of the mean, that of deals open now
    from_unborn: float
    chances: Chances
    births: Births


def forecast(
    history: History,
    *,
    at: float,
    days: float,
    counted: Array | None = None,
    learned: Chances | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> Forecast:
    """From what was known at `at`; the same history and seed give the same figures.

    `counted` says of each deal whether it is part of the forecast (a seller's, a team's): the chances are
    learned from all, the deals not yet born are as many as the counted ones were. `learned` saves learning
    the chances once more where they were (at the same time, for as many days).
    """
    rng = np.random.default_rng(seed)
    known = history.until(at)
    found = chances(known, at=at, days=days) if learned is None else learned
    own = known if counted is None else known.of(counted)
    if counted is not None:
        found = found.of(counted[known.deal[found.rows]])
    unborn = births(own, at=at, days=days)
    worths = _won_amounts(own if len(own.wins()[0]) >= LEAST_WINS else known, at)
    open_total = _open(known, found, worths, draws, rng)
    born_total = _born(unborn, worths, draws, rng)
    total = open_total + born_total
    low, middle, high = np.quantile(total, [0.1, 0.5, 0.9])
    return Forecast(
        float(low),
        float(middle),
        float(high),
        float(total.mean()),
        float(open_total.mean()),
        float(born_total.mean()),
        found,
        unborn,
    )


def _won_amounts(history: History, at: float) -> Array:
    _, since, amount = history.wins()
    known = amount[~np.isnan(amount) & (since >= at - 540)]
    return known if len(known) else np.zeros(1)


def _open(history: History, found: Chances, worths: Array, draws: int, rng: np.random.Generator) -> Array:
    amount = history.amount[found.rows]
    won = rng.random((draws, len(found.rows))) < found.draws(draws, rng)
    unknown = np.isnan(amount)
    total: Array = won[:, ~unknown] @ amount[~unknown]
    if unknown.any():
        total = total + (won[:, unknown] * rng.choice(worths, (draws, int(unknown.sum())))).sum(axis=1)
    return total


def _born(unborn: Births, worths: Array, draws: int, rng: np.random.Generator) -> Array:
    counts = unborn.draws(draws, rng)
    values = rng.choice(worths, int(counts.sum()))
    ends = np.cumsum(counts)
    sums = np.concatenate([[0.0], np.cumsum(values)])
    found: Array = sums[ends] - sums[ends - counts]
    return found
