"""When a failed job is tried again, and which slot a schedule is in: worked by hand."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from isthmus.core.queue.rules import Daily, Every, retry_delay

pytestmark = pytest.mark.core
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 2), (2, 4), (3, 8), (4, 16), (11, 2048), (12, 3600), (400, 3600)]
)
def test_the_wait_doubles_with_every_failed_attempt_up_to_an_hour(attempts: int, seconds: int) -> None:
    assert retry_delay(attempts, jitter=0) == timedelta(seconds=seconds)


def test_jitter_takes_away_up_to_half_of_the_wait() -> None:
    assert retry_delay(3, jitter=0.5) == timedelta(seconds=6)
    assert retry_delay(3, jitter=1) == timedelta(seconds=4)


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("10s", timedelta(seconds=10)),
        ("5m", timedelta(minutes=5)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
    ],
)
def test_an_interval_is_read_from_its_short_form(text: str, interval: timedelta) -> None:
    assert Every.parse(text) == Every(interval)


@pytest.mark.parametrize("text", ["", "10", "s", "0s", "-5m", "1.5h", "10 s"])
def test_an_interval_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="An interval looks like"):
        Every.parse(text)


def test_slots_of_an_interval_are_the_same_for_every_worker() -> None:
    ten = Every.parse("10s")
    early, late = (
        datetime(2026, 3, 2, 12, 0, 3, tzinfo=UTC),
        datetime(2026, 3, 2, 12, 0, 9, 999999, tzinfo=UTC),
    )

    assert ten.slot(early, UTC) == ten.slot(late, UTC) == datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
    assert ten.next_slot(late, UTC) == datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC)
    assert ten.slot(datetime(2026, 3, 2, 12, 0, 10, tzinfo=UTC), UTC) == ten.next_slot(late, UTC)


def test_a_daily_slot_begins_at_the_companys_time_of_day() -> None:
    half_past_three = Daily.parse("03:30")
    before, after = datetime(2026, 1, 15, 2, 29, tzinfo=UTC), datetime(2026, 1, 15, 2, 30, tzinfo=UTC)

    assert half_past_three.slot(before, BERLIN) == datetime(2026, 1, 14, 2, 30, tzinfo=UTC)
    assert half_past_three.slot(after, BERLIN) == after
    assert half_past_three.next_slot(before, BERLIN) == after
    assert half_past_three.next_slot(after, BERLIN) == datetime(2026, 1, 16, 2, 30, tzinfo=UTC)


def test_a_daily_slot_follows_the_change_to_summer_time() -> None:
    nine = Daily.parse("09:00")  # On 29 March 2026 Berlin goes from UTC+1 to UTC+2.

    assert nine.next_slot(datetime(2026, 3, 28, 8, 0, tzinfo=UTC), BERLIN) == datetime(
        2026, 3, 29, 7, 0, tzinfo=UTC
    )


def test_an_hour_that_comes_twice_gives_one_slot() -> None:
    half_past_two = Daily.parse("02:30")  # On 25 October 2026, 02:30 comes twice in Berlin.
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert half_past_two.slot(first, BERLIN) == half_past_two.slot(second, BERLIN) == first
    assert half_past_two.next_slot(second, BERLIN) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "3:30", "25:00", "03:30:00", "noon"])
def test_a_time_of_day_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        Daily.parse(text)
