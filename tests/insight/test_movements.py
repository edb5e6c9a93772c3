"""What happened to each deal between two moments: the steps add up, whoever's deals are asked for."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.insight.deals import Standing
from isthmus.insight.movements import SIGNS, Movement, Step, movements

pytestmark = pytest.mark.core
PLACES = {1: 0, 2: 1, 3: 2}
closes = st.one_of(st.none(), st.dates(date(2026, 1, 1), date(2026, 3, 1)))
standings = st.builds(
    lambda number, state, stage, value, owner, closes_on: standing(
        number, state, stage=stage, value=value, owner=owner, closes_on=closes_on
    ),
    st.integers(1, 6),
    st.sampled_from(["open", "open", "won", "lost"]),
    st.sampled_from([1, 2, 3, 99]),
    st.one_of(st.none(), st.integers(0, 10**12)),
    st.sampled_from([7, 8, None]),
    closes,
)
pipelines = st.lists(standings, max_size=6, unique_by=lambda one: one.deal_id)


def standing(number, state="open", *, stage=1, value=100, owner=7, closes_on=None):
    return Standing(number, 0, state, stage, 0, value, value, "EUR", owner, None, None, closes_on)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pipelines, pipelines, st.sampled_from([None, 7, 8]))
def test_the_steps_lead_from_one_total_to_the_other_for_everybody_and_for_one_seller(before, since, owner):
    def counts(deal):
        return owner is None or deal.owner == owner

    now = list({one.deal_id: one for one in [*before, *since]}.values())

    found = movements(before, now, PLACES, counts)

    signed = sum(SIGNS.get(one.step, 0) * one.value for one in found)
    assert worth(before, counts) + signed == worth(now, counts)
    assert all(one.value >= 0 for one in found)


def worth(deals, counts):
    return sum(one.amount_base or 0 for one in deals if one.state == "open" and counts(one))


@pytest.mark.parametrize(
    ("was", "now", "steps"),
    [
        (None, standing(1), [Movement(Step.OPENED, 1, 100)]),
        (None, standing(1, "won"), [Movement(Step.OPENED, 1, 100), Movement(Step.WON, 1, 100)]),
        (standing(1), standing(1), []),
        (standing(1), standing(1, "lost"), [Movement(Step.LOST, 1, 100)]),
        (
            standing(1),
            standing(1, "won", value=80),
            [Movement(Step.LOWERED, 1, 20), Movement(Step.WON, 1, 80)],
        ),
        (standing(1, "lost"), standing(1), [Movement(Step.REOPENED, 1, 100)]),
        (standing(1, "lost"), standing(1, "won"), []),
        (standing(1, stage=1), standing(1, stage=3), [Movement(Step.FORWARD, 1, 100)]),
        (standing(1, stage=3), standing(1, stage=2), [Movement(Step.BACK, 1, 100)]),
        (standing(1, stage=99), standing(1, stage=2), []),
        (
            standing(1, closes_on=date(2026, 1, 31)),
            standing(1, closes_on=date(2026, 2, 28)),
            [Movement(Step.PUSHED, 1, 100, 28)],
        ),
        (
            standing(1, closes_on=date(2026, 2, 28)),
            standing(1, closes_on=date(2026, 2, 27), value=150),
            [Movement(Step.RAISED, 1, 50), Movement(Step.PULLED, 1, 150, 1)],
        ),
        (standing(1), standing(1, closes_on=date(2026, 2, 27)), []),
        (standing(1), None, [Movement(Step.LEFT, 1, 100)]),
    ],
)
def test_each_thing_that_can_happen_is_one_step(was, now, steps):
    assert movements([was] if was else [], [now] if now else [], PLACES) == steps


def test_a_deal_that_came_from_a_colleague_arrived_and_one_that_went_to_a_colleague_left():
    def of_seven(deal):
        return deal.owner == 7

    before = [standing(1, owner=8), standing(2, owner=7), standing(3, owner=8)]
    now = [standing(1, owner=7), standing(2, "won", owner=8), standing(3, "won", owner=7)]

    assert movements(before, now, PLACES, of_seven) == [
        Movement(Step.ARRIVED, 1, 100),
        Movement(Step.LEFT, 2, 100),
        Movement(Step.ARRIVED, 3, 100),
        Movement(Step.WON, 3, 100),
    ]
