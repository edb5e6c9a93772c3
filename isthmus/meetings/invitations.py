"""Invitations as programs exchange them by mail (iTIP and iMIP, RFC 5545, 5546, 6047). Pure functions.

What is written is for Outlook, Google and Apple alike; what is read may be anything, hostile things included.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

LONGEST = 200_000
MOST_GUESTS = 200
PRODUCT = "-//Isthmus//Meetings//EN"
_ANSWERS = {"ACCEPTED": "accepted", "DECLINED": "declined", "TENTATIVE": "tentative"}
_WORDS = {found: word for word, found in _ANSWERS.items()} | {"needs_action": "NEEDS-ACTION"}
_READ = ("REQUEST", "REPLY", "CANCEL", "COUNTER")
_FIRST_YEAR, _LAST_YEAR = 1971, 2200


class CalendarUnreadable(Exception):  # noqa: N818  (an answer about what somebody sent, not a fault of ours)
    """Why nothing can be made of a calendar."""


@dataclass(frozen=True)
class Party:
    """Somebody who takes part, by their address, and what they said."""

    address: str
    name: str = ""
    answer: str = "needs_action"  # accepted, declined, tentative
    optional: bool = False


@dataclass(frozen=True)
class Event:
    """A meeting as it is told to others. `sequence` rises with each change that guests must know of."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    organizer: Party
    guests: tuple[Party, ...]
    stamp: datetime
    place: str = ""
    notes: str = ""
    url: str = ""
    all_day: bool = False
    recurrence: str = ""  # Of a series: its rule, and the beginnings that it leaves out.
    left_out: tuple[datetime, ...] = ()
    replaces: datetime | None = None  # Of one time of a series: when it would begin by the rule.


@dataclass(frozen=True)
class Received:
    """What came in: an event, what is asked or said of it, and what we do not carry of it."""

    method: str
    event: Event
    comment: str = ""
    recurrence: str = ""  # The rule by which it repeats, where it has one.
    one_of_many: bool = False  # It speaks of one occurrence of a repeated event.


def request(event: Event, singles: Sequence[Event] = ()) -> str:
    """The invitation of all guests; with a raised sequence it tells them of a change.

    `singles`: of a series, its times that are not as its rule says.
    """
    return _written("REQUEST", event, "CONFIRMED", singles=singles)


def published(event: Event) -> str:
    """A meeting to be put into a calendar: nobody is asked to answer."""
    return _written("PUBLISH", replace(event, guests=()), "CONFIRMED")


def cancelled(event: Event, guests: Sequence[Party] | None = None) -> str:
    """That a meeting does not take place; of some guests alone, that they are not invited any more."""
    told = event if guests is None else replace(event, guests=tuple(guests))
    return _written("CANCEL", told, "CANCELLED")


def reply(event: Event, by: Party, comment: str = "") -> str:
    """What one guest answers to an organizer's invitation."""
    return _written("REPLY", replace(event, guests=(by,)), "", comment)


def method_of(text: str) -> str:
    """What a calendar asks for, without making sense of the rest; empty where it says nothing."""
    for line in text[:LONGEST].splitlines():
        name, _colon, value = line.partition(":")
        if name.strip().upper() == "METHOD":
            return value.strip().upper()[:20]
    return ""


def read(text: str, *, zone: ZoneInfo) -> Received:
    """Make sense of a calendar from a mail. Times of no zone are of `zone`. Raises CalendarUnreadable."""
    calendar, method = _calendar(text)
    events = list(calendar.walk("VEVENT"))
    if not events:
        raise CalendarUnreadable(_("There is no event in it."))
    main = next((one for one in events if "RECURRENCE-ID" not in one), events[0])
    try:
        event = _event(main, zone)
    except CalendarUnreadable:
        raise
    except Exception as error:  # The library raises many things for what somebody crafted.
        raise CalendarUnreadable(_("It cannot be read: %s") % str(error)[:120]) from None
    return Received(
        method=method,
        event=event,
        comment=_plain(main.get("COMMENT"), 2000),
        recurrence=_rule(main),
        one_of_many="RECURRENCE-ID" in main,
    )


def _written(method: str, event: Event, status: str, comment: str = "", singles: Sequence[Event] = ()) -> str:
    from icalendar import Calendar

    calendar = Calendar()
    for name, value in (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", method),
    ):
        calendar.add(name, value)
    for one in (event, *singles):
        calendar.add_component(_component(method, one, status, comment))
    first = _times(event)[0]
    last = _times(event)[1]
    calendar.add_missing_timezones(
        date(first.year - 1, 1, 1), date(last.year + (10 if event.recurrence else 2), 1, 1)
    )
    written: str = calendar.to_ical().decode()
    return written


def _component(method: str, event: Event, status: str, comment: str) -> Any:
    from icalendar import Event as Component
    from icalendar import vRecur

    told = Component()
    told.add("uid", event.uid)
    told.add("dtstamp", event.stamp.astimezone(UTC))
    told.add("sequence", event.sequence)
    told.add("summary", _one_line(event.title) or _("Meeting"))
    start, end = _times(event)
    told.add("dtstart", start)
    told.add("dtend", end)
    if event.recurrence:
        told.add("rrule", vRecur.from_ical(event.recurrence))
    if event.left_out:
        told.add("exdate", [_like(event, one) for one in event.left_out])
    if event.replaces is not None:
        told.add("recurrence-id", _like(event, event.replaces))
    for name, text in (("location", event.place), ("description", event.notes), ("comment", comment)):
        if text.strip():
            told.add(name, _many_lines(text))
    if event.url:
        told.add("url", event.url)
    if status:
        told.add("status", status)
    told.add("organizer", _address(event.organizer), encode=False)
    for one in event.guests:
        told.add("attendee", _address(one, method=method), encode=False)
    return told


