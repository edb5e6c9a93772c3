"""How long a step waits: for a while, for working time, or until a time of day. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from isthmus.workspace.calendars import DAYS, Calendar

UNITS = ("minutes", "hours", "days", "weeks", "business_hours", "business_days")
_MOST = {
    "minutes": 525_600,
    "hours": 8760,
    "days": 730,
    "weeks": 104,
    "business_hours": 2000,
    "business_days": 500,
}


class CannotWait(ValueError):  # noqa: N818  (said in a sentence by whoever reads the steps)
    """What was written is no time to wait."""


@dataclass(frozen=True)
class Pause:
    """So many units, or until a time of day (on a weekday); then, when asked, until somebody works."""

    amount: int = 0
    unit: str = ""
    clock: time | None = None
    weekday: str = ""
    in_hours: bool = False

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> "Pause":
        """As it is stored. Raises CannotWait."""
        in_hours = bool(given.get("in_hours"))
        if given.get("time"):
            weekday = str(given.get("day") or "")
            try:
                clock = time.fromisoformat(str(given["time"]))
            except ValueError:
                raise CannotWait(given["time"]) from None
            if weekday not in ("", *DAYS) or clock.tzinfo:
                raise CannotWait(weekday)
            return cls(clock=clock, weekday=weekday, in_hours=in_hours)
        unit = str(given.get("unit") or "")
        try:
            amount = int(str(given.get("amount")))
        except ValueError:
            raise CannotWait(given.get("amount")) from None
        if unit not in UNITS or not 0 <= amount <= _MOST[unit]:
            raise CannotWait(given)
        return cls(amount, unit, in_hours=in_hours)

    def end(self, at: datetime, calendar: Calendar) -> datetime:
        """When it is over, beginning at that time."""
        if self.clock is not None:
            over = calendar.next_time(at, self.clock, self.weekday)
        elif self.unit == "business_hours":
            over = calendar.after_hours(at, timedelta(hours=self.amount))
        elif self.unit == "business_days":
            over = calendar.after_days(at, self.amount)
        else:
            over = at + timedelta(**{self.unit: self.amount})
        return calendar.next_open(over) if self.in_hours else over
