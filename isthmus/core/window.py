"""Windows of time: they include their start and not their end, in the company's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput

NAMES = (
    "today",
    "last_7_days",
    "last_28_days",
    "last_90_days",
    "this_month",
    "last_month",
    "this_quarter",
    "last_quarter",
    "this_year",
    "last_year",
    "last_12_months",
    "all",
)
_EARLIEST = date(1970, 1, 2)
_LATEST = date(2100, 1, 1)


@dataclass(frozen=True)
class Window:
    """A half-open span `start <= t < end` of aware instants.

    Raises ValueError when it ends before it starts.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A window needs times with a zone.")
        if self.end < self.start:
            raise ValueError("A window cannot end before it starts.")

    @classmethod
    def days(cls, first: date, after_last: date, zone: ZoneInfo) -> "Window":
        """From midnight of `first` to midnight of `after_last`, local time."""
        return cls(
            datetime.combine(first, time.min, tzinfo=zone),
            datetime.combine(after_last, time.min, tzinfo=zone),
        )

    @classmethod
    def parse(cls, since: str | None, until: str | None, zone: ZoneInfo) -> "Window":
        """The window between two days written YYYY-MM-DD; a missing one leaves that side open.

        `until` is the first day outside. Raises InvalidInput with one sentence for each bad day.
        """
        errors: dict[str, str] = {}
        first = _day("since", since, _EARLIEST, errors)
        after_last = _day("until", until, _LATEST, errors)
        if not errors and after_last < first:
            errors["until"] = _("The window ends before it starts: %(until)s comes before %(since)s.") % {
                "until": after_last,
                "since": first,
            }
        if errors:
            raise InvalidInput(errors)
        return cls.days(first, after_last, zone)

    @classmethod
    def named(cls, name: str, now: datetime, zone: ZoneInfo) -> "Window":
        """A window by its name (`NAMES`), seen from `now`. Windows of "this" and "last N" include today."""
        today = now.astimezone(zone).date()
        tomorrow = today + timedelta(days=1)
        first_of_month = today.replace(day=1)
        first_of_quarter = today.replace(month=(today.month - 1) // 3 * 3 + 1, day=1)
        first_of_year = today.replace(month=1, day=1)
        spans = {
            "today": (today, tomorrow),
            "last_7_days": (tomorrow - timedelta(days=7), tomorrow),
            "last_28_days": (tomorrow - timedelta(days=28), tomorrow),
            "last_90_days": (tomorrow - timedelta(days=90), tomorrow),
            "this_month": (first_of_month, tomorrow),
            "last_month": (add_months(first_of_month, -1), first_of_month),
            "this_quarter": (first_of_quarter, tomorrow),
            "last_quarter": (add_months(first_of_quarter, -3), first_of_quarter),
            "this_year": (first_of_year, tomorrow),
            "last_year": (add_months(first_of_year, -12), first_of_year),
            "last_12_months": (add_months(tomorrow, -12), tomorrow),
            "all": (_EARLIEST, _LATEST),
        }
        if name not in spans:
            raise InvalidInput(
                {
                    "window": _("There is no window called %(name)s. Choose one of: %(names)s.")
                    % {"name": name, "names": ", ".join(NAMES)}
                }
            )
        return cls.days(*spans[name], zone)

    def previous(self, zone: ZoneInfo) -> "Window":
        """The window of as many local days that ends where this one starts."""
        first, after_last = self.start.astimezone(zone).date(), self.end.astimezone(zone).date()
        return Window.days(first - (after_last - first), first, zone)

    def year_before(self, zone: ZoneInfo) -> "Window":
        """The same days, twelve months earlier."""
        first, after_last = self.start.astimezone(zone).date(), self.end.astimezone(zone).date()
        return Window.days(add_months(first, -12), add_months(after_last, -12), zone)


def add_months(day: date, months: int) -> date:
    """The same day of another month, or its last day where the month is shorter."""
    month = day.year * 12 + day.month - 1 + months
    year, month = divmod(month, 12)
    after = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), after - timedelta(days=1))


def _day(name: str, text: str | None, missing: date, errors: dict[str, str]) -> date:
    if not text:
        return missing
    try:
        return date.fromisoformat(text)
    except ValueError:
        errors[name] = _("%(text)s is not a day. Write it like 2026-01-31.") % {"text": text}
        return missing
