"""Entries of iCalendar: read, spread out, and written back without losing what we do not know of."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from isthmus.meetings.ics import Unreadable, Words, new_text, read_entries, read_entry, times_of, with_words
from isthmus.meetings.repeating import moved_along

pytestmark = pytest.mark.core
BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
AT = datetime(2026, 3, 1, tzinfo=UTC)
YEAR = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))


def event(*lines, more=()):
    body = "\r\n".join(["BEGIN:VEVENT", "UID:u1", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT", *more])
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{body}\r\nEND:VCALENDAR\r\n"


def starts(text, zone=BERLIN):
    return [one.starts_at for one in times_of(text, read_entry(text, zone), zone, *YEAR)]


@pytest.mark.parametrize(
    ("line", "zone", "begins"),
    [
        ("DTSTART:20260701T100000Z", BERLIN, "2026-07-01T10:00"),
        ("DTSTART;TZID=Europe/Berlin:20260701T100000", NEW_YORK, "2026-07-01T08:00"),
        ("DTSTART;TZID=America/New_York:20260309T090000", BERLIN, "2026-03-09T13:00"),  # a week before Europe
        ("DTSTART:20260701T100000", BERLIN, "2026-07-01T08:00"),  # Floating: of whoever reads it.
        ("DTSTART;VALUE=DATE:20260701", BERLIN, "2026-06-30T22:00"),
        ("DTSTART;TZID=Europe/Berlin:20260329T023000", BERLIN, "2026-03-29T01:30"),  # An hour that is not.
    ],
)
def test_when_an_entry_begins(line, zone, begins):
    assert f"{read_entry(event(line), zone).starts_at:%Y-%m-%dT%H:%M}" == begins


def test_a_series_keeps_its_hour_and_heeds_its_exceptions():
    text = event(
        "SUMMARY:Standup",
        "DTSTART;TZID=America/New_York:20261026T090000",
        "DURATION:PT30M",
        "RRULE:FREQ=DAILY;COUNT=5",
        "EXDATE;TZID=America/New_York:20261027T090000",
        more=(
            "BEGIN:VEVENT", "UID:u1", "RECURRENCE-ID;TZID=America/New_York:20261028T090000",
            "DTSTART;TZID=America/New_York:20261028T150000", "DTEND;TZID=America/New_York:20261028T153000",
            "SUMMARY:Late standup", "END:VEVENT",
        ),
    )  # fmt: skip

    times = times_of(text, read_entry(text, BERLIN), BERLIN, *YEAR)

    assert [(f"{one.starts_at:%m-%d %H}", one.title) for one in times] == [
        ("10-26 13", ""), ("10-28 19", "Late standup"), ("10-29 13", ""), ("10-30 13", ""),
    ]  # fmt: skip


def test_what_we_do_not_know_of_survives_and_exceptions_move_with_their_series():
    text = event(
        "SUMMARY:Weekly", "X-COLOR;SHADE=dark:teal", "CATEGORIES:Work,Fun", "GEO:48.1;11.5",
        "DTSTART;TZID=Europe/Berlin:20260320T120000", "DTEND;TZID=Europe/Berlin:20260320T130000",
        "RRULE:FREQ=WEEKLY;COUNT=4", "EXDATE;TZID=Europe/Berlin:20260327T120000",
        "ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:mailto:ann@x.example",
        more=(
            "BEGIN:VEVENT", "UID:u1", "RECURRENCE-ID;TZID=Europe/Berlin:20260403T120000", "SUMMARY:Other",
            "DTSTART;TZID=Europe/Berlin:20260404T120000", "DTEND;TZID=Europe/Berlin:20260404T130000",
            "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "DESCRIPTION:x", "END:VALARM", "END:VEVENT",
        ),
    )  # fmt: skip
    entry = read_entry(text, BERLIN)
    words = Words(**{name: getattr(entry, name) for name in Words.__dataclass_fields__})

    was = (entry.starts_at, entry.ends_at)
    now = datetime(2026, 3, 20, 14, tzinfo=UTC), datetime(2026, 3, 20, 15, tzinfo=UTC)
    along = moved_along(words.exceptions, was, now, BERLIN)
    new = with_words(text, replace(words, starts_at=now[0], ends_at=now[1], exceptions=along), AT)

    for kept in (
        "X-COLOR;SHADE=dark:teal",
        "CATEGORIES:Work,Fun",
        "PARTSTAT=ACCEPTED",
        "BEGIN:VALARM",
        "GEO:48.1",
    ):
        assert kept in new
    assert "EXDATE;TZID=Europe/Berlin:20260327T150000" in new
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20260403T150000" in new
    assert [f"{one:%m-%d %H}" for one in starts(new)] == ["03-20 14", "04-04 10", "04-10 13"]
    assert read_entry(new, BERLIN).guests == entry.guests
    assert with_words(new, replace(words, starts_at=entry.starts_at, ends_at=entry.ends_at), AT)


def test_what_is_made_here_is_read_back_as_it_was_said():
    words = Words(
        "u9", 3, "Lunch; with, all",
        datetime(2026, 7, 1, 10, tzinfo=UTC), datetime(2026, 7, 1, 11, tzinfo=UTC),
        "Europe/Berlin", False, "Café Ω", "Line one\nLine two \\ end", "tentative", "free", True, "",
    )  # fmt: skip

    entry = read_entry(new_text(words, AT, (("ann@x.example", "Ann"),)), NEW_YORK)

    assert Words(**{name: getattr(entry, name) for name in Words.__dataclass_fields__}) == words
    assert [one.email for one in entry.guests] == ["ann@x.example"]


@pytest.mark.parametrize(
    "text",
    [
        "", "BEGIN:VCALENDAR", "<html>", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", event("SUMMARY:No time"),
        event("DTSTART:00000101T000000Z"), event("DTSTART;TZID=Europe/Berlin:tomorrow"), "x" * 1_000_001,
        event("DTSTART:20260701T100000Z").replace("VEVENT", "VTODO"),
        event("DTSTART:20260701T100000Z", "DTEND;VALUE=DATE:99991231", "DTSTART:20260801T100000Z"),
    ],
)  # fmt: skip
def test_what_is_no_meeting_is_said_to_be_none(text):
    with pytest.raises(Unreadable):
        read_entry(text, BERLIN)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;COUNT=100000",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=NEVER",
    ],
)
def test_a_rule_that_makes_no_sense_or_no_end_stops_nothing(rule):
    text = event("DTSTART:20260701T100000Z", f"RRULE:{rule}")
    with suppress(Unreadable):
        assert len(starts(text)) <= 2000


def test_a_whole_calendar_falls_into_entries_with_their_exceptions():
    text = event(
        "DTSTART:20260701T100000Z", "RRULE:FREQ=DAILY;COUNT=2",
        more=(
            "BEGIN:VEVENT", "UID:u1", "RECURRENCE-ID:20260702T100000Z", "DTSTART:20260702T120000Z",
            "END:VEVENT", "BEGIN:VEVENT", "UID:u2", "DTSTART:20260801T100000Z", "END:VEVENT",
        ),
    )  # fmt: skip

    found = dict(read_entries(text))

    assert list(found) == ["u1", "u2"]
    assert [f"{one:%d %H}" for one in starts(found["u1"])] == ["01 10", "02 12"]
