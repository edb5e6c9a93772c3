"""The chance that a deal is won at all, from what is known at its opening; and if it beats the base rate.

Learned from deals that were decided early, judged on those that were decided later: what a model says of
deals that it has seen says nothing. Where it is not better beyond doubt, the base rate is all that is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from isthmus.analysis.logistic import Logistic, fit
from isthmus.analysis.shrinking import beta_quantile

Array = npt.NDArray[Any]

LEAST_TRAINED, LEAST_TESTED, LEAST_RARER = 100, 60, 20
LATER_SHARE = 0.3  # of the decided deals, the last, are kept for the judgement
RIDGES = (1.0, 4.0, 16.0, 64.0, 256.0)
UNEVEN = 0.2  # a trait that one outcome states so much more often came after the outcome, not before
MOST_LEVELS, LEAST_OF_LEVEL = 200, 5
DRAWS = 2000
BINS = 5


@dataclass(frozen=True)
class Cases:
    """Deals. `traits`: by name a whole number for each (-1: not known). `won` is 1, 0, or nan while open.

    `decided` is the day on which each was won or lost (nan while open), on any one clock.
    """

    traits: Mapping[str, Array]
    won: Array
    decided: Array

    def of(self, kept: Array) -> "Cases":
        """Some of them."""
        return Cases(
            {name: one[kept] for name, one in self.traits.items()}, self.won[kept], self.decided[kept]
        )


@dataclass(frozen=True)
class Interval:
    """A figure and the range that holds it 95 times in 100."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Band:
    """Deals of like chance: what was said of them on average, and how many were won."""

    said: float
    won: int
    n: int
    low: float
    high: float


@dataclass(frozen=True)
class Judged:
    """How a model fared on deals that it had not seen. Losses are mean log losses.

    `gain` is what the model saves of the base rate's loss; `carries` by trait what is lost again without it.
    """

    trained: int
    tested: int
    cut: float
    base_loss: float
    loss: float
    base_brier: float
    brier: float
    gain: Interval
    carries: Mapping[str, Interval]
    bands: Sequence[Band]

    @property
    def is_better(self) -> bool:
        """Whether it beats the base rate beyond doubt."""
        return self.gain.low > 0


@dataclass(frozen=True)
class Model:
    """Levels of traits, each with its own column, and their weights in log odds."""

    levels: Mapping[str, Array]
    logistic: Logistic

    def features(self, cases: Cases) -> Array:
        """One column for all, then one for each level; what is not known counts as the average."""
        return _features(self.levels, cases)

    def chances(self, cases: Cases) -> Array:
        """The chance of each."""
        return self.logistic.chance(self.features(cases))

    def ranges(self, cases: Cases, *, seed: int = 0, draws: int = 400) -> tuple[Array, Array]:
        """The range of each chance, for weights as they might be as well."""
        drawn = self.logistic.draws(self.features(cases), draws, np.random.default_rng(seed))
        return np.quantile(drawn, 0.025, axis=0), np.quantile(drawn, 0.975, axis=0)

    def lifts(self, cases: Cases) -> Mapping[str, Array]:
        """By trait, how much it moves each deal's log odds."""
        features = self.features(cases)
        found, at = {}, 1
        for name, levels in self.levels.items():
            columns = slice(at, at + len(levels))
            found[name] = features[:, columns] @ self.logistic.coefficients[columns]
            at += len(levels)
        return found


@dataclass(frozen=True)
class Learned:
    """What was learned of all decided deals. `judged` is None where there are too few to judge by.

    `model` is there only where it is better than the base rate. `left_out`: traits that one outcome states
    much more often than the other.
    """

    n: int
    won: int
    judged: Judged | None
    model: Model | None
    left_out: Sequence[str]

    @property
    def base_rate(self) -> float | None:
        """The share of the decided that were won."""
        return self.won / self.n if self.n else None

    @property
    def base_range(self) -> tuple[float, float]:
        """Its range."""
        return _range(self.won, self.n)


def learn(cases: Cases, *, seed: int = 0) -> Learned:
    """Learn from the decided, judge on the later of them, and keep the model only if it is better."""
    known = cases.of(~np.isnan(cases.won))
    order = np.argsort(known.decided, kind="stable")
    known = known.of(order)
    n, won = len(known.won), int(known.won.sum())
    names, left_out = _usable(known)
    cut = _cut(known)
    judged, model = None, None
    if cut is not None and names:
        earlier, later = known.of(known.decided < cut), known.of(known.decided >= cut)
        judged = _judge(earlier, later, cut, names, seed)
    if judged is not None and judged.is_better:
        model = _fitted(known, names, _ridge(known, names))
    return Learned(n, won, judged, model, left_out)


