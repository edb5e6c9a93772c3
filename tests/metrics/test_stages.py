"""Worked examples of the metrics of stages: what a reader would count on fingers."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from isthmus.core.refusals import InvalidInput
from isthmus.core.window import Window
from tests.metrics.table import BERLIN, asked, fact

pytestmark = pytest.mark.django_db
START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def opened(deal, day=0, closes="", **more):
    said = f',"expected_close_on":"{closes}"' if closes else ""
    return fact("deal.opened", START + day * DAY, deal_id=deal, props=f'{{"stage_id":1{said}}}', **more)


def moved(deal, day, stage):
    return fact("deal.stage_changed", START + day * DAY, deal_id=deal, props=f'{{"to_id":{stage}}}')


def ended(deal, day, kind="won", **more):
    return fact(f"deal.{kind}", START + day * DAY, deal_id=deal, **more)


def put_off(deal, day, before, after):
    props = f'{{"expected_close_on":["{before}","{after}"]}}'
    return fact("deal.changed", START + day * DAY, deal_id=deal, props=props)


# Three came to the first stage: one went on and was won, one was lost there, one is there still.
FACTS = [
    opened(1), moved(1, 4, 2), ended(1, 10, amount_base=900 * 10**6),
    opened(2), ended(2, 6, "lost"),
    opened(3),
]  # fmt: skip


def test_each_stage_has_its_own_conversion_and_time():
    rates = {row.keys[0]: row.value for row in asked(FACTS, "stage_conversion", by=("stage",)).rows}
    days = {row.keys[0]: row.value for row in asked(FACTS, "time_in_stage", by=("stage",)).rows}

    assert rates == {1: 0.5, 2: 1.0}
    assert days == {1: 5, 2: 6}


def test_an_end_that_was_taken_back_leaves_the_deal_where_it_stood():
    facts = [opened(1), fact("deal.reopened", START + DAY, deal_id=1, props="{}"), moved(1, 3, 2)]

    assert asked(facts, "time_in_stage").total.value == 3


def test_only_what_is_about_stages_is_split_by_stage():
    with pytest.raises(InvalidInput, match="do not state it"):
        asked(FACTS, "wins", by=("stage",))


def test_velocity_is_the_usual_formula():
    facts = [*FACTS, opened(4), ended(4, 20, amount_base=300 * 10**6)]

    # 3 decided x 2/3 won x 600 in the mean / 15 days in the mean
    assert asked(facts, "sales_velocity").total.value == Decimal(80)


def test_a_deal_slips_when_it_ends_in_a_later_month_than_first_expected():
    facts = [
        opened(1, closes="2026-05-31"), put_off(1, 2, "2026-05-31", "2026-06-30"), ended(1, 40),
        opened(2, closes="2026-05-06"), ended(2, 20),
        opened(3), ended(3, 5, "lost"),
    ]  # fmt: skip

    assert asked(facts, "slipped_deals").total.value == 0.5
    assert asked(facts, "closes_put_off").total.value == 1


def test_coverage_is_of_the_window_in_which_deals_are_to_close():
    quota = fact(
        "quota.set", datetime(2026, 6, 1, 12, tzinfo=UTC), owner=7, amount_base=100 * 10**6,
        props='{"holder":"seller","metric":"revenue"}',
    )  # fmt: skip
    facts = [
        quota,
        opened(1, closes="2026-06-01", amount_base=250 * 10**6),
        opened(2, closes="2026-06-30", amount_base=50 * 10**6),
        opened(3, closes="2026-07-01", amount_base=10**9),
        opened(4, closes="2026-06-15", amount_base=10**9), ended(4, 3, "lost", amount_base=10**9),
    ]  # fmt: skip
    june = Window.parse("2026-06-01", "2026-07-01", BERLIN.zone)

    assert asked(facts, "pipeline_coverage", june).total.value == 3


def test_activities_are_split_by_kind_and_objections_by_objection():
    facts = [
        fact("activity.logged", START, props='{"kind":"call","objection":"price"}'),
        fact("activity.logged", START, props='{"kind":"call"}'),
        fact("activity.logged", START, props='{"kind":"note","objection":"trust"}'),
    ]

    kinds = asked(facts, "activities", by=("activity",))
    assert {row.keys[0]: row.value for row in kinds.rows} == {"call": 2}
    met = asked(facts, "objections", by=("objection",))
    assert {row.keys[0]: row.value for row in met.rows} == {"price": 1, "trust": 1}
