"""What holds in a territory: its currency, its time zone, its holidays; its own or inherited from above."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from isthmus.workspace.models import Company, Territory

COMPANY = 0  # says what no territory on the way up says


@dataclass(frozen=True)
class Held:
    """A value that holds, and the number of the territory that says so; `COMPANY` where none does."""

    value: str
    said_by: int = COMPANY


@dataclass(frozen=True)
class Local:
    """What holds in one territory."""

    currency: Held
    time_zone: Held
    holidays: Held

    @property
    def zone(self) -> ZoneInfo:
        """Its time zone."""
        return ZoneInfo(self.time_zone.value)


class Locals:
    """What holds in each territory and, for what lies in none, in the company. Read once for a batch."""

    def __init__(self, company: Company | None = None) -> None:
        company = company or Company.current()
        self.company = Local(
            Held(company.base_currency), Held(company.time_zone), Held(company.holidays_country)
        )
        self._found: dict[int, Local] = {}
        self._rows: Mapping[int, Territory] | None = None

    def of(self, territory_id: int | None) -> Local:
        """What holds there: its own value, else the nearest one above it, else the company's."""
        if territory_id is None:
            return self.company
        if self._rows is None:
            self._rows = {one.pk: one for one in Territory.objects.all()}
        if territory_id not in self._found:
            one = self._rows.get(territory_id)
            self._found[territory_id] = self.company if one is None else self._own(one)
        return self._found[territory_id]

    def _own(self, one: Territory) -> Local:
        above = self.of(one.parent_id)
        return Local(
            Held(one.currency, one.pk) if one.currency else above.currency,
            Held(one.time_zone, one.pk) if one.time_zone else above.time_zone,
            Held(calendar, one.pk) if (calendar := _calendar(one)) else above.holidays,
        )


def local_to(territory_id: int | None, company: Company | None = None) -> Local:
    """What holds in one territory."""
    return Locals(company).of(territory_id)


def _calendar(one: Territory) -> str:
    """Its holidays: those stated, else of the one country that it lies in; several have different ones."""
    return one.holidays or (str(one.countries[0]) if len(one.countries) == 1 else "")
