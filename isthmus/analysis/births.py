"""Deals that are not there yet: how many will be opened and won before a period ends."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from isthmus.analysis.history import OPEN, WON, History

Array = npt.NDArray[Any]

HALF_LIFE = 90.0  # days after which an opening counts half
BACK = 540.0


@dataclass(frozen=True)
class Births:
    """How many deals are expected to be opened in a period and won in it, and how sure that is.

    `mean` deals, of a negative binomial with shape `shape`; `openings` a day.
    """

    mean: float
    shape: float
    openings: float

    def draws(self, n: int, rng: np.random.Generator) -> Array:
        """n counts."""
        if self.mean <= 0:
            return np.zeros(n, dtype=int)
        found: Array = rng.poisson(rng.gamma(self.shape, self.mean / self.shape, n))
        return found


def births(history: History, *, at: float, days: float) -> Births:
    """From the openings of the past, the later the more, and how soon deals were won after theirs."""
    known = history.until(at)
    if not len(known.at):
        return Births(0.0, 1.0, 0.0)
    rows = known.rows_at(np.inf)
    opened = known.opened[rows]
    length = min(at - float(opened.min()), BACK)
    if length < 1:
        return Births(0.0, 1.0, 0.0)
    recent = opened >= at - length
    weight = 0.5 ** ((at - opened[recent]) / HALF_LIFE)
    rate = float(weight.sum() / (HALF_LIFE / np.log(2) * (1 - 0.5 ** (length / HALF_LIFE))))
    curve = won_by_age(known, at=at, days=days)
    mean = rate * float(curve.mean()) * days
    return Births(mean, _shape(opened[recent], at, length, days, mean), rate)


def won_by_age(history: History, *, at: float, days: float) -> Array:
    """The share of deals won by each age of 0.5, 1.5 … days (Aalen and Johansen's estimate)."""
    rows = history.rows_at(at)
    ended = history.state[rows] != OPEN
    age = np.where(ended, history.since[rows], at) - history.opened[rows]
    won = history.state[rows] == WON
    order = np.argsort(age, kind="stable")
    age, ended, won = age[order], ended[order], won[order]
    at_risk = len(age) - np.arange(len(age))
    alive = np.cumprod(1 - ended / at_risk)
    before = np.concatenate([[1.0], alive[:-1]])
    incidence = np.cumsum(before * won / at_risk)
    middles = np.arange(int(np.ceil(days))) + 0.5
    places = np.searchsorted(age, middles, side="right") - 1
    found: Array = np.where(places >= 0, incidence[np.maximum(places, 0)], 0.0)
    return found


def _shape(opened: Array, at: float, length: float, days: float, mean: float) -> float:
    """How far apart periods are beyond chance: one over the squared spread of the rate."""
    periods = int(length // days)
    cases = float(len(opened))
    uncertain = 1.0 / max(cases * min(HALF_LIFE / np.log(2) * 2 / max(length, 1.0), 1.0), 1.0)
    if periods >= 4:
        counts = np.histogram(at - opened, bins=np.arange(periods + 1) * days)[0].astype(float)
        average = counts.mean()
        if average > 0:
            uncertain += max((counts.var(ddof=1) - average) / average**2, 0.0)
    return float(1.0 / max(uncertain, 1e-4))
