"""When a repeated task comes back, and how long something put off sleeps."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from isthmus.sales.todo import next_day, wakes_at

pytestmark = pytest.mark.core
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("repeat", "due", "done", "expected"),
    [
        ("day", date(2026, 3, 2), date(2026, 3, 2), date(2026, 3, 3)),
        ("week", date(2026, 3, 2), date(2026, 3, 20), date(2026, 3, 23)),
        ("week", date(2026, 3, 9), date(2026, 3, 2), date(2026, 3, 16)),
        ("month", date(2026, 1, 31), date(2026, 1, 31), date(2026, 2, 28)),
        ("month", date(2026, 1, 31), date(2026, 3, 1), date(2026, 3, 31)),
        ("quarter", date(2026, 11, 30), date(2026, 11, 30), date(2027, 2, 28)),
        ("year", date(2024, 2, 29), date(2024, 2, 29), date(2025, 2, 28)),
    ],
)
def test_a_repeated_task_keeps_its_rhythm(repeat, due, done, expected):
    assert next_day(repeat, due, done) == expected


def test_what_sleeps_wakes_in_the_companys_morning():
    tuesday = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)

    assert wakes_at("hour", tuesday, BERLIN) == tuesday + timedelta(hours=1)
    assert wakes_at("afternoon", tuesday, BERLIN) == datetime(2026, 3, 3, 14, 0, tzinfo=BERLIN)
    assert wakes_at("tomorrow", tuesday, BERLIN) == datetime(2026, 3, 4, 8, 0, tzinfo=BERLIN)
    assert wakes_at("next_week", tuesday, BERLIN) == datetime(2026, 3, 9, 8, 0, tzinfo=BERLIN)


def test_an_afternoon_that_is_over_gives_two_hours():
    evening = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)

    assert wakes_at("afternoon", evening, BERLIN) == evening + timedelta(hours=2)
