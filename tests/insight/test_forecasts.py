"""The forecast reads the ledger's deals, their amounts, stages and ends, in periods of the company's zone."""

from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import to_us
from isthmus.insight.forecasting import (
    forecast_for,
    period_of,
    periods_before,
    told_by,
    tried_on_the_past,
)
from isthmus.ledger.reading import snapshot
from isthmus.sales.commands import lose_deal, move_deal, open_deal, win_deal
from tests.cast import MONDAY_NOON

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def deals(company, pipeline, rita):
    """One won, one lost, one open in its second stage; the last without an amount."""
    made = [
        open_deal(name=f"Deal {n}", amount=amount, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
        for n, amount in enumerate((Decimal(100), Decimal(200), None))
    ]
    win_deal(deal_id=made[0].pk, by=SYSTEM, at=MONDAY_NOON + timedelta(days=9))
    lose_deal(deal_id=made[1].pk, reason="price", by=SYSTEM, at=MONDAY_NOON + timedelta(days=10))
    stage = pipeline.stages.get(name="Proposal")
    move_deal(deal_id=made[2].pk, stage_id=stage.pk, by=SYSTEM, at=MONDAY_NOON + timedelta(days=4))
    return made


@pytest.mark.django_db
@pytest.mark.both_databases
def test_the_ledger_tells_each_deal_through_time(deals, pipeline):
    with snapshot() as facts:
        told = told_by(facts)

    at = to_us(MONDAY_NOON + timedelta(days=5)) / 86_400_000_000
    assert sorted(told.numbers) == sorted(one.pk for one in deals)
    rows = told.history.open_at(at)
    assert sorted(told.history.amount[rows][:2]) == [100, 200]
    assert told.history.won_between(at, at + 30) == 100
    moved = told.numbers.index(deals[2].pk)
    stage = told.history.stage[rows][told.history.deal[rows] == moved]
    assert list(stage) == [pipeline.stages.get(name="Proposal").pk]


@pytest.mark.django_db
def test_an_empty_company_has_a_forecast_of_nothing(company, pipeline):
    window = period_of(MONDAY_NOON.date(), "month", BERLIN)
    with snapshot() as facts:
        told = told_by(facts)

    found = forecast_for(told, window, now_us=to_us(MONDAY_NOON))
    tried = tried_on_the_past(told, periods_before(window, "month", 3, BERLIN))

    assert (found.low, found.middle, found.high) == (0, 0, 0)
    assert [one.actual for one in tried] == [0, 0]


@pytest.mark.core
def test_periods_are_those_of_the_companys_zone():
    quarter = period_of(date(2026, 12, 31), "quarter", BERLIN)

    assert quarter.start.date() == date(2026, 10, 1)
    assert quarter.end.date() == date(2027, 1, 1)
    assert quarter.start.utcoffset() == timedelta(hours=2)
    before = periods_before(quarter, "quarter", 3, BERLIN)
    assert [one.start.date() for one in before] == [date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)]
    assert [one.end for one in before[:-1]] == [one.start for one in before[1:]]
    assert before[-1].end == quarter.start
    assert period_of(date(2024, 2, 29), "year", BERLIN).end.date() == date(2025, 1, 1)
