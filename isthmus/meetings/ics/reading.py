"""One entry of a calendar out of its iCalendar text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from isthmus.meetings.ics.overrides import Override, in_order

LONGEST = 1_000_000  # bytes of one entry
_ANSWERS = {
    "ACCEPTED": "accepted",
    "DECLINED": "declined",
    "TENTATIVE": "tentative",
}


class Unreadable(Exception):  # noqa: N818  (an answer: the entry is left where it is)
    """A text that is no entry of a calendar, or none that is a meeting."""


@dataclass(frozen=True)
class Guest:
    """Somebody whom an entry names."""

    email: str
    name: str
    role: str
    answer: str


@dataclass(frozen=True)
class Entry:
    """An entry as rows keep it; of one that repeats, its first time. Times are UTC."""

    uid: str
    sequence: int
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    all_day: bool
    place: str
    notes: str
    state: str
    shows_as: str
    is_private: bool
    recurrence: str
    guests: Sequence[Guest]
    exceptions: Sequence[Override] = ()


def read_entry(text: str, zone: ZoneInfo) -> Entry:
    """The entry that a text holds; `zone` is that of times which name none. Raises Unreadable."""
    if len(text) > LONGEST:
        raise Unreadable("too long")
    whole = calendar_of(text)
    series = master(whole)
    entry = entry_of(series, zone)
    return replace(entry, exceptions=_exceptions(whole, series, entry, zone)) if entry.recurrence else entry


def read_entries(text: str) -> Iterator[tuple[str, str]]:
    """Of a whole calendar: each entry's id with its own text, its exceptions and zones with it."""
    whole = calendar_of(text)
    zones = [one for one in whole.subcomponents if one.name == "VTIMEZONE"]
    by_uid: dict[str, list[Component]] = {}
    for one in whole.walk("VEVENT"):
        by_uid.setdefault(str(one.get("UID", "")), []).append(one)
    for uid, events in by_uid.items():
        alone = Calendar()
        for name in ("PRODID", "VERSION"):
            alone.add(name, str(whole.get(name, "2.0" if name == "VERSION" else "-//Isthmus//EN")))
        alone.subcomponents = [*zones, *events]
        yield uid, alone.to_ical().decode()


def calendar_of(text: str) -> Calendar:
    """A text as icalendar reads it. Raises Unreadable."""
    try:
        found = Calendar.from_ical(text)
    except Exception as error:  # Strangers write it: whatever is wrong with one is said of that one.
        raise Unreadable(f"{type(error).__name__}: {error}"[:200]) from None
    if not isinstance(found, Calendar):
        raise Unreadable("no calendar")
    return found


def master(whole: Calendar) -> Component:
    """The entry itself: not one of its exceptions, unless there is nothing else. Raises Unreadable."""
    events = whole.walk("VEVENT")
    if not events:
        raise Unreadable("no meeting")
    return next((one for one in events if "RECURRENCE-ID" not in one), events[0])


def entry_of(event: Component, zone: ZoneInfo) -> Entry:
    """What one component says. Raises Unreadable."""
    try:
        starts, ends, named, all_day = _span(event, zone)
        return Entry(
            uid=str(event.get("UID", ""))[:255],
            sequence=max(int(event.get("SEQUENCE", 0)), 0),
            title=" ".join(str(event.get("SUMMARY", "")).split())[:300],
            starts_at=starts,
            ends_at=max(ends, starts),
            zone=named,
            all_day=all_day,
            place=str(event.get("LOCATION", ""))[:500],
            notes=str(event.get("DESCRIPTION", "")),
            state={"TENTATIVE": "tentative", "CANCELLED": "cancelled"}.get(
                str(event.get("STATUS", "")).upper(), "confirmed"
            ),
            shows_as="free" if str(event.get("TRANSP", "")).upper() == "TRANSPARENT" else "busy",
            is_private=str(event.get("CLASS", "PUBLIC")).upper() in ("PRIVATE", "CONFIDENTIAL"),
            recurrence=_rule(event),
            guests=_guests(event),
        )
    except Unreadable:
        raise
    except Exception as error:  # As above: a date of the year 0, a list where one value belongs, ….
        raise Unreadable(f"{type(error).__name__}: {error}"[:200]) from None


def instant(value: date | datetime, zone: ZoneInfo) -> datetime:
    """A day's beginning or a time, in UTC; one without a zone stands in the calendar's."""
    if not isinstance(value, datetime):
        value = datetime.combine(value, time(), tzinfo=zone)
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC)


def _exceptions(whole: Calendar, series: Component, entry: Entry, zone: ZoneInfo) -> Sequence[Override]:
    """What differs at single times of a series; an exception that makes no sense is none."""
    found: dict[datetime, Override] = {}
    given = series.get("EXDATE")
    for part in [] if given is None else given if isinstance(given, list) else [given]:
        for one in part.dts:
            at = instant(one.dt, zone)
            found[at] = Override(at, off=True)
    for other in whole.walk("VEVENT"):
        if other is series or "RECURRENCE-ID" not in other:
            continue
        try:
            at, one = instant(other.decoded("RECURRENCE-ID"), zone), entry_of(other, zone)
        except (Unreadable, ValueError, TypeError, OverflowError):
            continue
        found[at] = _override(at, one, entry)
    return in_order(found.values())


def _override(at: datetime, one: Entry, entry: Entry) -> Override:
    if one.state == "cancelled":
        return Override(at, off=True, sequence=one.sequence)
    told = {
        name: getattr(one, name)
        for name in ("title", "place", "notes")
        if getattr(one, name) != getattr(entry, name)
    }
    return Override(at, starts_at=one.starts_at, ends_at=one.ends_at, sequence=one.sequence, **told)


def _span(event: Component, zone: ZoneInfo) -> tuple[datetime, datetime, str, bool]:
    if "DTSTART" not in event:
        raise Unreadable("no beginning")
    begins = event.decoded("DTSTART")
    all_day = not isinstance(begins, datetime)
    if "DTEND" in event:
        ends = event.decoded("DTEND")
    elif "DURATION" in event:
        ends = begins + event.decoded("DURATION")
    else:
        ends = begins + timedelta(days=1) if all_day else begins
    named = zone.key
    if not all_day and begins.tzinfo is not None:
        named = getattr(begins.tzinfo, "key", "") or (
            "UTC" if begins.utcoffset() == timedelta() else zone.key
        )
    return instant(begins, zone), instant(ends, zone), named, all_day


def _rule(event: Component) -> str:
    rule = event.get("RRULE")
    if rule is None:
        # Only days that are listed one by one: it repeats all the same.
        return "RDATE" if event.get("RDATE") is not None else ""
    first = rule[0] if isinstance(rule, list) else rule
    text: str = first.to_ical().decode()
    return text[:500]


def _guests(event: Component) -> list[Guest]:
    found: dict[str, Guest] = {}
    for name in ("ORGANIZER", "ATTENDEE"):
        given: Any = event.get(name, [])
        for one in given if isinstance(given, list) else [given]:
            email = str(one).strip().lower().removeprefix("mailto:")[:254]
            if "@" not in email or email in found:
                continue
            params = getattr(one, "params", {})
            role = "organizer" if name == "ORGANIZER" else "required"
            if str(params.get("ROLE", "")).upper() == "OPT-PARTICIPANT":
                role = "optional"
            answer = _ANSWERS.get(str(params.get("PARTSTAT", "")).upper(), "needs_action")
            found[email] = Guest(email, str(params.get("CN", ""))[:200], role, answer)
    return list(found.values())
