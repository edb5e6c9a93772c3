"""Invitations as other programs read them, and theirs as we do; whatever is in them, nothing crashes."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from isthmus.meetings.invitations import (
    CalendarUnreadable,
    Event,
    Party,
    cancelled,
    method_of,
    read,
    reply,
    request,
)

pytestmark = pytest.mark.core

BERLIN = ZoneInfo("Europe/Berlin")
RITA, PAT = Party("rita@example.com", "Rita Reyes"), Party("pat@prospect.example", "Pat Prospect")
TEN = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


def event(**more: Any) -> Event:
    told: dict[str, Any] = {
        "uid": "meeting-1@example.com",
        "sequence": 2,
        "title": "First look, together",
        "starts_at": TEN,
        "ends_at": TEN + timedelta(minutes=45),
        "zone": "Europe/Berlin",
        "organizer": RITA,
        "guests": (PAT, Party("lee@prospect.example", optional=True)),
        "stamp": TEN - timedelta(days=3),
        "place": "Room 3; upstairs",
        "notes": "Line one\nline, two",
    }
    return Event(**{**told, **more})


def parsed(text: str) -> tuple[Any, Any]:
    calendar = Calendar.from_ical(text)
    (found,) = calendar.walk("VEVENT")
    assert not calendar.errors
    assert not found.errors
    return calendar, found


def test_an_invitation_says_what_other_programs_ask_for() -> None:
    calendar, found = parsed(request(event()))

    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert (found["UID"], found["SEQUENCE"], found["STATUS"]) == ("meeting-1@example.com", 2, "CONFIRMED")
    assert found["ORGANIZER"] == "mailto:rita@example.com"
    first, second = found["ATTENDEE"]
    assert first == "mailto:pat@prospect.example"
    assert dict(first.params) == {
        "CN": "Pat Prospect", "CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": "NEEDS-ACTION",
        "RSVP": "TRUE",
    }  # fmt: skip
    assert second.params["ROLE"] == "OPT-PARTICIPANT"
    assert found["DTSTART"].params["TZID"] == "Europe/Berlin"
    assert found["DTSTART"].dt == TEN
    (zone,) = calendar.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Berlin"
    assert {one.name for one in zone.subcomponents} == {"STANDARD", "DAYLIGHT"}
    assert (str(found["LOCATION"]), str(found["DESCRIPTION"])) == ("Room 3; upstairs", "Line one\nline, two")


def test_lines_are_as_long_as_the_standard_lets_them_be() -> None:
    written = request(event(title="Ä" * 200))

    assert all(len(line.encode()) <= 75 for line in written.split("\r\n"))


def test_a_cancellation_and_an_answer_say_whom_they_are_about() -> None:
    calendar, found = parsed(cancelled(event(), [PAT]))
    assert (calendar["METHOD"], found["STATUS"], found["ATTENDEE"]) == (
        "CANCEL", "CANCELLED", "mailto:pat@prospect.example",
    )  # fmt: skip
    assert "RSVP" not in found["ATTENDEE"].params

    calendar, found = parsed(reply(event(), Party(PAT.address, answer="tentative"), "Maybe later"))
    assert (calendar["METHOD"], found["ATTENDEE"].params["PARTSTAT"]) == ("REPLY", "TENTATIVE")
    assert (str(found["COMMENT"]), found["ORGANIZER"]) == ("Maybe later", "mailto:rita@example.com")


def test_an_all_day_meeting_has_days_and_no_times() -> None:
    midnight = datetime(2026, 12, 1, tzinfo=BERLIN)
    written = request(event(starts_at=midnight, ends_at=midnight + timedelta(days=2), all_day=True))

    assert "DTSTART;VALUE=DATE:20261201" in written
    assert "DTEND;VALUE=DATE:20261203" in written
    found = read(written, zone=BERLIN).event
    assert (found.all_day, found.starts_at, found.ends_at) == (True, midnight, midnight + timedelta(days=2))


def test_what_outlook_sends_is_read_with_its_own_name_of_the_zone() -> None:
    said = _calendar(
        "DTSTART;TZID=W. Europe Standard Time:20261201T100000",
        "DTEND;TZID=W. Europe Standard Time:20261201T110000",
        "SUMMARY;LANGUAGE=de-DE:Besichtigung",
        "ORGANIZER;CN=Pat:MAILTO:Pat@Prospect.example",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:rita@example.com",
    )

    found = read(said, zone=ZoneInfo("UTC"))

    assert (found.method, found.event.title) == ("REQUEST", "Besichtigung")
    assert found.event.starts_at == TEN
    assert found.event.organizer == Party("pat@prospect.example", "Pat")
    assert [one.address for one in found.event.guests] == ["rita@example.com"]
    assert found.recurrence == ""


def test_a_time_of_no_zone_is_ours_and_a_duration_gives_the_end() -> None:
    found = read(_calendar("DTSTART:20261201T100000", "DURATION:PT45M", "RRULE:FREQ=WEEKLY"), zone=BERLIN)

    assert (found.event.starts_at, found.event.ends_at) == (TEN, TEN + timedelta(minutes=45))
    assert (found.event.zone, found.recurrence) == ("Europe/Berlin", "FREQ=WEEKLY")


def _calendar(*lines: str, method: str = "REQUEST", uid: str = "UID:u1") -> str:
    told = ["BEGIN:VCALENDAR", "VERSION:2.0", f"METHOD:{method}", "BEGIN:VEVENT", uid, *lines, "END:VEVENT",
            "END:VCALENDAR"]  # fmt: skip
    return "\r\n".join(told)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "holds no calendar"),
        ("Dear Rita,\nnothing here", "cannot be read"),
        (_calendar("DTSTART:20261201T100000Z", method="PUBLISH"), "no invitation"),
        (_calendar("DTSTART:20261201T100000Z", uid="X-NONE:1"), "no UID"),
        (_calendar("SUMMARY:When?"), "does not say when"),
        (_calendar("DTSTART:20261201T100000Z", "DTEND:20261201T090000Z"), "ends before it begins"),
        (_calendar("DTSTART:00010101T000000Z"), "cannot be meant"),
        ("x" * 200_001, "too large"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_reason(text: str, reason: str) -> None:
    with pytest.raises(CalendarUnreadable, match=reason):
        read(text, zone=BERLIN)


TEXTS = st.text(max_size=60)


@given(title=TEXTS, place=TEXTS, notes=TEXTS, name=TEXTS)
def test_whatever_people_type_is_text_to_the_reader_and_adds_no_line(
    title: str, place: str, notes: str, name: str
) -> None:
    written = request(event(title=title, place=place, notes=notes, guests=(Party(PAT.address, name),)))

    calendar, found = parsed(written)
    assert (calendar["METHOD"], found["UID"]) == ("REQUEST", "meeting-1@example.com")
    assert found["ATTENDEE"] == "mailto:pat@prospect.example"
    again = read(written, zone=BERLIN).event
    assert (again.starts_at, again.sequence, len(again.guests)) == (TEN, 2, 1)


_BITS = st.sampled_from(
    r"""BEGIN:VCALENDAR
