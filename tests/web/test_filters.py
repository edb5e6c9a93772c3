"""The window and the territory live in the address."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.utils import timezone

from isthmus.web.filters import changed_query, kept_query, read_filters, window_choices

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 31, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_march(monkeypatch):
    monkeypatch.setattr(timezone, "localdate", lambda: date(2026, 3, 31))


def test_without_a_window_the_last_ninety_days_are_shown():
    filters = read_filters({}, NOON, BERLIN)

    assert filters.text == "Last 90 days"
    assert filters.days == "1 Jan to 31 Mar"


def test_chosen_days_win_over_a_named_window():
    filters = read_filters({"since": "2026-02-01", "until": "2026-03-01", "window": "all"}, NOON, BERLIN)

    assert filters.text == "1 Feb to 28 Feb"
    assert filters.window.start == datetime(2026, 2, 1, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"window": "yesteryear"}, "There is no window called yesteryear."),
        ({"since": "1 March"}, "1 March is not a day."),
        ({"territory": "north"}, "There is no territory north."),
    ],
)
def test_what_cannot_be_read_is_refused_in_words_and_replaced(query, sentence):
    filters = read_filters(query, NOON, BERLIN)

    assert sentence in filters.refusal
    assert filters.name == "last_90_days"


def test_links_keep_the_window_and_the_territory_and_nothing_else():
    query = QueryDict("window=this_year&territory=3&by=channel&after=9")

    assert kept_query(query) == "?window=this_year&territory=3"


def test_choosing_a_window_takes_chosen_days_and_the_page_away():
    query = QueryDict("since=2026-01-01&by=channel&after=9")

    choice = window_choices(query, "")[0]

    assert choice.href == "?by=channel&window=last_7_days"


def test_changing_one_part_keeps_repeated_parts():
    assert (
        changed_query(QueryDict("where=a%3D1&where=b%3D2"), by="month") == "?where=a%3D1&where=b%3D2&by=month"
    )
