"""The times at which an entry takes place, within a window: by its rule, with its exceptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from isthmus.meetings.ics.reading import Entry, Unreadable, calendar_of, entry_of

MOST = 2_000  # times of one entry: every hour of a quarter of a year
_TOO_OFTEN = ("SECONDLY", "MINUTELY")


@dataclass(frozen=True)
class Time:
    """One time at which an entry takes place."""

    starts_at: datetime
    ends_at: datetime
    title: str
    blocks: bool


def times_of(text: str, entry: Entry, zone: ZoneInfo, start: datetime, stop: datetime) -> Sequence[Time]:
    """The times of an entry between two instants; of one that does not repeat, its own, whenever it is."""
    if entry.state == "cancelled":
        return []
    if not entry.recurrence:
        return [Time(entry.starts_at, entry.ends_at, "", entry.shows_as == "busy")]
    if any(f"FREQ={one}" in entry.recurrence.upper() for one in _TOO_OFTEN):
        return [Time(entry.starts_at, entry.ends_at, "", entry.shows_as == "busy")]
    return [_time(one, entry, zone) for one in _occurring(text, start, stop)]


def _occurring(text: str, start: datetime, stop: datetime) -> list[Any]:
    import recurring_ical_events  # Heavy: only what repeats needs it.

    try:
        whole = recurring_ical_events.of(calendar_of(text), skip_bad_series=True)
        return list(islice(whole.between(start, stop), MOST))
    except Unreadable:
        raise
    except Exception as error:  # Strangers write rules; one that makes no sense stops no other entry.
        raise Unreadable(f"{type(error).__name__}: {error}"[:200]) from None


def _time(occurrence: Any, entry: Entry, zone: ZoneInfo) -> Time:
    one = entry_of(occurrence, zone)
    blocks = one.shows_as == "busy" and one.state != "cancelled"
    return Time(one.starts_at, one.ends_at, one.title if one.title != entry.title else "", blocks)
