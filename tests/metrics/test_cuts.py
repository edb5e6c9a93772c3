"""Outcomes recorded only since a day: trends across it are refused with counts, cohorts are told apart."""

from datetime import UTC, date, datetime

import pytest

from isthmus.core.window import Window
from isthmus.metrics.question import Row
from isthmus.metrics.refusals import CannotBeKnown
from tests.metrics.cohorts import cohorts, recorded_since
from tests.metrics.table import BERLIN, FactDict, asked, fact

pytestmark = pytest.mark.django_db
# Ten leads a week from 6 January, five won after 20 days: the first win after 5 May comes on 11 May, and the
# 75 wins of the 15 weeks that waited until before it are missing; judged by whole weeks they are 80.
FIRST_RECORDED = date(2025, 5, 11)


def cut_off() -> list[FactDict]:
    return recorded_since(cohorts(40), datetime(2025, 5, 5, tzinfo=UTC))


def window(since: str | None, until: str | None = None) -> Window:
    return Window.parse(since, until, BERLIN.zone)


def month(row: Row) -> str:
    return str(row.keys[0])


@pytest.mark.parametrize("unit", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("metric", ["wins", "days_to_close"])
def test_a_trend_across_the_day_since_which_wins_are_recorded_is_refused_with_counts(metric, unit):
    counts = r"across 11 May 2025: wins .* about 80 came before it"

    with pytest.raises(CannotBeKnown, match=counts) as refused:
        asked(cut_off(), metric, by=(unit,))

    assert refused.value.cut is not None
    assert refused.value.cut.since == FIRST_RECORDED


def test_a_win_rate_across_it_is_refused_though_losses_are_recorded_earlier():
    facts = cut_off()
    facts += [
        fact("deal.lost", datetime(2025, 2, 1, tzinfo=UTC), deal_id=9000 + n, lead_id=n) for n in range(30)
    ]

    with pytest.raises(CannotBeKnown, match="Win rate by month cannot be known across 11 May 2025"):
        asked(facts, "win_rate", by=("month",))


def test_a_second_dimension_does_not_help():
    with pytest.raises(CannotBeKnown, match="by month cannot be known across"):
        asked(cut_off(), "wins", by=("channel", "month"))


def test_revenue_is_judged_by_its_payments_and_not_by_wins():
    facts = [dict(one) for one in cohorts(40)]
    for one in facts:
        if one["kind"] == "deal.won":
            one.update(kind="order.paid", order_id=one["deal_id"], amount_base=10**6)
    facts = recorded_since(facts, datetime(2025, 5, 5, tzinfo=UTC))

    with pytest.raises(CannotBeKnown, match="payments are recorded from 11 May 2025 only"):
        asked(facts, "revenue", by=("month",))
    assert asked(facts, "revenue", window("2025-05-11"), by=("month",)).cut is None


def test_the_trend_since_that_day_is_answered():
    answer = asked(cut_off(), "wins", window("2025-05-11"), by=("month",))

    assert answer.cut is None
    assert not any(row.before_cut for row in answer.rows)
    assert sum(row.n for row in answer.rows) == answer.total.n == 200 - 75


def test_days_before_it_are_unknown_and_not_nought():
    with pytest.raises(CannotBeKnown, match="Wins before 11 May 2025 cannot be known"):
        asked(cut_off(), "wins", window("2025-02-01", "2025-05-11"))


def test_the_whole_is_answered_and_says_what_it_lacks():
    answer = asked(cut_off(), "wins")

    assert answer.total.value == 125
    assert answer.cut is not None
    assert answer.cut.since == FIRST_RECORDED
    assert answer.notes[0] == (
        "Not all of it is in this figure: wins are recorded from 11 May 2025 only, and judging by later "
        "leads about 80 came before it."
    )


@pytest.mark.parametrize(
    ("metric", "by", "anchor"),
    [
        ("conversion", "month", None),
        ("wins", "month", "lead"),
        ("wins", "first_contact_month", None),
    ],
)
def test_cohorts_are_counted_as_they_stand_but_told_apart_and_no_trend_is_told(metric, by, anchor):
    answer = asked(cut_off(), metric, by=(by,), anchor=anchor)

    assert answer.notes[0].startswith("No trend can be told across 11 May 2025: wins are recorded")
    assert "about 80 came before it" in answer.notes[0]
    assert {row.before_cut for row in answer.rows if month(row) <= "2025-05"} == {True}
    assert {row.before_cut for row in answer.rows if month(row) > "2025-05"} == {False}
    assert sum(int(row.numerator or 0) for row in answer.rows) == 125


def test_a_period_that_begins_on_that_very_day_is_not_before_it():
    answer = asked(cut_off(), "conversion", by=("day",))

    days = {str(row.keys[0]): row.before_cut for row in answer.rows}
    assert days["2025-05-05"] is True
    assert days["2025-05-12"] is False


def test_wins_that_take_their_time_are_not_said_to_be_missing():
    answer = asked(cohorts(40), "wins", by=("month",))

    assert answer.cut is None
    assert sum(row.n for row in answer.rows) == 200


def test_a_question_as_of_an_earlier_day_knows_of_the_cut_too():
    seen = datetime(2025, 5, 20, tzinfo=UTC)

    with pytest.raises(CannotBeKnown, match="about 80 came before it"):
        asked(cut_off(), "wins", by=("month",), as_of=seen)


def test_leads_and_other_figures_without_a_later_outcome_have_no_cut():
    assert asked(cut_off(), "leads", by=("month",)).cut is None
