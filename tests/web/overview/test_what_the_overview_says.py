"""The overview's sentences follow from its figures, and claim no more than they carry."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from isthmus.metrics.catalogue import catalogue
from isthmus.metrics.question import Cut
from isthmus.metrics.refusals import CannotBeKnown
from isthmus.web.comparing import period_before, year_before
from isthmus.web.filters import read_filters
from isthmus.web.overview.asking import Answers
from isthmus.web.overview.changes import changes
from isthmus.web.overview.leaks import Step, leaks
from isthmus.web.overview.pace import pace, running
from tests.web.answers import answer, euros, row

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)
CUT = Cut(since=date(2026, 2, 20), reason="payments are recorded from 20 Feb only")
HREFS = dict.fromkeys(catalogue(), "/rows/")


def told(query=None, **given):
    filters = read_filters(query or {"window": "last_28_days"}, NOON, BERLIN)
    named = {name.replace("_in_", " "): value for name, value in given.items()}
    return Answers(named, filters, period_before(filters, NOON), year_before(filters, NOON), NOON)


def by_day(*amounts):
    rows = [row(euros(amount), f"2026-03-{day:02d}") for day, amount in enumerate(amounts, start=4)]
    return answer("revenue", euros(sum(amounts)), *rows, by=("day",))


@pytest.mark.parametrize(
    ("now", "before", "sentence"),
    [
        ((600, 400), (500,), "€1,000 was paid, 100% more than in the 28 days before"),
        ((400,), (500,), "€400 was paid, 20% less than in the 28 days before"),
        ((500,), (501,), "€500 was paid, as much as in the 28 days before"),
        ((500,), (), "€500 was paid; in the 28 days before nothing was"),
        ((), (500,), "Nothing was paid in these days"),
    ],
)
def test_revenue_is_told_against_the_days_before(now, before, sentence):
    section = pace(told(pace_in_now=by_day(*now), pace_in_before=by_day(*before)), HREFS)

    assert section.finding == sentence


def test_all_time_is_compared_with_nothing():
    section = pace(told({"window": "all"}, pace_in_now=by_day(500)), HREFS)

    assert section.finding == "€500 was paid"


def test_revenue_that_cannot_be_known_says_why():
    section = pace(told(pace_in_now=CannotBeKnown("No payment was ever recorded.")), HREFS)

    assert section.refusal == "No payment was ever recorded."
    assert section.chart is None


def test_revenue_is_not_compared_with_days_before_payments_were_recorded():
    cut_off = replace(by_day(500), cut=CUT)

    section = pace(told(pace_in_now=by_day(600), pace_in_before=cut_off), HREFS)

    assert section.finding == "€600 was paid"
    assert section.notes == ["Not compared with the 28 days before: payments are recorded from 20 Feb only."]
    assert [(stat.note, stat.delta) for stat in section.stats] == [("", None)]


def test_days_before_them_are_not_told_either():
    unknown = CannotBeKnown("Revenue by day cannot be known across 20 Feb.", cut=CUT)

    section = pace(told(pace_in_now=by_day(600), pace_in_before=unknown), HREFS)

    assert section.finding == "€600 was paid"
    assert section.notes == ["Not compared with the 28 days before: payments are recorded from 20 Feb only."]


def test_revenue_is_drawn_from_the_day_since_which_payments_are_recorded():
    whole, cut_off = by_day(0, 0, 900), replace(CUT, since=date(2026, 3, 6))

    section = pace(told(pace_in_now=replace(whole, cut=cut_off), pace_in_before=by_day(5)), HREFS)

    assert section.finding == "€900 was paid"
    assert "6 Mar" in section.chart.wide_svg
    assert "4 Mar" not in section.chart.wide_svg


def test_rates_and_steps_are_not_compared_across_such_a_day():
    now, before = row(0.4, low=0.35, high=0.45), row(0.2, low=0.15, high=0.22)
    answers = told(
        now_in_conversion=answer("conversion", now),
        before_in_conversion=answer("conversion", before, cut=CUT),
    )

    section = changes(answers, {})
    assert (section.looked_at, section.finding) == (0, "What changed cannot be known here")
    assert section.notes == ["Not compared with the 28 days before: payments are recorded from 20 Feb only."]

    answers = flow_of(cohort(), **cohort(wins=5))
    answers.given["cohort wins"] = replace(answers.given["cohort wins"], cut=CUT)
    assert leaks(answers, {}).finding == "In selling: 27% of deals are won so far"


def test_what_was_paid_adds_up_day_by_day():
    assert [total for _day, total in running(by_day(5, 0, 7))] == [euros(5), euros(5), euros(12)]


def test_a_figure_within_its_range_is_not_called_a_change():
    now, before = row(0.25, low=0.2, high=0.3), row(0.2, low=0.15, high=0.22)
    section = pace(
        told(
            pace_in_now=by_day(5),
            now_in_win_rate=answer("win_rate", now),
            before_in_win_rate=answer("win_rate", before),
        ),
        HREFS,
    )

    assert [(stat.note, stat.delta) for stat in section.stats][-1] == ("20% to 30%, no clear change", None)


def test_a_step_falls_only_when_the_ranges_do_not_touch():
    assert Step("leads", "mqls", 380, 1000, 420, 1000).way == ""
    assert Step("leads", "mqls", 300, 1000, 420, 1000).way == "down"
    assert Step("leads", "mqls", 420, 1000, 300, 1000).way == "up"


def test_more_deals_than_accepted_leads_is_no_share_to_judge():
    assert Step("accepted_leads", "deals_opened", 120, 100, 50, 100).way == ""


def cohort(leads=1284, mqls=486, accepted=371, deals=212, wins=58):
    return {
        "leads": leads,
        "mqls": mqls,
        "accepted_leads": accepted,
        "deals_opened": deals,
        "wins": wins,
    }


def flow_of(counts, **before):
    given = {
        f"flow_in_{metric}": answer(metric, count, row(count, "email"), by=("channel",))
        for metric, count in counts.items()
    }
    given["flow_in_revenue"] = answer("revenue", euros(715000), row(euros(715000), "email"), by=("channel",))
    given |= {f"cohort_in_{metric}": answer(metric, count) for metric, count in before.items()}
    return told(**given)


def test_the_leak_is_the_step_that_fell_most():
    section = leaks(flow_of(cohort(), **cohort(accepted=430)), {})

    assert section.finding == "At the crossing: sales accepted 76% of qualified leads, down from 88%"


def test_without_a_fall_the_leak_is_where_most_is_lost():
    section = leaks(flow_of(cohort(), **cohort()), {})

    assert section.finding == "In selling: 27% of deals are won so far, no clear change"


def test_no_leads_make_no_picture():
    section = leaks(flow_of(cohort(leads=0)), {})

    assert section.chart is None
    assert section.finding == "No lead was captured in these days"


def test_stages_that_the_reader_may_not_see_are_left_out_and_said():
    answers = flow_of(cohort())
    answers.given["flow impressions"] = CannotBeKnown("You may not see impressions.")

    section = leaks(answers, {})

    assert section.refusals == ["You may not see impressions."]
    assert "Impressions" not in section.chart.wide_svg


def test_a_step_that_was_not_recorded_though_leads_went_on_is_no_leak():
    section = leaks(flow_of(cohort(accepted=0)), {})

    assert section.finding == "In selling: 27% of deals are won so far"
    assert "Accepted" not in section.chart.wide_svg
    assert section.refusals == [
        "Accepted leads (SAL): none is recorded of these leads, and yet deals opened: 212. It is not drawn."
    ]


def test_a_step_that_no_lead_has_taken_yet_is_drawn_as_nothing():
    section = leaks(flow_of(cohort(accepted=0, deals=0, wins=0)), {})

    assert section.finding == "At the crossing: sales accepted 0% of qualified leads"
    assert "Accepted" in section.chart.wide_svg


def test_advertising_that_was_not_recorded_is_no_stage():
    answers = flow_of(cohort())
    answers.given["flow impressions"] = answer("impressions", 0, by=("channel",))

    section = leaks(answers, {})

    assert "Impressions" not in section.chart.wide_svg
    assert "of leads" in section.chart.wide_svg


def test_a_window_without_payments_names_no_shares_of_them():
    answers = flow_of(cohort())
    answers.given["flow revenue"] = answer("revenue", euros(0), by=("channel",))

    section = leaks(answers, {})

    assert "of money paid" not in section.chart.wide_svg


def test_every_channel_is_in_the_picture_the_small_ones_together():
    rows = [row(100 - at, f"channel_{at}") for at in range(12)]
    given = {f"flow_in_{metric}": answer(metric, 1134, *rows, by=("channel",)) for metric in cohort()}

    section = leaks(told(**given), {})

    assert section.chart.table.rows[-1][0].text == "All others"
    assert section.chart.table.rows[-1][1].text == "362"
    assert len(section.chart.table.rows) == 9


def test_what_moved_is_said_with_both_ranges():
    now, before = row(2.9, low=2.4, high=3.3), row(1.6, low=1.3, high=2.0)
    section = changes(
        told(
            now_in_response_time=answer("response_time", now),
            before_in_response_time=answer("response_time", before),
        ),
        {},
    )

    (change,) = section.moved
    assert section.finding == "1 thing moved beyond noise"
    assert (change.text, change.delta.way, change.delta.tone) == ("Response time 2.9 h", "up", "bad")
    assert change.why == "2.4 h to 3.3 h; before 1.6 h, 1.3 h to 2.0 h"


def test_when_nothing_moved_the_page_says_so():
    steady = row(0.2, low=0.15, high=0.25)
    section = changes(
        told(now_in_win_rate=answer("win_rate", steady), before_in_win_rate=answer("win_rate", steady)), {}
    )

    assert section.finding == "Nothing moved beyond noise"
    assert [change.text for change in section.steady] == ["Win rate 20%"]


def test_figures_without_a_range_are_not_judged():
    section = changes(
        told(now_in_win_rate=answer("win_rate", 0.9), before_in_win_rate=answer("win_rate", 0.1)), {}
    )

    assert section.finding == "Too little is recorded yet to say what changed"


def test_a_quarter_is_measured_by_the_same_days_of_the_quarter_before():
    filters = read_filters({"window": "this_quarter"}, NOON, BERLIN)

    before = period_before(filters, NOON)

    assert before.window.start == datetime(2025, 10, 1, tzinfo=BERLIN)
    assert before.window.end == datetime(2025, 12, 30, tzinfo=BERLIN)


def test_the_window_before_is_looked_at_when_it_was_as_young():
    filters = read_filters({"since": "2026-01-01", "until": "2026-02-01"}, NOON, BERLIN)

    before = period_before(filters, NOON)

    assert before.window.end == datetime(2026, 1, 1, tzinfo=BERLIN)
    assert NOON - filters.window.end == before.seen_at - before.window.end
