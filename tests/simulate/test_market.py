"""The market's truths can be found again in what it brings: curves, carry-over, season, the rival."""

from datetime import date

import numpy as np
import pytest

from isthmus.simulate.market import RIVAL_FROM, RIVAL_TO, carry, market
from isthmus.simulate.sizes import DAYS, HORIZON, LEAST_LEADS
from isthmus.simulate.sources import CHANNELS, CURVES, SOURCES
from tests.simulate.conftest import planned

pytestmark = pytest.mark.core
FIRST = date(2024, 1, 1)


def _rows(channel):
    return [index for index, one in enumerate(SOURCES) if one.channel == channel]


def _leads_by_day(plan, channel):
    days = np.zeros(DAYS)
    for one in plan.history:
        if SOURCES[one.cause].channel == channel:
            days[(one.at - plan.start).days] += 1
    return days


def test_ten_channels_bring_as_many_enquiries_as_the_size_says():
    found = market(seed=1, leads=LEAST_LEADS, busy=1.0, first=FIRST)

    assert len(CHANNELS) == 10
    assert found.leads[:, :DAYS].sum() == pytest.approx(LEAST_LEADS)
    assert found.leads.shape == (len(SOURCES), DAYS + HORIZON)
    assert all(found.leads[_rows(channel), :DAYS].sum() > 0 for channel in CHANNELS)


def test_spend_works_on_for_days_and_none_of_it_is_lost_or_made():
    once = np.zeros(60)
    once[0] = 100.0

    carried = carry(once, 0.5)

    assert carried[:3].tolist() == [50.0, 25.0, 12.5]
    assert carried.sum() == pytest.approx(100)


def test_a_larger_company_spends_more_for_more_and_not_more_for_each():
    small = market(seed=1, leads=LEAST_LEADS, busy=1.0, first=FIRST)
    large = market(seed=1, leads=LEAST_LEADS * 10, busy=6.0, first=FIRST)

    assert large.spend.sum() == pytest.approx(10 * small.spend.sum())
    assert large.sessions.sum() == pytest.approx(60 * small.sessions.sum())


@pytest.mark.parametrize("channel", ["paid_search", "paid_social", "display", "event"])
def test_the_curve_from_spend_to_enquiries_is_found_again(channel):
    """The likeliest curve for what was spent and what came of it lies at the true one."""
    plan = planned()
    spend = plan.market.spend[_rows(channel)].sum(axis=0)
    came = _leads_by_day(plan, channel)
    others = (plan.market.demand * (1 - CURVES[channel].rival * plan.market.rival))[:DAYS]

    def likelihood(half, kept):
        carried = carry(spend, kept)[:DAYS]
        shape = others * carried / (carried + half) + 1e-12
        expected = shape * came.sum() / shape.sum()
        return float((came * np.log(expected)).sum())

    halves = plan.market.half[channel] * np.array([0.25, 0.4, 0.55, 0.7, 0.85, 1.0, 1.2, 1.45, 1.8, 2.5, 4.0])
    tried = {(half, kept): likelihood(half, kept) for half in halves for kept in np.arange(0, 0.95, 0.05)}
    half, kept = max(tried, key=tried.get)

    assert half == pytest.approx(plan.market.half[channel], rel=0.46)
    assert kept == pytest.approx(CURVES[channel].carry, abs=0.11)


def test_twice_the_spend_brings_less_than_twice_the_enquiries():
    plan = planned()
    for channel, half in plan.market.half.items():
        carried = carry(plan.market.spend[_rows(channel)].sum(axis=0), CURVES[channel].carry)
        once, twice = (carried / (carried + half)).sum(), (2 * carried / (2 * carried + half)).sum()
        assert once < twice < 1.95 * once


def test_the_rival_takes_most_where_people_search_and_nothing_of_the_mail():
    plan = planned()
    first, end = int(RIVAL_FROM * DAYS), int(RIVAL_TO * DAYS)

    def level(channel, days):
        rates = plan.market.leads[_rows(channel)].sum(axis=0)[days]
        return rates.sum() / plan.market.demand[days].sum()

    before, during = slice(first - 120, first), slice(first, end)
    assert level("organic_search", during) == pytest.approx(0.75 * level("organic_search", before))
    assert level("partner", during) == pytest.approx(level("partner", before))


def test_summer_and_weekends_are_quiet():
    demand = market(seed=1, leads=LEAST_LEADS, busy=1.0, first=FIRST).demand  # 2024-01-01 was a Monday

    assert demand[5] < 0.5 * demand[4]
    assert demand[120:181].mean() > demand[185:212].mean()
