"""Working days: the company's week without the holidays of a territory."""

from collections.abc import Sequence
from datetime import date, timedelta

from isthmus.workspace.calendars import DAYS, holidays_of
from isthmus.workspace.models import Company
from isthmus.workspace.territories import Locals


class Calendar:
    """The company's working days, with each territory's own holidays. Read once for a page or a batch."""

    def __init__(self) -> None:
        company = Company.current()
        self._week = frozenset(at for at, name in enumerate(DAYS) if name in company.hours)
        self._locals = Locals(company)

    def days(self, first: date, after_last: date, territory_id: int | None = None) -> Sequence[date]:
        """The working days from `first` until before `after_last`."""
        if after_last <= first:
            return ()
        off = holidays_of(self._locals.of(territory_id).holidays.value)
        every = (first + timedelta(days=at) for at in range((after_last - first).days))
        return [day for day in every if day.weekday() in self._week and day not in off]
