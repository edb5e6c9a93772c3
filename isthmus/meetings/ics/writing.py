"""An entry's text with our words in it, and everything else as it was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component, Event, vRecur

from isthmus.meetings.ics.excepting import left_out, set_overrides
from isthmus.meetings.ics.overrides import Override
from isthmus.meetings.ics.reading import calendar_of, entry_of, master

_STATES = {"tentative": "TENTATIVE", "cancelled": "CANCELLED"}


@dataclass(frozen=True)
class Words:
    """What we say of an entry."""

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
    recurrence: str = ""
    exceptions: Sequence[Override] = ()


def new_text(words: Words, at: datetime, guests: tuple[tuple[str, str], ...] = ()) -> str:
    """The text of an entry that was made here; guests by address and name."""
    whole = Calendar()
    whole.add("PRODID", "-//Isthmus//Isthmus//EN")
    whole.add("VERSION", "2.0")
    event = Event()
    event.add("UID", words.uid)
    event.add("DTSTAMP", at)
    _set_span(event, words)
    for name, value in _texts(words).items():
        _set(event, name, value)
    event.add("SEQUENCE", words.sequence)
    if words.recurrence:
        _set_rule(event, words.recurrence)
    for email, name in guests:
        # We invite by mail ourselves: the server must not do so too (RFC 6638).
        told = {"SCHEDULE-AGENT": "CLIENT", **({"CN": name} if name else {})}
        event.add("ATTENDEE", f"mailto:{email}", parameters=told)
    whole.add_component(event)
    if words.recurrence:
        set_overrides(whole, event, words.exceptions, ZoneInfo(words.zone))
    return _written(whole, words)


def with_words(text: str, words: Words, at: datetime) -> str:
    """The text with what differs from our words replaced; what we do not know of stays.

    When a series is moved, what is written of its exceptions moves with it.
    """
    whole = calendar_of(text)
    event = master(whole)
    before = entry_of(event, ZoneInfo(words.zone))
    if (before.starts_at, before.ends_at, before.all_day) != (
        words.starts_at,
        words.ends_at,
        words.all_day,
    ):
        was = event.decoded("DTSTART")
        _set_span(event, words)
        _move_exceptions(whole, event, event.decoded("DTSTART"), was)
    known = _texts(_as_words(before))
    for name, value in _texts(words).items():
        if value != known[name]:
            _set(event, name, value)
    _set(event, "SEQUENCE", max(words.sequence, before.sequence))
    if words.recurrence != before.recurrence and words.recurrence != "RDATE":
        _set_rule(event, words.recurrence)
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        event.pop(name, None)
        event.add(name, at)
    if words.recurrence or before.recurrence:
        set_overrides(whole, event, words.exceptions if words.recurrence else (), ZoneInfo(words.zone))
    return _written(whole, words)


def _as_words(entry: Any) -> Words:
    return Words(**{name: getattr(entry, name) for name in Words.__dataclass_fields__})


def _texts(words: Words) -> dict[str, str]:
    return {
        "SUMMARY": words.title,
        "LOCATION": words.place,
        "DESCRIPTION": words.notes,
        "STATUS": _STATES.get(words.state, "CONFIRMED"),
        "TRANSP": "TRANSPARENT" if words.shows_as == "free" else "OPAQUE",
        "CLASS": "PRIVATE" if words.is_private else "PUBLIC",
    }


def _set(event: Component, name: str, value: Any) -> None:
    event.pop(name, None)
    if value != "":
        event.add(name, value)


def _set_rule(event: Component, rule: str) -> None:
    event.pop("RRULE", None)
    if rule:
        event.add("RRULE", vRecur.from_ical(rule))


def _set_span(event: Component, words: Words) -> None:
    for name in ("DTSTART", "DTEND", "DURATION"):
        event.pop(name, None)
    event.add("DTSTART", _local(words.starts_at, words))
    event.add("DTEND", _local(words.ends_at, words))


def _local(at: datetime, words: Words) -> date | datetime:
    local = at.astimezone(ZoneInfo(words.zone))
    return local.date() if words.all_day else local


def _move_exceptions(whole: Calendar, event: Component, now: Any, was: Any) -> None:
    """Exceptions name the time that they replace: by so much as the series moved they move too."""
    if "RRULE" not in event or isinstance(now, datetime) != isinstance(was, datetime):
        return
    by = _plain(now) - _plain(was)
    if there := left_out(event):
        event.pop("EXDATE")
        event.add("EXDATE", [one + by for one in there])
    for other in whole.walk("VEVENT"):
        if other is not event and "RECURRENCE-ID" in other:
            replaced = other.decoded("RECURRENCE-ID")
            other.pop("RECURRENCE-ID")
            other.add("RECURRENCE-ID", replaced + by)


def _plain(value: Any) -> Any:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _written(whole: Calendar, words: Words) -> str:
    year = timedelta(days=366)
    first, last = words.starts_at.date() - year, words.ends_at.date() + 10 * year
    whole.add_missing_timezones(first_date=first, last_date=last)
    text: str = whole.to_ical().decode()
    return text
