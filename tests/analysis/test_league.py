"""League tables: equals are called equals, and what differs is found."""

import random

import pytest

from isthmus.analysis import league
from isthmus.analysis.concentration import concentration
from isthmus.analysis.shrinking import beta_below, beta_quantile, shrunken_means, shrunken_rates


def test_the_beta_distribution_at_points_known_in_closed_form():
    assert beta_below(1, 1, 0.3) == pytest.approx(0.3)
    assert beta_below(2, 1, 0.3) == pytest.approx(0.09)
    assert beta_below(2, 2, 0.3) == pytest.approx(3 * 0.09 - 2 * 0.027)
    assert beta_below(0.5, 0.5, 0.5) == pytest.approx(0.5)
    assert beta_quantile(2, 1, 0.09) == pytest.approx(0.3)


def test_rates_that_differ_by_no_more_than_chance_are_nearly_one():
    table = league.rates([(12, 20), (11, 20), (13, 20), (12, 20)])

    assert table.chance is not None
    assert table.chance > 0.9
    assert not table.differ
    assert max(one.value for one in table.estimates) - min(one.value for one in table.estimates) < 0.01


def test_rates_that_differ_are_told_apart():
    table = league.rates([(90, 100), (50, 100), (10, 100)])

    assert table.differ
    assert [round(one.value, 1) for one in table.estimates] == [0.9, 0.5, 0.1]


def test_a_small_group_is_drawn_to_the_others_more_than_a_large_one():
    small, large, _other = shrunken_rates([(3, 3), (90, 100), (40, 100)])

    assert small.value < 1
    assert abs(large.value - 0.9) < 0.01
    assert small.high - small.low > large.high - large.low


def test_nothing_decided_has_no_rate_that_means_anything():
    (one,) = shrunken_rates([(0, 0)])

    assert (one.low, one.high) == (0.0, 1.0)


def test_means_without_more_than_chance_between_them_become_their_weighted_mean():
    first, second = shrunken_means([10.0, 12.0], [4.0, 4.0])

    assert first.value == pytest.approx(11.0)
    assert second.value == pytest.approx(11.0)


def test_means_far_apart_keep_their_places():
    # By hand: weights 1 and 1, mean 50, Q = 5000, tau^2 = (5000 - 1) / (2 - 1) = 4999.
    first, _second = shrunken_means([0.0, 100.0], [1.0, 1.0])

    assert first.value == pytest.approx(50 - 50 * 4999 / 5000)


def test_sums_of_equals_are_noise():
    chance = random.Random(1)
    payers = [[chance.lognormvariate(0, 1) for _ in range(20)] for _seller in range(6)]

    assert not league.sums(payers, [1.0] * 6).differ


def test_a_seller_who_brings_five_times_as_much_is_seen():
    payers = [[1.0] * 20, [1.0] * 20, [1.0] * 100]

    table = league.sums(payers, [1.0, 1.0, 1.0])

    assert table.differ
    assert table.estimates[2].value > 80


def test_who_was_there_for_half_the_time_is_expected_to_bring_half():
    assert not league.sums([[1.0] * 40, [1.0] * 20], [1.0, 0.5]).differ


def test_of_few_payers_nothing_is_judged():
    assert league.sums([[1.0], [2.0]], [1.0, 1.0]).chance is None


def test_the_same_seed_gives_the_same_chance():
    payers = [[1.0, 5.0, 2.0] * 4, [3.0] * 12]

    assert league.sums(payers, [1, 1], seed=7).chance == league.sums(payers, [1, 1], seed=7).chance


def test_equals_are_called_different_as_often_as_promised():
    chance = random.Random(5)
    false_alarms = 0
    for round_ in range(60):
        payers: list[list[float]] = [[], [], [], []]
        for _payer in range(60):
            payers[chance.randrange(4)].append(chance.lognormvariate(0, 1))
        false_alarms += league.sums(payers, [1.0] * 4, seed=round_, draws=400).differ

    assert false_alarms <= 8  # 5 % of 60 are 3; more than 8 come once in 200 times


def test_concentration_names_the_largest_and_the_ten_largest():
    found = concentration([50.0, 30.0, *[1.0] * 20, -5.0, 0.0])

    assert found is not None
    assert found.one == pytest.approx(0.5)
    assert found.ten == pytest.approx(0.88)
    assert found.payers == 22
    assert concentration([]) is None