def _like(event: Event, at: datetime) -> date | datetime:
    local = at.astimezone(ZoneInfo(event.zone))
    return local.date() if event.all_day else local


def _times(event: Event) -> tuple[Any, Any]:
    zone = ZoneInfo(event.zone)
    start, end = event.starts_at.astimezone(zone), event.ends_at.astimezone(zone)
    if not event.all_day:
        return start, end
    return start.date(), max(end.date(), start.date() + timedelta(days=1))


def _address(one: Party, *, method: str = "") -> Any:
    from icalendar import vCalAddress

    found = vCalAddress(f"mailto:{one.address}")
    if name := _one_line(one.name).replace('"', "'"):
        found.params["CN"] = name
    if not method:
        return found
    found.params["CUTYPE"] = "INDIVIDUAL"
    found.params["ROLE"] = "OPT-PARTICIPANT" if one.optional else "REQ-PARTICIPANT"
    found.params["PARTSTAT"] = _WORDS[one.answer]
    if method == "REQUEST":
        found.params["RSVP"] = "TRUE"
    return found


def _calendar(text: str) -> tuple[Any, str]:
    from icalendar import Calendar

    if len(text) > LONGEST:
        raise CalendarUnreadable(_("It is too large."))
    try:
        found = Calendar.from_ical(text, multiple=True)
    except Exception as error:  # As above.
        raise CalendarUnreadable(_("It cannot be read: %s") % str(error)[:120]) from None
    calendar = next((one for one in found if isinstance(one, Calendar)), None)
    if calendar is None:
        raise CalendarUnreadable(_("It holds no calendar."))
    method = str(calendar.get("METHOD", "")).strip().upper()
    if method not in _READ:
        raise CalendarUnreadable(_("It is no invitation and no answer to one."))
    return calendar, method


def _event(main: Any, zone: ZoneInfo) -> Event:
    uid = _plain(main.get("UID"), 300)
    if not uid:
        raise CalendarUnreadable(_("Its event has no UID, so nobody can say which one it is."))
    start = _moment(main, "DTSTART", zone)
    if start is None:
        raise CalendarUnreadable(_("Its event does not say when it begins."))
    all_day = not isinstance(main["DTSTART"].dt, datetime)
    end = _moment(main, "DTEND", zone) or _after(main, start, all_day)
    if end < start:
        raise CalendarUnreadable(_("Its event ends before it begins."))
    named = str(getattr(getattr(main["DTSTART"], "dt", None), "tzinfo", None) or "")
    return Event(
        uid=uid,
        sequence=_sequence(main),
        title=_one_line(_plain(main.get("SUMMARY"), 300)),
        starts_at=start,
        ends_at=end,
        zone=named if _is_zone(named) else zone.key,
        organizer=next(iter(_parties(main, "ORGANIZER")), Party("")),
        guests=tuple(_parties(main, "ATTENDEE")),
        stamp=_moment(main, "DTSTAMP", zone) or start,
        place=_one_line(_plain(main.get("LOCATION"), 300)),
        notes=_plain(main.get("DESCRIPTION"), 5000),
        url=_plain(main.get("URL"), 300),
        all_day=all_day,
        replaces=_moment(main, "RECURRENCE-ID", zone),
    )


def _moment(main: Any, name: str, zone: ZoneInfo) -> datetime | None:
    said = getattr(main.get(name), "dt", None)
    if isinstance(said, date) and not isinstance(said, datetime):
        said = datetime.combine(said, time(), tzinfo=zone)
    if not isinstance(said, datetime):
        return None
    if not _FIRST_YEAR <= said.year <= _LAST_YEAR:
        raise CalendarUnreadable(_("Its event is at a time that cannot be meant."))
    return (said.replace(tzinfo=zone) if said.tzinfo is None else said).astimezone(UTC)


def _after(main: Any, start: datetime, all_day: bool) -> datetime:
    lasting = getattr(main.get("DURATION"), "dt", None)
    if isinstance(lasting, timedelta) and timedelta(0) <= lasting <= timedelta(days=366):
        return start + lasting
    return start + (timedelta(days=1) if all_day else timedelta(0))


def _sequence(main: Any) -> int:
    try:
        found = int(main.get("SEQUENCE", 0))
    except (TypeError, ValueError):
        return 0
    return min(max(found, 0), 30_000)


def _parties(main: Any, name: str) -> list[Party]:
    said = main.get(name)
    many = said if isinstance(said, list) else [said] if said is not None else []
    found = []
    for one in many[:MOST_GUESTS]:
        scheme, colon, address = str(one).strip().partition(":")
        if not colon or scheme.lower() != "mailto":
            continue
        params = getattr(one, "params", {})
        answer = _ANSWERS.get(str(params.get("PARTSTAT", "")).upper(), "needs_action")
        optional = str(params.get("ROLE", "")).upper() == "OPT-PARTICIPANT"
        found.append(
            Party(_plain(address, 254).lower(), _one_line(_plain(params.get("CN"), 200)), answer, optional)
        )
    return [one for one in found if "@" in one.address]


def _rule(main: Any) -> str:
    rule = main.get("RRULE")
    found = rule[0] if isinstance(rule, list) and rule else rule
    try:
        return found.to_ical().decode()[:500] if found is not None else ""
    except (AttributeError, ValueError, TypeError):
        return ""


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError):
        return False
    return bool(name)


def _plain(value: Any, longest: int) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return _many_lines("" if value is None else str(value))[:longest].strip()


def _many_lines(text: str) -> str:
    """Without what no column and no calendar takes: control characters, halves of characters."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one == "\n" or unicodedata.category(one) not in ("Cc", "Cs"))


def _one_line(text: str) -> str:
    return " ".join(_many_lines(text).split())
