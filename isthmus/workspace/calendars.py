"""When a company works: its hours in its zone, without the holidays of a territory."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from isthmus.workspace.models import Company
from isthmus.workspace.territories import local_to

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LOOKED = 3660  # days: a calendar without any working day must not be looked through for ever


@dataclass(frozen=True)
class Calendar:
    """Opening hours by weekday, in a zone, but for holidays. All times are aware."""

    zone: ZoneInfo
    hours: Mapping[str, tuple[time, time]]
    holidays: Container[date] = frozenset()

    def works_on(self, day: date) -> bool:
        """Whether anybody works on that day."""
        return DAYS[day.weekday()] in self.hours and day not in self.holidays

    def opening(self, day: date) -> tuple[datetime, datetime] | None:
        """From when to when there is work on that day; None when there is none."""
        if not self.works_on(day):
            return None
        start, end = self.hours[DAYS[day.weekday()]]
        return self._at(day, start), self._at(day, end)

    def next_open(self, at: datetime) -> datetime:
        """The instant itself where there is work, else when it begins next."""
        day = at.astimezone(self.zone).date()
        for ahead in range(_LOOKED):
            open_hours = self.opening(day + timedelta(days=ahead))
            if open_hours and at < open_hours[1]:
                return max(at, open_hours[0])
        return at

    def after_hours(self, at: datetime, work: timedelta) -> datetime:
        """When so much working time has passed."""
        day, left = at.astimezone(self.zone).date(), work
        for ahead in range(_LOOKED):
            open_hours = self.opening(day + timedelta(days=ahead))
            if open_hours is None:
                continue
            start, end = max(at, open_hours[0]), open_hours[1]
            if start < end:
                if left <= end - start:
                    return start + left
                left -= end - start
        return at + work

    def after_days(self, at: datetime, days: int) -> datetime:
        """The same time of day so many working days later, moved into that day's hours."""
        local = at.astimezone(self.zone)
        day = self.working_day_after(local.date(), days)
        moment = self._at(day, local.time())
        open_hours = self.opening(day)
        return moment if open_hours is None else min(max(moment, open_hours[0]), open_hours[1])

    def working_day_after(self, day: date, days: int) -> date:
        """The n-th working day after a day."""
        found = day
        for _ahead in range(_LOOKED):
            if days <= 0:
                break
            found += timedelta(days=1)
            days -= self.works_on(found)
        return found if days <= 0 else day + timedelta(days=days)

    def next_time(self, at: datetime, clock: time, weekday: str = "") -> datetime:
        """When the clock shows that time next, on that weekday where one is named."""
        day = at.astimezone(self.zone).date()
        for ahead in range(9):
            on = day + timedelta(days=ahead)
            if weekday in ("", DAYS[on.weekday()]) and (found := self._at(on, clock)) > at:
                return found
        raise ValueError(f"There is no weekday {weekday!r}.")

    def _at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=self.zone).astimezone(UTC)


def calendar_for(territory_id: int | None = None) -> Calendar:
    """The company's hours in the territory's zone, without its holidays; else the company's."""
    company = Company.current()
    local = local_to(territory_id, company)
    hours = {day: found for day, given in company.hours.items() if (found := _hours(given)) is not None}
    return Calendar(local.zone, hours, holidays_of(local.holidays.value))


def _hours(given: Sequence[str]) -> tuple[time, time] | None:
    """Opening and closing time; None for a day on which somebody left them empty."""
    try:
        start, end = (time.max if text == "24:00" else time.fromisoformat(text) for text in given)
    except ValueError:
        return None
    return (start, end) if start < end else None


@lru_cache(64)
def holidays_of(country: str) -> Container[date]:
    """The public holidays of a country or a part of it (SE, DE-BY); none for what is not known."""
    if not country:
        return frozenset()
    import holidays

    code, _dash, part = country.partition("-")
    try:
        found: Container[date] = holidays.country_holidays(code, subdiv=part or None)
    except NotImplementedError:
        return frozenset()
    return found