def _cut(known: Cases) -> float | None:
    """The day from which the later deals are kept; None where too few are on either side."""
    if not len(known.won):
        return None
    cut = float(known.decided[int(len(known.decided) * (1 - LATER_SHARE))])
    earlier = known.won[known.decided < cut]
    later = known.won[known.decided >= cut]
    if len(earlier) < LEAST_TRAINED or len(later) < LEAST_TESTED:
        return None
    rarer = min(earlier.sum(), len(earlier) - earlier.sum(), later.sum(), len(later) - later.sum())
    return cut if rarer >= LEAST_RARER else None


def _usable(known: Cases) -> tuple[list[str], list[str]]:
    """Traits with two levels and more that both outcomes state alike, and those that one of them does."""
    names: list[str] = []
    left_out: list[str] = []
    is_won = known.won == 1
    for name, codes in known.traits.items():
        if is_won.any() and (~is_won).any():
            stated = codes >= 0
            if abs(stated[is_won].mean() - stated[~is_won].mean()) > UNEVEN:
                left_out.append(name)
                continue
        if len(_levels(codes)) > 1:
            names.append(name)
    return names, left_out


def _levels(codes: Array) -> Array:
    """The levels with a few deals each, the commonest first where they are very many."""
    levels, counts = np.unique(codes[codes >= 0], return_counts=True)
    levels, counts = levels[counts >= LEAST_OF_LEVEL], counts[counts >= LEAST_OF_LEVEL]
    found: Array = np.sort(levels[np.argsort(-counts, kind="stable")][:MOST_LEVELS])
    return found


def _judge(earlier: Cases, later: Cases, cut: float, names: Sequence[str], seed: int) -> Judged:
    ridge = _ridge(earlier, names)
    model = _fitted(earlier, names, ridge)
    said = model.chances(later)
    base = np.full(len(later.won), earlier.won.mean())
    losses, base_losses = _losses(said, later.won), _losses(base, later.won)
    luck = np.random.default_rng(seed)
    again = luck.integers(0, len(later.won), (DRAWS, len(later.won)))
    carries = {}
    for name in names:
        rest = [one for one in names if one != name]
        without = _losses(_fitted(earlier, rest, ridge).chances(later), later.won) if rest else base_losses
        carries[name] = _mean(without - losses, again)
    return Judged(
        trained=len(earlier.won),
        tested=len(later.won),
        cut=cut,
        base_loss=float(base_losses.mean()),
        loss=float(losses.mean()),
        base_brier=float(((base - later.won) ** 2).mean()),
        brier=float(((said - later.won) ** 2).mean()),
        gain=_mean(base_losses - losses, again),
        carries=carries,
        bands=_bands(said, later.won),
    )


def _ridge(known: Cases, names: Sequence[str]) -> float:
    """How much the weights are held back: the ridge that was best on the last quarter of what is known."""
    split = int(len(known.won) * 0.75)
    first, last = known.of(np.arange(split)), known.of(np.arange(split, len(known.won)))
    tried = [
        (float(_losses(_fitted(first, names, ridge).chances(last), last.won).mean()), -ridge)
        for ridge in RIDGES
    ]
    return -min(tried)[1]


def _fitted(known: Cases, names: Sequence[str], ridge: float) -> Model:
    levels = {name: _levels(known.traits[name]) for name in names}
    features = _features(levels, known)
    penalty = np.array([0.01, *[ridge] * (features.shape[1] - 1)])
    return Model(levels, fit(features, known.won, penalty))


def _features(levels: Mapping[str, Array], cases: Cases) -> Array:
    columns = [np.ones((len(cases.won), 1))]
    columns += [
        (cases.traits[name][:, None] == of_trait[None, :]).astype(float) for name, of_trait in levels.items()
    ]
    return np.concatenate(columns, axis=1)


def _losses(said: Array, won: Array) -> Array:
    said = np.clip(said, 1e-6, 1 - 1e-6)
    found: Array = -(won * np.log(said) + (1 - won) * np.log(1 - said))
    return found


def _mean(values: Array, again: Array) -> Interval:
    """A mean and its range, by drawing the same deals again and again."""
    means = values[again].mean(axis=1)
    return Interval(float(values.mean()), float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975)))


def _bands(said: Array, won: Array) -> list[Band]:
    order = np.argsort(said, kind="stable")
    found = []
    for part in np.array_split(order, BINS):
        hits = int(won[part].sum())
        found.append(Band(float(said[part].mean()), hits, len(part), *_range(hits, len(part))))
    return found


def _range(hits: int, n: int) -> tuple[float, float]:
    """The range of a share, with half a case on either side (Jeffreys)."""
    a, b = hits + 0.5, n - hits + 0.5
    return beta_quantile(a, b, 0.025), beta_quantile(a, b, 0.975)
