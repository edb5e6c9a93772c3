"""Moments of a working life."""

from datetime import UTC, datetime, timedelta


def working(at: datetime) -> datetime:
    """The same moment, or the next working morning where it falls on a weekend or a night."""
    hour = at.hour
    if hour < 7:
        at = at.replace(hour=7)
    elif hour >= 16:
        at = at.replace(hour=7) + timedelta(days=1)
    while at.weekday() >= 5:
        at += timedelta(days=1)
    return at


def midnight(at: datetime) -> datetime:
    """The UTC midnight that begins a moment's day."""
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