END:VCALENDAR
BEGIN:VEVENT
END:VEVENT
METHOD:REQUEST
METHOD:REPLY
UID:u
UID:
DTSTART:20261201T100000Z
DTSTART;TZID=Nowhere/At All:20261201T100000
DTSTART;VALUE=DATE:20269999
DTEND:99991231T235959Z
DURATION:P99999999999W
DURATION:-PT1H
SEQUENCE:-5
SEQUENCE:x
SEQUENCE:99999999999
ATTENDEE:mailto:
ATTENDEE;PARTSTAT=DECLINED:mailto:pat@prospect.example
ATTENDEE;CN="a:b";X:urn:x
ORGANIZER:
RRULE:FREQ=SECONDLY
RECURRENCE-ID:20261201T100000Z
BEGIN:VTIMEZONE
END:VTIMEZONE
TZID:Nowhere/At All
SUMMARY:\n\,\;
DTSTAMP:1
 folded
;;;:::""".splitlines()
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(_BITS, _BITS, _BITS, st.text(max_size=20)), max_size=20), st.booleans())
def test_no_calendar_whatsoever_is_a_crash(lines: list[str], framed: bool) -> None:
    text = _calendar(*lines, "DTSTART:20261201T100000Z") if framed else "\r\n".join(lines)

    try:
        found = read(text, zone=BERLIN)
    except CalendarUnreadable as refused:
        assert str(refused)
        return
    assert found.method in ("REQUEST", "REPLY", "CANCEL", "COUNTER")
    assert found.event.starts_at <= found.event.ends_at
    assert method_of(text) in (found.method, "")
