"""Working days: the company's week without the holidays of a country."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache

from isthmus.workspace.models import Company, Territory

_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Calendar:
    """The company's working days, with each territory's own holidays. Read once for a page or a batch."""

    def __init__(self) -> None:
        company = Company.current()
        self._week = frozenset(at for at, name in enumerate(_NAMES) if name in company.hours)
        self._country = company.holidays_country
        self._countries: Mapping[int, str] | None = None

    def days(self, first: date, after_last: date, territory_id: int | None = None) -> Sequence[date]:
        """The working days from `first` until before `after_last`."""
        if after_last <= first:
            return ()
        off = _holidays(self._country_of(territory_id), first.year, after_last.year)
        every = (first + timedelta(days=at) for at in range((after_last - first).days))
        return [day for day in every if day.weekday() in self._week and day not in off]

    def _country_of(self, territory_id: int | None) -> str:
        """The one country of a territory; the company's where it has several, which differ."""
        if territory_id is None:
            return self._country
        if self._countries is None:
            rows = Territory.objects.values_list("pk", "countries")
            self._countries = {pk: countries[0] for pk, countries in rows if len(countries) == 1}
        return self._countries.get(territory_id, self._country)


@lru_cache(256)
def _holidays(country: str, first: int, last: int) -> frozenset[date]:
    """Public holidays; none where no country is stated or its calendar is not known."""
    if not country:
        return frozenset()
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=range(first, last + 1)))
    except NotImplementedError:
        return frozenset()
