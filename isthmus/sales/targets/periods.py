"""Months, quarters and years, in which targets are set. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.core.window import Window, add_months

Kind = Literal["month", "quarter", "year"]
LENGTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, order=True)
class Period:
    """A calendar month, quarter or year, by its first day."""

    first: date
    kind: Kind

    @classmethod
    def containing(cls, kind: Kind, day: date) -> "Period":
        """The period of that kind in which a day lies."""
        length = LENGTHS[kind]
        return cls(day.replace(month=(day.month - 1) // length * length + 1, day=1), kind)

    @classmethod
    def parse(cls, text: str, argument: str = "period") -> "Period":
        """A period as people write it: 2026-11, 2026-Q4 or 2026. Raises InvalidInput."""
        try:
            year, _dash, rest = text.strip().upper().partition("-")
            if not 1970 <= int(year) < 2100:
                raise ValueError
            if not rest:
                return cls(date(int(year), 1, 1), "year")
            if rest.startswith("Q"):
                return cls(date(int(year), (int(rest[1:]) - 1) * 3 + 1, 1), "quarter")
            return cls(date(int(year), int(rest), 1), "month")
        except ValueError:
            raise InvalidInput(
                {
                    argument: _("%(text)s is not a period. Write it like 2026-11, 2026-Q4 or 2026.")
                    % {"text": text}
                }
            ) from None

    def __str__(self) -> str:
        if self.kind == "year":
            return f"{self.first.year}"
        if self.kind == "quarter":
            return f"{self.first.year}-Q{self.first.month // 3 + 1}"
        return f"{self.first:%Y-%m}"

    @property
    def after_last(self) -> date:
        """The first day that is no longer in it."""
        return add_months(self.first, LENGTHS[self.kind])

    @property
    def months(self) -> Sequence[date]:
        """The first days of its months."""
        return [add_months(self.first, at) for at in range(LENGTHS[self.kind])]

    def moved(self, count: int) -> "Period":
        """The period so many periods later; earlier where the count is below zero."""
        return Period(add_months(self.first, count * LENGTHS[self.kind]), self.kind)

    def window(self, zone: ZoneInfo) -> Window:
        """Its span of time in a zone."""
        return Window.days(self.first, self.after_last, zone)

    def holds(self, day: date) -> bool:
        """Whether a day lies in it."""
        return self.first <= day < self.after_last
