"""Free times: examples worked by hand, and everything against a double that looks at each minute."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isthmus.meetings.slots import Offer, busy_until_free, days_full, free_starts, is_free, read_hours
from isthmus.workspace.calendars import DAYS, holidays_of

pytestmark = pytest.mark.core

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
OFFICE = {day: [(9 * 60, 12 * 60), (13 * 60, 17 * 60)] for day in DAYS[:5]}
MONDAY = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)  # 08:00 in Berlin
MINUTE = timedelta(minutes=1)


def at(day: str, clock: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=zone, fold=fold).astimezone(UTC)


def starts(offer: Offer, busy: Sequence[tuple[datetime, datetime]] = (), days: int = 1, **more) -> list[str]:
    now = more.pop("now", MONDAY)
    first = more.pop("first", now)
    found = free_starts(offer, busy, now=now, first=first, before=first + timedelta(days=days), **more)
    return [f"{one.astimezone(offer.zone):%a %H:%M}" for one in found]


def test_a_day_offers_its_hours_without_the_lunch_between():
    offer = Offer(minutes=60, hours=OFFICE, zone=BERLIN, step=60)

    assert starts(offer) == [
        "Mon 09:00", "Mon 10:00", "Mon 11:00", "Mon 13:00", "Mon 14:00", "Mon 15:00", "Mon 16:00",
    ]  # fmt: skip


def test_what_ends_as_a_meeting_begins_is_not_in_its_way_but_a_buffer_is():
    busy = [(at("2026-11-30", "10:00"), at("2026-11-30", "11:00"))]
    plain = Offer(minutes=30, hours={"mon": [(540, 720)]}, zone=BERLIN)
    spaced = Offer(minutes=30, hours={"mon": [(540, 720)]}, zone=BERLIN, before=15, after=10)

    assert starts(plain, busy) == ["Mon 09:00", "Mon 09:30", "Mon 11:00", "Mon 11:30"]
    assert starts(spaced, busy) == ["Mon 09:00", "Mon 11:30"]


def test_holidays_notice_the_horizon_and_full_days_offer_nothing():
    week = Offer(minutes=240, hours=OFFICE, zone=BERLIN, step=240)
    christmas = at("2026-12-21", "08:00")

    off = Offer(
        minutes=180, hours={day: [(540, 720)] for day in DAYS}, zone=BERLIN, holidays=holidays_of("DE-BY")
    )
    assert starts(off, now=christmas, days=7) == [
        "Mon 09:00", "Tue 09:00", "Wed 09:00", "Thu 09:00", "Sun 09:00",
    ]  # fmt: skip
    later = Offer(minutes=240, hours=OFFICE, zone=BERLIN, step=240, notice=timedelta(days=1))
    assert starts(later, days=3) == [
        "Tue 13:00", "Wed 13:00",
    ]  # fmt: skip
    assert starts(Offer(minutes=240, hours=OFFICE, zone=BERLIN, step=240, horizon_days=1), days=9) == [
        "Mon 13:00", "Tue 13:00",
    ]  # fmt: skip
    assert starts(week, days=2, full_days=frozenset({date(2026, 11, 30)})) == ["Tue 13:00"]


def test_the_hour_that_a_clock_skips_is_not_offered_and_hours_go_on_behind_it():
    night = Offer(minutes=30, hours={"sun": [(60, 240)]}, zone=BERLIN)
    now = at("2026-03-29", "00:00")

    assert starts(night, now=now) == ["Sun 01:00", "Sun 01:30", "Sun 03:00", "Sun 03:30"]
    assert is_free(
        Offer(minutes=60, hours=night.hours, zone=BERLIN), [], at("2026-03-29", "01:30"), now=now
    )  # 01:30 to 03:30 on the wall


def test_the_hour_that_a_clock_shows_twice_is_offered_twice():
    night = Offer(minutes=60, hours={"sun": [(60, 180)]}, zone=NEW_YORK, step=60)
    now = at("2026-11-01", "00:00", NEW_YORK)
    found = free_starts(night, [], now=now, first=now, before=now + timedelta(hours=6))

    assert found == [
        at("2026-11-01", "01:00", NEW_YORK, 0),
        at("2026-11-01", "01:00", NEW_YORK, 1),
        at("2026-11-01", "02:00", NEW_YORK),
    ]
    assert [one - found[0] for one in found] == [timedelta(0), timedelta(hours=1), timedelta(hours=2)]


def test_hours_until_midnight_go_on_into_the_next_day():
    late = Offer(minutes=90, hours={"mon": [(23 * 60, 1440)], "tue": [(0, 60)]}, zone=BERLIN)

    assert starts(late, now=MONDAY, days=1) == ["Mon 23:00", "Mon 23:30"]


def test_a_day_is_full_once_as_many_meetings_begin_on_it_as_there_may_be():
    begun = [at("2026-11-30", "00:15"), at("2026-11-30", "10:00"), at("2026-12-01", "10:00")]

    assert days_full(begun, BERLIN, 2) == {date(2026, 11, 30)}
    assert days_full(begun, BERLIN, None) == frozenset()


@pytest.mark.parametrize(
    "given_hours", [{"mon": [["17:00", "09:00"]]}, {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]},
                    {"day": [["09:00", "10:00"]]}, {"mon": [["9", "25:00"]]}, {"mon": [["09:75", "11:00"]]}],
)  # fmt: skip
def test_hours_that_are_none_are_refused(given_hours):
    with pytest.raises(ValueError):
        read_hours(given_hours)


def test_hours_are_read_in_order():
    assert read_hours({"mon": [["13:00", "24:00"], ["09:00", "12:00"]], "tue": []}) == {
        "mon": [(540, 720), (780, 1440)]
    }


# The double: no intervals, no offsets, each minute looked at by what the wall shows.

ZONES = [
    BERLIN,
    NEW_YORK,
    ZoneInfo("Australia/Lord_Howe"),
    ZoneInfo("Asia/Kathmandu"),
    ZoneInfo("Africa/Cairo"),
]
# Days around which clocks are changed in one of these zones, and a plain one.
AROUND = [date(2026, 3, 8), date(2026, 3, 29), date(2026, 10, 25), date(2026, 11, 1), date(2026, 4, 5),
          date(2026, 10, 4), date(2026, 4, 24), date(2026, 6, 10)]  # fmt: skip


def by_each_minute(offer: Offer, busy, *, now, first, before, full_days) -> list[datetime]:
    def opening(moment: datetime) -> int | None:
        wall = moment.astimezone(offer.zone)
        minute = wall.hour * 60 + wall.minute
        if wall.date() in offer.holidays:
            return None
        for since, until in offer.hours.get(DAYS[wall.weekday()], ()):
            if since <= minute < until:
                return minute - since
        return None

    def taken(moment: datetime) -> bool:
        return any(start < moment + MINUTE and moment < end for start, end in busy if start < end)

    last = now.astimezone(offer.zone).date() + timedelta(days=offer.horizon_days)
    found, moment = [], first
    while moment < before:
        day = moment.astimezone(offer.zone).date()
        passed = opening(moment)
        if (
            passed is not None
            and passed % offer.step == 0
            and moment >= now + offer.notice
            and day <= last
            and day not in full_days
            and all(opening(moment + ahead * MINUTE) is not None for ahead in range(offer.minutes))
            and not any(
                taken(moment + ahead * MINUTE) for ahead in range(-offer.before, offer.minutes + offer.after)
            )
        ):
            found.append(moment)
        moment += MINUTE
    return found


@st.composite
def weeks(draw):
    found = {}
    for day in DAYS:
        marks = sorted(draw(st.sets(st.integers(0, 96), min_size=0, max_size=4)))
        pairs = list(zip(marks[::2], marks[1::2], strict=False))
        if pairs:
            found[day] = [(since * 15, until * 15) for since, until in pairs]
    return found


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_free_times_are_what_a_look_at_each_minute_finds(data):
    zone = data.draw(st.sampled_from(ZONES))
    day = data.draw(st.sampled_from(AROUND))
    begin = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=20)
    minutes = st.integers(0, 60 * 48)
    moments = minutes.map(lambda ahead: begin + ahead * MINUTE)
    offer = Offer(
        minutes=data.draw(st.sampled_from([15, 30, 45, 60, 100])),
        hours=data.draw(weeks()),
        zone=zone,
        step=data.draw(st.sampled_from([10, 15, 30, 60])),
        before=data.draw(st.sampled_from([0, 5, 30])),
        after=data.draw(st.sampled_from([0, 10, 25])),
        notice=timedelta(minutes=data.draw(st.integers(0, 300))),
        horizon_days=data.draw(st.integers(0, 2)),
        holidays=frozenset(data.draw(st.sets(st.sampled_from([day, day - timedelta(days=1)]), max_size=1))),
    )
    busy = data.draw(st.lists(st.tuples(moments, moments), max_size=4))
    asked = {
        "now": data.draw(moments),
        "first": begin,
        "before": begin + timedelta(hours=44),
        "full_days": frozenset(data.draw(st.sets(st.sampled_from([day]), max_size=1))),
    }

    found = free_starts(offer, busy, **asked)

    assert found == by_each_minute(offer, busy, **asked)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), max_size=8))
def test_merged_stretches_cover_the_same_minutes_in_order_and_apart(pairs):
    busy = [(MONDAY + start * MINUTE, MONDAY + end * MINUTE) for start, end in pairs]

    merged = busy_until_free(busy)

    covered = {minute for start, end in pairs for minute in range(start, end)}
    assert {(start - MONDAY) // MINUTE + ahead for start, end in merged
            for ahead in range((end - start) // MINUTE)} == covered  # fmt: skip
    assert all(one[1] < following[0] for one, following in pairwise(merged))
