"""A month of free times as a page shows it: in the guest's zone, whatever the zone of the hours is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date, get_day_names
from django.http import HttpRequest

from isthmus.meetings.booking.offering import Hosts
from isthmus.meetings.mailing.wording import clock, reader_locale

_LOOKED_AHEAD = 7  # months in which the first free time is looked for


@dataclass(frozen=True)
class Day:
    """One square of the month: its address where something is free."""

    on: date
    label: str
    href: str = ""
    inside: bool = True
    chosen: bool = False
    today: bool = False


@dataclass(frozen=True)
class Time:
    """One free time of the chosen day."""

    text: str
    href: str
    value: str


@dataclass(frozen=True)
class Month:
    """What the page draws."""

    title: str
    names: Sequence[tuple[str, str]]
    weeks: Sequence[Sequence[Day]]
    before: str
    after: str
    day: str
    times: Sequence[Time]
    any_free: bool


@dataclass(frozen=True)
class Asked:
    """What the address of the page says: zone, month, day, time."""

    zone: ZoneInfo
    month: date | None = None
    day: date | None = None
    start: datetime | None = None
    detected: bool = False  # The zone is the guest's own word, not only the page's.

    def href(self, **more: str) -> str:
        """The address of the same page with this instead."""
        told = {"zone": self.zone.key if self.detected else "", **more}
        return "?" + urlencode({name: value for name, value in told.items() if value})


def asked_of(request: HttpRequest, fallback: ZoneInfo) -> Asked:
    """Read an address; what makes no sense in it is as if it were not there."""
    given = request.GET
    zone = zone_named(given.get("zone", ""))
    start = _moment(given.get("start", ""))
    local = start.astimezone(zone or fallback).date() if start else None
    day = _day(given.get("day", "")) or local
    month = _day(given.get("month", "") + "-01") or (day.replace(day=1) if day else None)
    return Asked(zone or fallback, month, day, start, zone is not None)


def zone_named(name: str) -> ZoneInfo | None:
    """A time zone by its name, where there is one."""
    return ZoneInfo(name) if name in available_timezones() else None


def zones() -> list[str]:
    """The zones that can be chosen, by name."""
    named = (one for one in available_timezones() if "/" in one and not one.startswith(("Etc/", "SystemV/")))
    return sorted([*named, "UTC"])


def month_of(hosts: Hosts, asked: Asked, now: datetime) -> Month:
    """The asked month, else the first in which something is free, with the free times of the asked day."""
    today = now.astimezone(asked.zone).date()
    first = max(asked.month or today, today).replace(day=1)
    last = _last(hosts, asked, now)
    starts = _starts(hosts, asked.zone, first, now)
    for _ahead in range(_LOOKED_AHEAD if asked.month is None else 0):
        if starts or _next(first) > last:
            break
        first = _next(first)
        starts = _starts(hosts, asked.zone, first, now)
    by_day: dict[date, list[datetime]] = {}
    for start in starts:
        by_day.setdefault(start.astimezone(asked.zone).date(), []).append(start)
    chosen = asked.day if asked.day in by_day else None
    return Month(
        title=_named(first, "LLLL yyyy"),
        names=_weekdays(),
        weeks=_weeks(first, by_day, chosen, today, asked),
        before=asked.href(month=f"{_previous(first):%Y-%m}") if first > today.replace(day=1) else "",
        after=asked.href(month=f"{_next(first):%Y-%m}") if _next(first) <= last else "",
        day=format_date(chosen, "full", locale=reader_locale()) if chosen else "",
        times=[_time(one, asked) for one in by_day.get(chosen, ())] if chosen else (),
        any_free=bool(starts),
    )


def _last(hosts: Hosts, asked: Asked, now: datetime) -> date:
    return (now + timedelta(days=hosts.offer.horizon_days + 1)).astimezone(asked.zone).date()


def _starts(hosts: Hosts, zone: ZoneInfo, first: date, now: datetime) -> list[datetime]:
    begin = datetime.combine(first, time(), tzinfo=zone).astimezone(UTC)
    end = datetime.combine(_next(first), time(), tzinfo=zone).astimezone(UTC)
    return hosts.starts(now=now, first=begin, before=end)


def _weeks(
    first: date, by_day: Mapping[date, object], chosen: date | None, today: date, asked: Asked
) -> list[list[Day]]:
    begin = first - timedelta(days=(first.weekday() - reader_locale().first_week_day) % 7)
    weeks: list[list[Day]] = []
    while begin < _next(first):
        days = [begin + timedelta(days=ahead) for ahead in range(7)]
        weeks.append(
            [
                Day(
                    on=day,
                    label=format_date(day, "full", locale=reader_locale()),
                    href=asked.href(day=day.isoformat()) if day in by_day else "",
                    inside=day.month == first.month,
                    chosen=day == chosen,
                    today=day == today,
                )
                for day in days
            ]
        )
        begin += timedelta(days=7)
    return weeks


def _weekdays() -> list[tuple[str, str]]:
    locale = reader_locale()
    short = get_day_names("abbreviated", locale=locale)
    long = get_day_names("wide", locale=locale)
    return [
        (short[day % 7], long[day % 7]) for day in range(locale.first_week_day, locale.first_week_day + 7)
    ]


def _time(start: datetime, asked: Asked) -> Time:
    value = f"{start:%Y-%m-%dT%H:%MZ}"
    return Time(clock(start.astimezone(asked.zone)), asked.href(start=value), value)


def _named(day: date, pattern: str) -> str:
    return format_date(day, pattern, locale=reader_locale())


def _next(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _previous(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None or not 2000 <= found.year <= 2200:
        return None
    return found.astimezone(UTC)
