"""Decisions of the queue as pure functions: when to try again, which slot a schedule is in."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from isthmus.core.clock import EPOCH

FIRST_DELAY = timedelta(seconds=2)
LONGEST_DELAY = timedelta(hours=1)
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def retry_delay(attempts: int, *, jitter: float) -> timedelta:
    """The wait after the n-th failed attempt: 2 s, 4 s, 8 s ... an hour at most.

    `jitter`, 0 to 1, takes up to half of it away, so that jobs that failed together do not return together.
    """
    doublings = min(max(attempts, 1) - 1, 20)
    doubled = FIRST_DELAY * (1 << doublings)
    return min(doubled, LONGEST_DELAY) * (1 - jitter / 2)


@dataclass(frozen=True)
class Every:
    """Slots at a fixed distance, counted from 1970 so that every worker names the same ones."""

    interval: timedelta

    @classmethod
    def parse(cls, text: str) -> "Every":
        """Read `10s`, `5m`, `2h` or `1d`. Raises ValueError for anything else."""
        match = re.fullmatch(r"([1-9]\d*)([smhd])", text)
        if match is None:
            raise ValueError(f"An interval looks like 10s, 5m, 2h or 1d, not {text!r}.")
        return cls(timedelta(**{_UNITS[match[2]]: int(match[1])}))

    def slot(self, at: datetime, zone: tzinfo) -> datetime:
        """The latest slot that has begun at `at`."""
        return EPOCH + (at - EPOCH) // self.interval * self.interval

    def next_slot(self, at: datetime, zone: tzinfo) -> datetime:
        """The first slot after `at`."""
        return self.slot(at, zone) + self.interval


@dataclass(frozen=True)
class Daily:
    """One slot a day at a time of the wall clock, also across a change to summer time."""

    at_time: time

    @classmethod
    def parse(cls, text: str) -> "Daily":
        """Read `03:30`. Raises ValueError for anything else."""
        if not re.fullmatch(r"\d\d:\d\d", text):
            raise ValueError(f"A time of day looks like 03:30, not {text!r}.")
        return cls(time.fromisoformat(text))

    def slot(self, at: datetime, zone: tzinfo) -> datetime:
        """The latest slot that has begun at `at`."""
        today = self._on(at, zone, days=0)
        return today if today <= at else self._on(at, zone, days=-1)

    def next_slot(self, at: datetime, zone: tzinfo) -> datetime:
        """The first slot after `at`."""
        today = self._on(at, zone, days=0)
        return today if today > at else self._on(at, zone, days=1)

    def _on(self, at: datetime, zone: tzinfo, *, days: int) -> datetime:
        day = at.astimezone(zone).date() + timedelta(days=days)
        return datetime.combine(day, self.at_time, tzinfo=zone).astimezone(UTC)


Timing = Every | Daily
