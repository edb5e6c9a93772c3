"""Whether those in a league table differ by more than chance, by rates and by what they bring."""

from collections.abc import Sequence
from dataclasses import dataclass

from isthmus.analysis.chance import equal_rates_chance
from isthmus.analysis.shrinking import Estimate, shrunken_means, shrunken_rates

NOISE = 0.05
_FEWEST = 10  # payers in all: of fewer no table is judged


@dataclass(frozen=True)
class League:
    """Estimates in the order given, and the chance of differences as large among equals.

    `chance` is None where there is too little to judge by; `differ` only where chance hardly makes such.
    """

    estimates: Sequence[Estimate]
    chance: float | None
    compared: int

    @property
    def differ(self) -> bool:
        """Whether a ranking says anything."""
        return self.chance is not None and self.chance < NOISE


def rates(groups: Sequence[tuple[int, int]]) -> League:
    """A league of rates, each (hits, n), by the chi-square test of one rate for all."""
    found = equal_rates_chance(groups)
    return League(shrunken_rates(groups), found.chance if found else None, found.compared if found else 0)


def sums(
    payers: Sequence[Sequence[float]], presence: Sequence[float], *, seed: int = 0, draws: int = 2000
) -> League:
    """A league of sums: `payers` holds what each brought to each member, `presence` their working time.

    Among equals a payer falls to anybody in proportion to their presence: payers are dealt out so again and
    again, and the chance is the share of deals that are as uneven as what happened.
    """
    totals = [sum(each) for each in payers]
    rate = [total / time if time else 0.0 for total, time in zip(totals, presence, strict=True)]
    known = [at for at, time in enumerate(presence) if time]
    everything = [one for at in known for one in payers[at]]
    # Payers come by chance, each with its own sum: such a total varies by the sum of the squares, here of all
    # together, for who brought little would else seem to be known best.
    spread = sum(one * one for one in everything) / (sum(presence[at] for at in known) or 1)
    estimates = [Estimate(0.0, 0.0, 0.0)] * len(totals)
    scaled = shrunken_means([rate[at] for at in known], [spread / presence[at] for at in known])
    for at, one in zip(known, scaled, strict=True):
        time = presence[at]
        estimates[at] = Estimate(one.value * time, one.low * time, one.high * time)
    if len(known) < 2 or len(everything) < _FEWEST:
        return League(estimates, None, len(known))
    times = [presence[at] for at in known]
    chance = _chance(everything, [totals[at] for at in known], times, seed, draws)
    return League(estimates, chance, len(known))


def _chance(
    everything: Sequence[float], totals: Sequence[float], presence: Sequence[float], seed: int, draws: int
) -> float:
    import numpy as np

    chance = np.random.default_rng(seed)
    amounts = np.asarray(everything)
    shares = np.asarray(presence) / sum(presence)
    expected = amounts.sum() * shares

    def unevenness(of: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> "np.floating":
        return (((of - expected) ** 2) / shares).sum(axis=-1)  # type: ignore[no-any-return]

    seen = unevenness(np.asarray(totals))
    to = chance.choice(len(shares), size=(draws, len(amounts)), p=shares)
    dealt = np.stack([np.where(to == member, amounts, 0.0).sum(axis=1) for member in range(len(shares))], 1)
    as_uneven = int((unevenness(dealt) >= seen * (1 - 1e-12)).sum())
    return (as_uneven + 1) / (draws + 1)
