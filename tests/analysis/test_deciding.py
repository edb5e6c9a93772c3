"""Whether anything tells which deals are won: with a true effect it shows, without one it is not claimed."""

import numpy as np
import pytest

from isthmus.analysis.deciding import Cases, learn

SELLERS, PRODUCTS = 12, 4


def cases(n: int = 900, *, effect: float, seed: int = 1, open_deals: int = 0) -> Cases:
    luck = np.random.default_rng(seed)
    sellers, products = luck.integers(0, SELLERS, n), luck.integers(0, PRODUCTS, n)
    lift = effect * np.where(sellers % 2, 1.0, -1.0)
    won = (luck.random(n) < 1 / (1 + np.exp(-(0.4 + lift)))).astype(float)
    decided = luck.uniform(0, 500, n)
    won[:open_deals] = decided[:open_deals] = np.nan
    return Cases({"seller": sellers, "product": products}, won, decided)


def test_with_a_true_effect_the_model_is_better_says_by_what_and_is_calibrated() -> None:
    learned = learn(cases(effect=1.0, open_deals=50))

    assert learned.judged is not None and learned.model is not None
    assert learned.judged.is_better
    assert learned.judged.carries["seller"].low > 0 > learned.judged.carries["product"].low
    assert all(band.low - 0.1 <= band.said <= band.high + 0.1 for band in learned.judged.bands)
    still = Cases(
        {"seller": np.array([1, 2, -1]), "product": np.array([0, 0, 0])}, np.full(3, np.nan), np.zeros(3)
    )
    good, bad, unknown = learned.model.chances(still)
    low, high = learned.model.ranges(still)
    assert low[0] < good < high[0]
    assert good > unknown > bad, "what is not known counts as the average"
    assert learned.model.lifts(still)["seller"][2] == 0


@pytest.mark.parametrize("seed", range(8))
def test_without_an_effect_nothing_is_claimed(seed: int) -> None:
    learned = learn(cases(effect=0.0, seed=seed))

    assert learned.judged is not None
    assert not learned.judged.is_better
    assert learned.model is None
    assert learned.base_rate == learned.won / 900


def test_it_is_judged_on_later_deals_alone() -> None:
    """What seller decides in the first part of the time and no more in the last is no signal."""
    first, last = cases(effect=2.0), cases(effect=0.0, seed=2)
    late = last.decided > 350
    mixed = Cases(first.traits, np.where(late, last.won, first.won), last.decided)

    judged = learn(mixed).judged

    assert judged is not None and judged.trained + judged.tested == 900
    assert not judged.is_better


def test_a_trait_that_follows_from_the_outcome_is_left_out() -> None:
    some = cases(effect=0.0)
    told_late = np.where(some.won == 1, 3, -1)

    learned = learn(Cases({**some.traits, "reason": told_late}, some.won, some.decided))

    assert learned.left_out == ["reason"]
    assert learned.judged is not None and not learned.judged.is_better


def test_too_few_are_not_judged_and_none_is_no_rate() -> None:
    few = learn(cases(80, effect=2.0))
    none = learn(cases(3, effect=0.0, open_deals=3))

    assert few.judged is None and few.model is None and few.base_rate
    assert (none.n, none.base_rate) == (0, None)
