"""The chance that an open deal is won within so many days, learned from how deals like it went on.

Landmarking (van Houwelingen, "Dynamic prediction by landmarking in event history analysis", Scandinavian
Journal of Statistics 34, 2007): at every seventh day of the past each open deal is a row, and whether it was
won within the days after it the outcome. Days whose outcome cannot be known yet are not learned from.
"""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from isthmus.analysis.history import History
from isthmus.analysis.logistic import Logistic, fit

Array = npt.NDArray[Any]

EVERY = 7.0  # days between two landmarks
LEAST_WINS = 10
HALF_LIFE = 365.0  # days after which what was seen counts half
PRIOR_PERIODS, LEAST_SHOCK = 6.0, 0.4
# Ridges: prior variances 1/penalty of log odds, on features of about unit spread.
_FREE, _STAGE, _AGE, _OWNER = 0.01, 0.25, 1.0, 4.0


@dataclass(frozen=True)
class Chances:
    """Chances of open deals at one time: `model` is None where there was too little to learn from."""

    model: Logistic | None
    features: Array
    rows: Array
    learned_from: int  # deals
    wins: int  # of them, outcomes that were wins
    base_rate: float
    shock: float = 0.0  # spread of the log odds that all deals of a period share

    def of(self, kept: Array) -> "Chances":
        """Those of some of the deals: `kept` says of each row whether it is one."""
        return replace(self, features=self.features[kept], rows=self.rows[kept])

    def mean(self) -> Array:
        """The chance of each."""
        if self.model is None:
            return np.full(len(self.rows), self.base_rate)
        return self.model.chance(self.features)

    def draws(self, n: int, rng: np.random.Generator) -> Array:
        """n × deals: chances as they might be as well."""
        if self.model is None:
            spread = rng.beta(1 + self.wins, 1 + max(self.learned_from - self.wins, 0), (n, 1))
            return np.repeat(spread, len(self.rows), axis=1)
        shared = rng.standard_normal((n, 1)) * self.shock
        return self.model.draws(self.features, n, rng, shift=shared)


def chances(history: History, *, at: float, days: float, back: float = 730.0) -> Chances:
    """Chances to be won in [at, at + days) of the deals open at `at`, from what was known then.

    `back` is how many days of the past are learned from.
    """
    known = history.until(at)
    places, targets = [], []
    landmark = at - days
    first = max(at - back, float(known.opened.min()) if len(known.at) else at)
    won_at = np.full(known.deals, np.nan)
    deal, since, _ = known.wins()
    won_at[deal] = since
    while landmark > first:
        rows = known.open_at(landmark)
        places.append((rows, np.full(len(rows), landmark)))
        when = won_at[known.deal[rows]]
        targets.append((when >= landmark) & (when < landmark + days))
        landmark -= EVERY
    now = known.open_at(at)
    outcome = np.concatenate(targets).astype(float) if targets else np.zeros(0)
    rows = np.concatenate([one for one, _ in places]) if places else np.zeros(0, dtype=int)
    times = np.concatenate([one for _, one in places]) if places else np.zeros(0)
    cases = len(np.unique(known.deal[rows]))
    wins = int(outcome.sum() / max(len(rows) / max(cases, 1), 1))
    rate = float(outcome.mean()) if len(outcome) else 0.0
    shape = _Shape.of(known, rows)
    features = shape.features(known, now, np.full(len(now), at))
    if wins < LEAST_WINS or cases - wins < LEAST_WINS:
        return Chances(None, features, now, cases, wins, rate)
    past = shape.features(known, rows, times)
    weights = 0.5 ** ((at - times) / HALF_LIFE)
    model = fit(past, outcome, shape.penalty(), weights=weights, repeats=max(len(rows) / cases, 1.0))
    shock = _shock(model.chance(past), outcome, times, at - days, days)
    return Chances(model, features, now, cases, wins, rate, shock)


def _shock(chance: Array, outcome: Array, times: Array, last: float, days: float) -> float:
    """How far whole periods lay beside their chances, beyond luck: the spread of a shift of the log odds."""
    gap = EVERY * max(round(days / EVERY), 1)
    apart = np.round((last - times) / EVERY) * EVERY % gap < EVERY / 2
    extra, scale, found = 0.0, 0.0, 0
    for time in np.unique(times[apart]):
        rows = times == time
        luck = (chance[rows] * (1 - chance[rows])).sum()
        extra += (outcome[rows].sum() - chance[rows].sum()) ** 2 - luck
        scale += luck**2
        found += 1
    # A few periods tell little of how far they lie apart: they speak beside a prior of LEAST_SHOCK.
    seen = max(extra / scale, 0.0) if scale else 0.0
    return float(np.sqrt((found * seen + PRIOR_PERIODS * LEAST_SHOCK**2) / (found + PRIOR_PERIODS)))


@dataclass(frozen=True)
class _Shape:
    """Which stages and owners there are, and what an amount and an age are compared with."""

    stages: Array
    owners: Array
    amount_mean: float
    amount_spread: float

    @classmethod
    def of(cls, history: History, rows: Array) -> "_Shape":
        logs = np.log1p(np.maximum(np.nan_to_num(history.amount[rows]), 0))
        known = logs[~np.isnan(history.amount[rows])]
        spread = float(known.std()) if len(known) > 1 else 1.0
        owners, counts = np.unique(history.owner[rows], return_counts=True)
        return cls(
            np.unique(history.stage[rows]),
            owners[(counts >= 20) & (owners >= 0)],
            float(known.mean()) if len(known) else 0.0,
            spread if spread > 1e-9 else 1.0,
        )

    def features(self, history: History, rows: Array, at: Array) -> Array:
        stage = (history.stage[rows][:, None] == self.stages[None, :]).astype(float)
        in_stage = np.log1p(np.maximum(at - history.since[rows], 0)) / 2
        age = np.log1p(np.maximum(at - history.opened[rows], 0)) / 2
        amount = (np.log1p(np.maximum(np.nan_to_num(history.amount[rows]), 0)) - self.amount_mean) / (
            self.amount_spread
        )
        unknown = np.isnan(history.amount[rows])
        columns = [
            np.ones((len(rows), 1)),
            stage,
            stage * (in_stage[:, None] - 1),
            (age - 1)[:, None],
            np.where(unknown, 0.0, amount)[:, None],
            unknown[:, None].astype(float),
            (history.owner[rows][:, None] == self.owners[None, :]).astype(float),
        ]
        return np.concatenate(columns, axis=1)

    def penalty(self) -> Array:
        stages, owners = len(self.stages), len(self.owners)
        return np.array(
            [_FREE, *[_STAGE] * stages, *[_AGE] * stages, _AGE, _AGE, _AGE, *[_OWNER] * owners], dtype=float
        )
