"""Sellers at their desks: hours, days off, ramp and turnover, and how long a lead waits when desks are full.

A desk serves one first contact after the other, in working time. A lead that would wait too long is given up.
"""

from bisect import bisect_right
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from isthmus.simulate import catalogue as c
from isthmus.simulate.sizes import DAYS, HORIZON

OPENS, SECONDS = 7, 8 * 3600  # UTC hour at which a working day begins, and its length
RAMP_DAYS, RAMP_FROM = 120, 0.4
GIVEN_UP_AFTER = 4 * SECONDS  # of waiting for a free desk
LOAD = {
    "Nordics": 0.64,
    "DACH": 0.74,
    "Benelux": 0.58,
}  # mean share of a territory's hours that contacts need
_OFF = {(1, 1), (1, 6), (5, 1), (12, 24), (12, 25), (12, 26), (12, 31)}


@dataclass
class Desk:
    """One seller's working time since the first day, in seconds."""

    seller: int
    joined: int
    left: int
    before: list[float]  # working seconds before each day
    per_day: list[float]
    start: datetime
    free_at: float = 0.0
    took: int = field(default=0)

    def works_on(self, day: int) -> bool:
        """Whether the seller takes new leads on a day."""
        return self.joined <= day < self.left

    def worked(self, at: datetime) -> float:
        """Working seconds until a moment."""
        passed = (at - self.start).total_seconds()
        day = min(max(int(passed // 86400), 0), len(self.per_day) - 1)
        share = min(max((passed - day * 86400 - OPENS * 3600) / SECONDS, 0.0), 1.0)
        return self.before[day] + share * self.per_day[day]

    def moment(self, worked: float) -> datetime:
        """The moment at which so many working seconds have passed."""
        day = min(max(bisect_right(self.before, worked) - 1, 0), len(self.per_day) - 1)
        while self.per_day[day] == 0 and day + 1 < len(self.per_day):
            day += 1
        share = (worked - self.before[day]) / self.per_day[day] if self.per_day[day] else 0.0
        return self.start + timedelta(days=day, seconds=OPENS * 3600 + min(max(share, 0.0), 1.0) * SECONDS)


def desks(start: datetime) -> dict[str, list[Desk]]:
    """The sellers' desks by territory."""
    found: dict[str, list[Desk]] = {}
    for seller, staff in enumerate(c.STAFF):
        if staff.role == "seller":
            found.setdefault(staff.territory or "", []).append(_desk(seller, staff, start))
    return found


def service_seconds(at_desks: list[Desk], contacts: float, load: float) -> float:
    """How long one first contact takes, if so many in the whole time need this share of all hours."""
    hours = sum(desk.before[-1] + desk.per_day[-1] for desk in at_desks)
    return load * hours / max(contacts, 1.0)


def sales_hours(at_desks: list[Desk]) -> float:
    """Hours worked within the history."""
    return sum(desk.before[DAYS] for desk in at_desks) / 3600


def _desk(seller: int, staff: c.Staff, start: datetime) -> Desk:
    joined = int(staff.joins * DAYS)
    left = int(staff.leaves * DAYS) if staff.leaves is not None else DAYS + HORIZON
    per_day = [_seconds(seller, day, start, joined) for day in range(DAYS + HORIZON + 60)]
    before, total = [], 0.0
    for seconds in per_day:
        before.append(total)
        total += seconds
    desk = Desk(seller, joined, left, before, per_day, start)
    desk.free_at = desk.before[joined]
    return desk


def _seconds(seller: int, day: int, start: datetime, joined: int) -> float:
    on = (start + timedelta(days=day)).astimezone(UTC).date()
    if on.weekday() >= 5 or (on.month, on.day) in _OFF or day < joined:
        return 0.0
    first_off = 182 + (seller * 5) % 30  # three weeks in summer, one in winter, not all at once
    of_year = on.timetuple().tm_yday
    if first_off <= of_year < first_off + 21 or 45 + seller <= of_year < 52 + seller:
        return 0.0
    if joined and day < joined + RAMP_DAYS:
        return SECONDS * (RAMP_FROM + (1 - RAMP_FROM) * (day - joined) / RAMP_DAYS)
    return float(SECONDS)
