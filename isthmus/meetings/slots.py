"""Free times for a meeting, as pure functions: whoever asks brings what is busy and says what time it is.

Every stretch of time holds its beginning, not its end. A moment lies within the hours where the clock on the
wall shows so: an hour that a clock skips offers nothing, an hour that it shows twice offers both.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from isthmus.workspace.calendars import DAYS

MINUTES_OF_DAY = 24 * 60
Stretch = tuple[datetime, datetime]
Hours = Mapping[str, Sequence[tuple[int, int]]]  # By weekday: from and until, in minutes since midnight.


@dataclass(frozen=True)
class Offer:
    """What is offered: how long, when, how far apart the beginnings are, and how much room is left around."""

    minutes: int
    hours: Hours
    zone: ZoneInfo
    step: int = 30  # Minutes from one beginning to the next, counted on the wall from where the hours begin.
    before: int = 0  # Minutes that must be free before, and after: between two meetings.
    after: int = 0
    notice: timedelta = timedelta(0)
    horizon_days: int = 60  # The last day is so many days from today, in the zone of the hours.
    holidays: Container[date] = frozenset()


def free_starts(
    offer: Offer,
    busy: Iterable[Stretch],
    *,
    now: datetime,
    first: datetime,
    before: datetime,
    full_days: Container[date] = frozenset(),
) -> list[datetime]:
    """When a meeting may begin, from `first` on and before `before`, in order, in UTC.

    On `full_days`, days of the zone of the hours, nothing more is offered.
    """
    today = _day(now, offer.zone)
    since = max(_day(first, offer.zone), today)
    last = min(_day(before, offer.zone), today + timedelta(days=offer.horizon_days))
    over = timedelta(
        days=1 + offer.minutes // MINUTES_OF_DAY
    )  # One that begins late may end on the next day.
    openings = [one for day in _days(since, last + over) for one in _openings(offer, day)]
    closes = _closing_times(openings)
    hits = _hits(offer, busy)
    earliest, length = max(first, now + offer.notice), timedelta(minutes=offer.minutes)
    found = {
        start
        for opening in openings
        if opening.day <= last and opening.day not in full_days
        for start in _beginnings(opening, offer.step)
        if earliest <= start < before and start + length <= closes[opening.until] and not hits(start)
    }
    return sorted(found)


def is_free(offer: Offer, busy: Iterable[Stretch], start: datetime, *, now: datetime) -> bool:
    """Whether a meeting may begin exactly then."""
    wanted = start.astimezone(UTC)
    until = wanted + timedelta(seconds=1)
    return wanted in free_starts(offer, busy, now=now, first=wanted, before=until)


def busy_until_free(busy: Iterable[Stretch]) -> list[Stretch]:
    """Stretches in order, those that meet or overlap made one; empty ones are none."""
    merged: list[Stretch] = []
    for start, end in sorted((start, end) for start, end in busy if start < end):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def read_hours(given: Mapping[str, Sequence[Sequence[str]]]) -> Hours:
    """Hours as they are kept (`{"mon": [["09:00", "17:00"]]}`) in minutes. Raises ValueError."""
    found: dict[str, list[tuple[int, int]]] = {}
    for day, stretches in given.items():
        if day not in DAYS:
            raise ValueError(day)
        ordered = sorted((_minutes(start), _minutes(end)) for start, end in stretches)
        for at, (start, end) in enumerate(ordered):
            if start >= end or (at and start < ordered[at - 1][1]):
                raise ValueError(f"{day}: {start} {end}")
        if ordered:
            found[day] = ordered
    return found


def _minutes(text: str) -> int:
    hour, _colon, minute = text.partition(":")
    found = int(hour) * 60 + int(minute)
    if not 0 <= found <= MINUTES_OF_DAY or not 0 <= int(minute) < 60:
        raise ValueError(text)
    return found


def _days(first: date, last: date) -> Iterator[date]:
    for ahead in range((last - first).days + 1):
        yield first + timedelta(days=ahead)


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


@dataclass(frozen=True)
class _Opening:
    """Time within the hours of a day; `passed`: so many minutes after the hours begin, on the wall."""

    since: datetime
    until: datetime
    day: date
    passed: int


def _openings(offer: Offer, day: date) -> Iterator[_Opening]:
    """One for each stretch of a day's hours; more where the clock is changed within it."""
    if day in offer.holidays:
        return
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for opens, closes in offer.hours.get(DAYS[day.weekday()], ()):
        for since, until, offset in _offsets(offer.zone, day):
            zero = midnight + timedelta(minutes=opens) - offset
            start = max(zero, since)
            end = min(midnight + timedelta(minutes=closes) - offset, until)
            if start < end:
                yield _Opening(start, end, day, (start - zero) // timedelta(minutes=1))


@lru_cache(4096)
def _offsets(zone: ZoneInfo, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The stretches of UTC in and around a day in which the zone is so far from UTC: one, or two."""
    since = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=16)
    until = since + timedelta(hours=56)
    first, last = _offset(zone, since), _offset(zone, until)
    if first == last:
        return ((since, until, first),)
    low, high = 0, 56 * 60  # Clocks are changed at whole minutes.
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(zone, since + timedelta(minutes=middle)) == first:
            low = middle
        else:
            high = middle
    changed = since + timedelta(minutes=high)
    return ((since, changed, first), (changed, until, last))


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _closing_times(openings: Sequence[_Opening]) -> Mapping[datetime, datetime]:
    """For each end of an opening until when it goes on without a break: into the next where both meet."""
    merged = busy_until_free((one.since, one.until) for one in openings)
    ends = [end for _start, end in merged]
    return {one.until: ends[bisect_left(ends, one.until)] for one in openings}


def _beginnings(opening: _Opening, step: int) -> Iterator[datetime]:
    at = opening.since + timedelta(minutes=-opening.passed % step)
    while at < opening.until:
        yield at
        at += timedelta(minutes=step)


def _hits(offer: Offer, busy: Iterable[Stretch]) -> Callable[[datetime], bool]:
    """Whether a meeting that begins at a moment would meet something busy, or come too near to it."""
    before = timedelta(minutes=offer.minutes + offer.after)
    after = timedelta(minutes=offer.before)
    # Between these, both left out, none may begin; their ends are in order as their beginnings are.
    closed = [(start - before, end + after) for start, end in busy_until_free(busy)]
    ends = [end for _start, end in closed]

    def hits(start: datetime) -> bool:
        at = bisect_right(ends, start)
        return at < len(closed) and closed[at][0] < start

    return hits


def days_full(starts: Collection[datetime], zone: ZoneInfo, most: int | None) -> frozenset[date]:
    """The days on which as many meetings begin already as there may be."""
    if most is None:
        return frozenset()
    count: dict[date, int] = {}
    for start in starts:
        day = _day(start, zone)
        count[day] = count.get(day, 0) + 1
    return frozenset(day for day, number in count.items() if number >= most)
