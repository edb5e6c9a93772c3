"""Working time: hours and days of a company in its zone, without holidays, also across the summer time."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isthmus.flows.waiting import CannotWait, Pause
from isthmus.workspace.calendars import Calendar, holidays_of

pytestmark = pytest.mark.core
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = {day: (time(9), time(17)) for day in ("mon", "tue", "wed", "thu", "fri")}
CALENDAR = Calendar(BERLIN, WEEK, {date(2026, 4, 3), date(2026, 4, 6)})  # Good Friday, Easter Monday.


def _local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("given_pause", "begins", "ends"),
    [
        ({"amount": 90, "unit": "minutes"}, "2026-03-02T12:00", "2026-03-02T13:30"),
        ({"amount": 2, "unit": "business_hours"}, "2026-03-06T16:00", "2026-03-09T10:00"),
        ({"amount": 2, "unit": "business_hours"}, "2026-03-07T03:00", "2026-03-09T11:00"),
        ({"amount": 8, "unit": "business_hours"}, "2026-03-02T09:00", "2026-03-02T17:00"),
        ({"amount": 1, "unit": "business_days"}, "2026-04-02T15:30", "2026-04-07T15:30"),
        ({"amount": 1, "unit": "business_days"}, "2026-03-02T22:00", "2026-03-03T17:00"),
        ({"amount": 0, "unit": "days", "in_hours": True}, "2026-04-03T10:00", "2026-04-07T09:00"),
        ({"time": "09:30"}, "2026-03-02T09:30", "2026-03-03T09:30"),
        ({"time": "09:30", "day": "mon"}, "2026-03-02T10:00", "2026-03-09T09:30"),
        (
            {"amount": 1, "unit": "business_days"},
            "2026-03-27T10:00",
            "2026-03-30T10:00",
        ),  # Summer time between.
    ],
)
def test_a_pause_ends_in_the_companys_own_time(given_pause: dict[str, Any], begins: str, ends: str) -> None:
    assert Pause.read(given_pause).end(_local(begins), CALENDAR) == _local(ends)


@given(
    begins=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    hours=st.integers(0, 60),
)
def test_working_hours_end_in_working_hours_and_never_early(begins: datetime, hours: int) -> None:
    ends = CALENDAR.after_hours(begins, timedelta(hours=hours))

    assert ends - begins >= timedelta(hours=hours)
    if hours:
        local = ends.astimezone(BERLIN)
        assert CALENDAR.works_on(local.date())
        assert time(9) < local.time().replace(second=0, microsecond=0) or local.time() > time(9)
        assert local.time() <= time(17)


def test_a_calendar_without_a_working_day_does_not_wait_for_ever() -> None:
    never = Calendar(BERLIN, {})
    begins = _local("2026-03-02T12:00")

    assert never.after_hours(begins, timedelta(hours=1)) == begins + timedelta(hours=1)
    assert never.next_open(begins) == begins
    assert never.after_days(begins, 2) == begins + timedelta(days=2)


def test_holidays_are_those_of_the_country() -> None:
    assert date(2026, 6, 6) in holidays_of("SE")
    assert date(2026, 6, 6) not in holidays_of("DE")
    assert date(2026, 6, 6) not in holidays_of("Atlantis")


@pytest.mark.parametrize(
    "bad", [{}, {"amount": -1, "unit": "days"}, {"amount": 1, "unit": "moons"}, {"time": "25:00"},
            {"time": "09:00", "day": "someday"}, {"amount": 10**9, "unit": "days"}],
)  # fmt: skip
def test_what_is_no_time_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(CannotWait):
        Pause.read(bad)
