"""Intervals against published and worked figures."""

from fractions import Fraction
from math import comb, exp
from random import Random
from statistics import mean, pstdev

import pytest

from isthmus.analysis.chance import chi_square_above, equal_rates_chance
from isthmus.metrics.coverage import Coverage, at_most
from isthmus.metrics.figures import SLACK
from isthmus.metrics.intervals import median_rank, skewed_mean, wilson

pytestmark = pytest.mark.core


@pytest.mark.parametrize(
    "hits, n, low, high",
    [
        # Newcombe 1998, Statistics in Medicine 17: table I, method 3 (Wilson without correction).
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        (29, 29, 0.8830, 1.0),
    ],
)
def test_wilson_gives_the_published_intervals(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == pytest.approx((low, high), abs=5e-5)


def test_a_share_of_nothing_has_no_interval() -> None:
    assert wilson(0, 0) == (None, None)


@pytest.mark.parametrize(
    "n, rank", [(5, None), (6, 1), (8, 1), (9, 2), (10, 2), (20, 6), (25, 8), (50, 18), (100, 40)]
)
def test_the_median_is_bounded_by_the_tabulated_ranks(n: int, rank: int | None) -> None:
    assert median_rank(n) == rank


def test_the_ranks_cover_the_median_and_the_next_ones_would_not() -> None:
    for n in range(6, 200):
        rank = median_rank(n)
        assert rank is not None
        tail = sum(Fraction(comb(n, k), 2**n) for k in range(rank))
        assert tail <= Fraction(25, 1000) < tail + Fraction(comb(n, rank), 2**n)


def test_the_query_always_brings_the_rank_that_is_needed() -> None:
    for n in [*range(6, 2001), 2001, 10**4, 10**6]:
        near = int(((n + 1) / 2 - 0.98 * n**0.5) // 1)
        assert (median_rank(n) or 0) - near in SLACK


def test_the_interval_of_a_skewed_mean_covers_where_the_plain_one_falls_short() -> None:
    draws = Random(20260302)
    true_mean = 0.12 * exp(1 + 1.3**2 / 2)
    covered = plain = 0
    for _trial in range(1000):
        values = [draws.lognormvariate(1, 1.3) if draws.random() < 0.12 else 0.0 for _lead in range(400)]
        sums = [sum(value**power for value in values) for power in (1, 2, 3)]
        low, high = skewed_mean(400, *sums)
        assert low is not None and high is not None
        covered += low <= true_mean <= high
        plain += abs(mean(values) - true_mean) <= 1.96 * pstdev(values) / 20
    assert covered > plain
    assert covered >= 910


def test_equal_payers_or_few_leads_give_no_interval() -> None:
    assert skewed_mean(50, 100.0, 200.0, 400.0) == (None, None)
    assert skewed_mean(19, 50.0, 900.0, 20000.0) == (None, None)


@pytest.mark.parametrize(
    "statistic, degrees, chance", [(3.841, 1, 0.05), (18.307, 10, 0.05), (6.635, 1, 0.01), (29.0, 29, 0.4649)]
)
def test_chi_square_agrees_with_the_tables(statistic: float, degrees: int, chance: float) -> None:
    assert chi_square_above(statistic, degrees) == pytest.approx(chance, abs=2e-4)


def test_groups_too_small_to_compare_are_not_compared() -> None:
    assert equal_rates_chance([(1, 2), (0, 3)]) is None
    found = equal_rates_chance([(60, 100), (55, 100), (1, 2)])
    assert found is not None
    assert found.compared == 2


def test_fishers_tea_lady() -> None:
    assert at_most(0, 4, 4, 8) == pytest.approx(1 / 70)
    assert at_most(1, 4, 4, 8) == pytest.approx(17 / 70)


def test_the_normal_tail_continues_the_exact_one() -> None:
    assert at_most(380, 4000, 1000, 10000) == pytest.approx(0.0872, abs=0.01)


def test_coverage_judges_nearly_absent_against_present() -> None:
    assert Coverage(yes=40, yes_stated=40, no=30, no_stated=2).misleads
    assert not Coverage(yes=40, yes_stated=40, no=30, no_stated=4).misleads
    assert not Coverage(yes=3, yes_stated=3, no=1, no_stated=0).misleads
    assert Coverage(yes=3, yes_stated=3, no=3, no_stated=0).misleads
    assert not Coverage(yes=500, yes_stated=20, no=500, no_stated=5).misleads
    assert not Coverage(yes=0, yes_stated=0, no=50, no_stated=0).misleads
