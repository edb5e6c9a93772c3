"""What becomes of the rule and the exceptions of a series as it is moved or parted in two. Pure functions."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from isthmus.meetings.ics.overrides import Override, in_order

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Stretch = tuple[datetime, datetime]


def shifted(at: datetime, by: timedelta, zone: ZoneInfo) -> datetime:
    """A moment so much later on the wall of a zone, whatever its clocks do in between."""
    wall = at.astimezone(zone).replace(tzinfo=None) + by
    return wall.replace(tzinfo=zone).astimezone(UTC)


def by_the_wall(was: datetime, now: datetime, zone: ZoneInfo) -> timedelta:
    """How much later a moment is than another on the wall of a zone."""
    return now.astimezone(zone).replace(tzinfo=None) - was.astimezone(zone).replace(tzinfo=None)


def moved_along(
    found: Iterable[Override], was: Stretch, now: Stretch, zone: ZoneInfo
) -> tuple[Override, ...]:
    """The exceptions of a series that is moved: each replaces the time that the series has now.

    One that was moved to a time of its own stays there.
    """
    by, lasted, lasts = by_the_wall(was[0], now[0], zone), was[1] - was[0], now[1] - now[0]
    moved = []
    for one in found:
        at = shifted(one.at, by, zone)
        if one.off or one.starts_at not in (None, one.at):
            moved.append(replace(one, at=at))
            continue
        length = (one.ends_at - one.at) if one.ends_at else lasted
        ends = at + (lasts if length == lasted else length)
        moved.append(replace(one, at=at, starts_at=at, ends_at=ends))
    return in_order(moved)


def ended_before(rule: str, at: datetime, *, all_day: bool, zone: ZoneInfo) -> str:
    """The rule of a series whose last time is the one before this."""
    parts = _parts(rule)
    parts.pop("COUNT", None)
    if all_day:
        parts["UNTIL"] = f"{at.astimezone(zone).date() - timedelta(days=1):%Y%m%d}"
    else:
        parts["UNTIL"] = f"{at.astimezone(UTC) - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"
    return _rule(parts)


def going_on(rule: str, passed: int) -> str:
    """The rule of what is left of a series after so many times."""
    parts = _parts(rule)
    if "COUNT" in parts:
        parts["COUNT"] = str(max(int(parts["COUNT"]) - passed, 1))
    return _rule(parts)


def turned(rule: str, was: date, now: date) -> str:
    """The rule of a series whose first day is another: the days of the week or month that it names go along.

    Where it names several days of the month, or days of the year, it stays as it is.
    """
    if was == now or rule == "RDATE":
        return rule
    parts = _parts(rule)
    frequency, named = parts.get("FREQ", ""), parts.get("BYDAY", "").split(",")
    if frequency == "WEEKLY" and set(named) <= set(_DAYS):
        by = (now - was).days
        parts["BYDAY"] = ",".join(_DAYS[(_DAYS.index(one) + by) % 7] for one in named)
    elif frequency == "MONTHLY" and parts.get("BYMONTHDAY", "") == str(was.day):
        parts["BYMONTHDAY"] = str(now.day)
    elif frequency == "MONTHLY" and len(named) == 1 and named[0][-2:] == _DAYS[was.weekday()]:
        which = named[0][:-2]
        if which and not which.startswith("-"):
            parts["BYDAY"] = f"{(now.day - 1) // 7 + 1}{_DAYS[now.weekday()]}"
        elif which:
            parts["BYDAY"] = f"{which}{_DAYS[now.weekday()]}"
    return _rule(parts)


def parted(found: Sequence[Override], at: datetime) -> tuple[tuple[Override, ...], tuple[Override, ...]]:
    """The exceptions before a time, and those from it on."""
    ordered = in_order(found)
    return (
        tuple(one for one in ordered if one.at < at),
        tuple(one for one in ordered if one.at >= at),
    )


def _parts(rule: str) -> dict[str, str]:
    pairs = (part.partition("=")[::2] for part in rule.split(";") if "=" in part)
    return {name.upper(): value.upper() for name, value in pairs}


def _rule(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())
