"""Decisions about meetings, as pure functions."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from icalendar import vRecur

LONGEST = timedelta(days=60)
USUAL = timedelta(minutes=30)


def ends(starts_at: datetime, ends_at: datetime | None, minutes: int | None) -> datetime | None:
    """When a meeting ends; half an hour on where nobody says. None where what is said makes no sense."""
    if ends_at is not None and minutes is not None:
        return None
    end = ends_at or starts_at + (USUAL if minutes is None else timedelta(minutes=minutes))
    return end if starts_at <= end <= starts_at + LONGEST else None


def whole_days(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The whole days of a zone that a span touches: from midnight to midnight, in UTC."""
    first = starts_at.astimezone(zone).date()
    last = max((ends_at - timedelta(microseconds=1)).astimezone(zone).date(), first)
    days = [first, last + timedelta(days=1)]
    begin, end = (datetime.combine(day, time(), tzinfo=zone).astimezone(UTC) for day in days)
    return begin, end


def is_zone(name: str) -> bool:
    """Whether there is a time zone of that name."""
    return name in available_timezones()


def is_rule(text: str) -> bool:
    """Whether a text is a rule by which something repeats, no more often than daily."""
    try:
        rule = vRecur.from_ical(text)
    except ValueError:
        return False
    frequency, interval = rule.get("FREQ", [""]), rule.get("INTERVAL", [1])
    found = str(frequency[0] if isinstance(frequency, list) else frequency).upper()
    every = int(interval[0] if isinstance(interval, list) else interval)
    return found in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY") and 0 < every < 1_000
