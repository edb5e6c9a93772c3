"""The effect of coaching: found where there is one, rarely claimed where there is none."""

import random

import pytest

from isthmus.analysis.coaching import Change, Compared, Side, effect, mean_of, rate_of, t_quantile
from isthmus.analysis.ramping import ramp_curve


def change(chance, before, after, n=30):
    return Change(*(rate_of(sum(chance.random() < p for _ in range(n)), n) for p in (before, after)))


def world(seed, *, lift=0.0, moved=0.0, coached=4, others=8, n=25):
    """Coached and others with their own rates; all change by a little of their own (`moved`)."""
    chance = random.Random(seed)

    def one(more):
        rate = chance.uniform(0.2, 0.4)
        return change(chance, rate, min(max(rate + more + chance.gauss(0.05, moved), 0), 1), n)

    beside = {number: one(0.0) for number in range(others)}
    return [Compared(one(lift), beside) for _ in range(coached)]


def holds_nothing(**more):
    found = [effect(world(seed, **more)) for seed in range(more.pop("runs", 200))]
    return sum(not one.told for one in found) / len(found)


@pytest.mark.parametrize("moved", [0.0, 0.08])
def test_no_effect_is_claimed_hardly_ever(moved):
    assert holds_nothing(moved=moved) >= 0.92


@pytest.mark.prove
@pytest.mark.parametrize("moved", [0.0, 0.05, 0.1])
@pytest.mark.parametrize("coached, others", [(1, 3), (1, 8), (3, 5), (6, 12)])
def test_the_interval_covers_no_effect_95_times_in_100(moved, coached, others):
    found = [effect(world(seed, moved=moved, coached=coached, others=others)) for seed in range(3000)]

    assert sum(not one.told for one in found) / len(found) >= 0.935


def test_a_large_effect_is_found_and_lies_in_its_interval():
    found = [effect(world(seed, lift=0.2, n=120)) for seed in range(40)]

    assert sum(one.told for one in found) >= 36
    assert sum(one.low <= 0.2 <= one.high for one in found) >= 36


def test_what_changed_for_everybody_is_no_effect_of_coaching():
    up = Change(Side(40, 0.2, 0.004), Side(40, 0.5, 0.004))

    found = effect([Compared(up, {1: up, 2: up, 3: up})])
    assert (found.value, found.told) == (pytest.approx(0.0), False)
    assert (found.coached, found.others) == (1, 3)


def test_too_few_cases_or_others_tell_nothing():
    enough = Change(Side(20, 0.2, 0.004), Side(20, 0.5, 0.004))
    few = Change(Side(4, 0.2, 0.01), Side(20, 0.5, 0.004))

    assert effect([]) is None
    assert effect([Compared(few, {1: enough, 2: enough, 3: enough})]) is None
    assert effect([Compared(enough, {1: enough, 2: enough, 3: few})]) is None


def test_who_began_below_the_others_is_said():
    low = Change(Side(60, 0.05, 0.0008), Side(60, 0.2, 0.002))
    others = {n: Change(Side(60, 0.3 + n / 100, 0.003), Side(60, 0.3, 0.003)) for n in range(4)}

    assert effect([Compared(low, others)]).began_apart
    assert not effect([Compared(others[1], others)]).began_apart


def test_a_mean_knows_its_spread_and_t_is_students():
    assert mean_of([1.0, 2.0, 3.0]) == Side(3, 2.0, pytest.approx(1 / 3))
    assert (mean_of([]).n, mean_of([4.0]).mean) == (0, 4.0)
    assert [round(t_quantile(n), 3) for n in (1, 2, 10, 30)] == [12.706, 4.303, 2.228, 2.042]


def test_a_ramp_is_told_as_far_as_enough_starters_went():
    histories = [[float(10 * n), float(100 * n)] for n in range(1, 6)] + [[60.0]]

    curve = ramp_curve(histories)
    assert [(one.month, one.middle, one.starters) for one in curve] == [(1, 35.0, 6), (2, 300.0, 5)]
    assert (curve[1].low, curve[1].high) == (pytest.approx(140.0), pytest.approx(460.0))
    assert ramp_curve(histories[:4]) == []
