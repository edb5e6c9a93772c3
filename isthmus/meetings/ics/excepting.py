"""The exceptions of a series in its text: those that we name written, those that we name no more taken out.

What we do not know of an exception, and exceptions that we cannot read, stay as they are.
"""

from collections.abc import Sequence
from copy import deepcopy
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Component

from isthmus.meetings.ics.overrides import Override
from isthmus.meetings.ics.reading import Unreadable, entry_of, instant

_OF_THE_SERIES = ("RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DTSTART", "DTEND", "DURATION")


def set_overrides(whole: Calendar, series: Component, named: Sequence[Override], zone: ZoneInfo) -> None:
    """Make the exceptions in a text those that are named. `zone` is that of times which name none."""
    parts = _parts(whole, series, zone)
    called_off = {at for at, part in parts.items() if _is_off(part, zone)}
    wanted = {one.at: one for one in named}
    for at, there in parts.items():
        if at not in wanted or (wanted[at].off and at not in called_off):
            whole.subcomponents.remove(there)
    _set_left_out(series, {one.at for one in named if one.off} - called_off, zone)
    for one in named:
        if not one.off:
            part = parts.get(one.at) if one.at not in called_off else None
            if part is None:
                if one.at in parts:
                    whole.subcomponents.remove(parts[one.at])
                part = _new_part(series, one.at, zone)
                whole.add_component(part)
            _set_words(part, series, one, zone)


def like_the_series(series: Component, at: datetime, zone: ZoneInfo) -> date | datetime:
    """An instant as the series writes its beginning: a day, a time of a zone, or one of none."""
    begins = series.decoded("DTSTART")
    if not isinstance(begins, datetime):
        return at.astimezone(zone).date()
    if begins.tzinfo is None:
        return at.astimezone(zone).replace(tzinfo=None)
    return at.astimezone(begins.tzinfo)


def left_out(series: Component) -> list[date | datetime]:
    """The beginnings that a series leaves out."""
    given = series.get("EXDATE")
    parts = [] if given is None else given if isinstance(given, list) else [given]
    return [one.dt for part in parts for one in part.dts]


def _parts(whole: Calendar, series: Component, zone: ZoneInfo) -> dict[datetime, Component]:
    """The exceptions that can be read, by the time that each replaces."""
    found: dict[datetime, Component] = {}
    for other in whole.walk("VEVENT"):
        if other is series or "RECURRENCE-ID" not in other:
            continue
        try:
            entry_of(other, zone)
            found[instant(other.decoded("RECURRENCE-ID"), zone)] = other
        except (Unreadable, ValueError, TypeError, OverflowError):
            continue  # Strangers wrote it: it stays as it is.
    return found


def _is_off(part: Component, zone: ZoneInfo) -> bool:
    return entry_of(part, zone).state == "cancelled"


def _set_left_out(series: Component, wanted: set[datetime], zone: ZoneInfo) -> None:
    there = left_out(series)
    known = {instant(one, zone): one for one in there}
    if known.keys() == wanted and len(there) == len(known):
        return
    series.pop("EXDATE", None)
    if wanted:
        dates = [known.get(at, like_the_series(series, at, zone)) for at in sorted(wanted)]
        series.add("EXDATE", dates)


def _new_part(series: Component, at: datetime, zone: ZoneInfo) -> Component:
    part = deepcopy(series)
    for name in _OF_THE_SERIES:
        part.pop(name, None)
    part.add("RECURRENCE-ID", like_the_series(series, at, zone))
    return part


def _set_words(part: Component, series: Component, one: Override, zone: ZoneInfo) -> None:
    """What we say of an exception; where we say nothing, it is as the series."""
    of_series = entry_of(series, zone)
    starts = one.starts_at or one.at
    ends = one.ends_at or starts + (of_series.ends_at - of_series.starts_at)
    before = entry_of(part, zone) if "DTSTART" in part else None
    if before is None or (before.starts_at, before.ends_at) != (starts, ends):
        for name in ("DTSTART", "DTEND", "DURATION"):
            part.pop(name, None)
        part.add("DTSTART", like_the_series(series, starts, zone))
        part.add("DTEND", like_the_series(series, ends, zone))
    told: dict[str, Any] = {
        "SUMMARY": of_series.title if one.title is None else one.title,
        "LOCATION": of_series.place if one.place is None else one.place,
        "DESCRIPTION": of_series.notes if one.notes is None else one.notes,
    }
    names = {"SUMMARY": "title", "LOCATION": "place", "DESCRIPTION": "notes"}
    for name, value in told.items():
        if before is None or getattr(before, names[name]) != value:
            part.pop(name, None)
            if value:
                part.add(name, value)
    sequence = max(one.sequence, before.sequence if before is not None else 0)
    if sequence != int(part.get("SEQUENCE", 0)):
        part.pop("SEQUENCE", None)
        part.add("SEQUENCE", sequence)
