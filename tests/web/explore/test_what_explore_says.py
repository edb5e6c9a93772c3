"""The sentence over a metric's figures says what they carry and no more."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from isthmus.core.refusals import InvalidInput
from isthmus.metrics.question import Condition, Cut
from isthmus.web.explore.addresses import rows_address
from isthmus.web.explore.asking import read_where
from isthmus.web.explore.cutting import cut_periods
from isthmus.web.explore.drawing import chart_of, href_of_rows, table_of
from isthmus.web.explore.exporting import _safe
from isthmus.web.explore.finding import finding
from isthmus.web.filters import read_filters
from tests.web.answers import answer, euros, row

CUT = Cut(since=date(2025, 12, 5), reason="wins are recorded from 5 Dec only")
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


def test_one_figure_is_told_with_its_range():
    told = answer("win_rate", row(0.27, low=0.22, high=0.32), interval="Wilson")

    assert finding(told, by_time=False) == "Win rate: 27%, in the range 22% to 32%"


def test_differences_within_noise_are_called_that():
    groups = [row(0.3, "email", low=0.2, high=0.4), row(0.25, "paid_search", low=0.15, high=0.35)]
    told = answer("win_rate", 0.27, *groups, by=("channel",), interval="Wilson")

    assert finding(told, by_time=False) == "Win rate: 27% in all; the differences are within noise"


def test_a_group_outside_the_noise_is_named():
    groups = [
        row(0.5, "paid_search", low=0.4, high=0.6, n=100, numerator=50),
        row(0.25, "email", low=0.15, high=0.35, n=100, numerator=25),
    ]
    told = answer("win_rate", 0.27, *groups, by=("channel",), interval="Wilson")

    assert finding(told, by_time=False) == "Paid search stands out: 50%, against 27% in all"


def test_a_group_of_few_cases_stands_for_nothing():
    groups = [
        row(0.53, "paid_search", low=0.3, high=0.75, n=15, numerator=8),
        row(0.24, "email", low=0.18, high=0.31, n=150, numerator=36),
    ]
    told = answer("win_rate", 0.27, *groups, by=("channel",), interval="Wilson")

    assert finding(told, by_time=False) == "Win rate: 27% in all; the differences are within noise"


def test_amounts_name_who_brings_most():
    told = answer("leads", 300, row(200, "email"), row(100, "partner"), by=("channel",))

    assert finding(told, by_time=False) == "Email brings most: 200 of 300, 67%"


def test_time_without_a_clear_change_is_called_that():
    months = [row(0.3, "2026-01", low=0.2, high=0.4), row(0.25, "2026-02", low=0.15, high=0.35)]
    told = answer("win_rate", 0.27, *months, by=("month",), interval="Wilson")

    assert (
        finding(told, by_time=True) == "Win rate: 27% in all, with no clear change from Jan 2026 to Feb 2026"
    )


def test_time_with_a_clear_change_is_told_from_end_to_end():
    months = [row(0.1, "2026-01", low=0.05, high=0.15), row(0.4, "2026-02", low=0.3, high=0.5)]
    told = answer("win_rate", 0.27, *months, by=("month",), interval="Wilson")

    assert finding(told, by_time=True) == "Win rate went from 10% in Jan 2026 to 40% in Feb 2026"


def test_no_trend_is_told_across_the_day_since_which_wins_are_recorded():
    months = [
        row(0.1, "2025-12", low=0.05, high=0.15, before_cut=True),
        row(0.4, "2026-01", low=0.3, high=0.5),
        row(0.41, "2026-02", low=0.3, high=0.5),
    ]
    told = answer("conversion", 0.27, *months, by=("month",), interval="Wilson", cut=CUT)

    assert (
        finding(told, by_time=True)
        == "Conversion: 27% in all, with no clear change from Jan 2026 to Feb 2026"
    )


def test_the_line_is_broken_there_and_the_table_names_the_rows():
    months = [row(0.1, "2025-12", before_cut=True), row(0.4, "2026-01"), row(0.41, "2026-02")]
    told = answer("conversion", 0.27, *months, by=("month",), interval="Wilson", cut=CUT)

    drawn = chart_of(told, lambda _row: "", by_time=True, label="Conversion")
    whole = chart_of(replace(told, cut=None), lambda _row: "", by_time=True, label="Conversion")

    assert drawn is not None and whole is not None
    assert drawn.wide_svg.count('class="s-line"') == whole.wide_svg.count('class="s-line"') == 1
    assert drawn.wide_svg != whole.wide_svg
    names = [cells[0].text for cells in table_of(told, lambda _row: "").rows]
    assert names == ["Dec 2025 *", "Jan 2026", "Feb 2026"]


def test_nothing_to_count_is_no_figure():
    assert finding(answer("win_rate", None), by_time=False) == "No figure: nothing to count in these days"


def test_months_that_the_window_cuts_are_named():
    filters = read_filters({"since": "2026-01-15", "until": "2026-03-01"}, NOON, ZoneInfo("Europe/Berlin"))
    told = answer("leads", 3, row(1, "2026-01"), row(2, "2026-02"), by=("month",))

    (note,) = cut_periods(told, filters)

    assert note.endswith("Jan 2026.")


def test_every_figure_of_the_table_opens_its_own_rows():
    told = answer("leads", 3, row(1, "email", n=1), row(2, None, n=2), by=("channel",))
    where = (Condition("team", "in", (4,)), Condition("channel", "in", ("email", "partner")))

    table = table_of(told, href_of_rows(told, where, {"window": "all"}, None))

    assert table.rows[0][1].href == "/explore/leads/rows/?window=all&where=team%3D4&where=channel%3Demail"
    assert table.foot[1].href.endswith("where=team%3D4&where=channel%3Demail&where=channel%3Dpartner")


def test_groups_of_few_cases_are_drawn_without_colour():
    groups = [row(0.5, "email", low=0.2, high=0.8, n=7), row(0.3, "partner", low=0.25, high=0.35, n=300)]
    told = answer("win_rate", 0.3, *groups, by=("channel",), interval="Wilson")

    chart = chart_of(told, lambda _row: "", by_time=False, label="Win rate")

    assert chart.wide_svg.count("f-quiet") == 1


def test_money_over_time_is_a_line():
    told = answer("revenue", euros(3), row(euros(1), "2026-01"), row(euros(2), "2026-02"), by=("month",))

    chart = chart_of(told, lambda _row: "", by_time=True, label="Revenue")

    assert "s-line" in chart.wide_svg


@pytest.mark.parametrize(
    ("parts", "conditions"),
    [
        (
            "where=channel%3Demail&where=channel%3Dpartner",
            (Condition("channel", "in", ("email", "partner")),),
        ),
        ("where=channel%3D", (Condition("channel", "empty"),)),
        ("where=owner!%3D", (Condition("owner", "not_empty"),)),
        ("where=person.size%3E%3D10", (Condition("person.size", ">=", ("10",)),)),
        ("where=landing_page%3Da%3Db", (Condition("landing_page", "in", ("a=b",)),)),
        ("where=", ()),
    ],
)
def test_filters_are_read_from_the_address(parts, conditions):
    assert read_where(QueryDict(parts)) == conditions


def test_filters_survive_the_way_into_an_address_and_back():
    asked = (
        Condition("channel", "not_in", ("a&b",)),
        Condition("owner", "empty"),
        Condition("x.y", "<=", ("3",)),
    )

    query = QueryDict(rows_address("leads", {}, where=asked).partition("?")[2])

    assert read_where(query) == asked


def test_a_filter_that_cannot_be_read_is_refused_in_words():
    with pytest.raises(InvalidInput, match="not written like channel=email"):
        read_where(QueryDict("where=nonsense"))


def test_a_label_cannot_become_a_formula_in_a_spreadsheet():
    assert _safe("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    assert _safe("email") == "email"
