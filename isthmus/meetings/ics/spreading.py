"""The times at which an entry takes place, within a window: by its rule, with its exceptions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from isthmus.meetings.ics.reading import Entry, Unreadable, calendar_of, entry_of, instant

MOST = 2_000  # times of one entry: every hour of a quarter of a year
_OFTEN = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


@dataclass(frozen=True)
class Time:
    """One time at which an entry takes place."""

    starts_at: datetime
    ends_at: datetime
    title: str
    blocks: bool
    at: datetime | None = None  # Of a series: when it would begin by the rule.


def times_of(text: str, entry: Entry, zone: ZoneInfo, start: datetime, stop: datetime) -> Sequence[Time]:
    """The times of an entry between two instants; of one that does not repeat, its own, whenever it is."""
    if entry.state == "cancelled":
        return []
    if not entry.recurrence:
        return [Time(entry.starts_at, entry.ends_at, "", entry.shows_as == "busy")]
    if not _makes_sense(entry.recurrence):
        return [Time(entry.starts_at, entry.ends_at, "", entry.shows_as == "busy")]
    found = _occurring(text, start, stop)
    return [_time(one, entry, zone) for one in found if str(one.get("STATUS", "")).upper() != "CANCELLED"]


def _makes_sense(rule: str) -> bool:
    """Whether a rule can be followed: some that strangers write never come to a next time."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().split(";"))
    interval = parts.get("INTERVAL", "1")
    return rule == "RDATE" or (
        parts.get("FREQ") in _OFTEN
        and interval.isdigit()
        and 0 < int(interval) < 1_000
        and not any(name in parts for name in ("BYSECOND", "BYMINUTE", "BYHOUR"))
    )


def _occurring(text: str, start: datetime, stop: datetime) -> list[Any]:
    import recurring_ical_events  # type: ignore[import-untyped]  # Heavy: only what repeats needs it.

    try:
        whole = recurring_ical_events.of(calendar_of(text), skip_bad_series=True)
        return list(islice(whole.between(start, stop), MOST))
    except Unreadable:
        raise
    except Exception as error:  # Strangers write rules; one that makes no sense stops no other entry.
        raise Unreadable(f"{type(error).__name__}: {error}"[:200]) from None


def _time(occurrence: Any, entry: Entry, zone: ZoneInfo) -> Time:
    one = entry_of(occurrence, zone)
    named = occurrence.get("RECURRENCE-ID")
    at = instant(named.dt, zone) if named is not None else one.starts_at
    title = one.title if one.title != entry.title else ""
    return Time(one.starts_at, one.ends_at, title, one.shows_as == "busy", at)
