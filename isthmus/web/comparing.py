"""What a window is measured by: the same days of the period before, and of the year before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from isthmus.core.window import Window, add_months
from isthmus.web.filters import Filters

_HOUR = timedelta(hours=1)
_PERIODS = {
    "this_month": 1,
    "this_quarter": 3,
    "this_year": 12,
    "last_month": 1,
    "last_quarter": 3,
    "last_year": 12,
}


@dataclass(frozen=True)
class Before:
    """An earlier window of as many days, what it is called, and the instant at which it was as young."""

    window: Window
    text: str
    short: str  # beside a line of a chart
    seen_at: datetime


def period_before(filters: Filters, now: datetime) -> Before | None:
    """The same days of the period before; None for all time."""
    if filters.name == "all":
        return None
    window = filters.window
    months = _PERIODS.get(filters.name)
    if months is None:
        earlier = window.previous(filters.zone)
        days = (
            window.end.astimezone(filters.zone).date() - window.start.astimezone(filters.zone).date()
        ).days
        text = ngettext("the day before", "the %(days)s days before", days) % {"days": days}
        short = ngettext("the day before", "%(days)s days before", days) % {"days": days}
    else:
        earlier = _shifted(window, months, filters)
        text = _("the same days of the period before")
        short = _("the period before")
        if filters.name.startswith("last_"):
            earlier = Window(earlier.start, window.start)
            text = _("the period before")
    return Before(earlier, text, short, _as_young(window, earlier, now))


def year_before(filters: Filters, now: datetime) -> Before | None:
    """The same days of the year before; None where that is no other window."""
    if filters.name in ("all", "this_year", "last_year", "last_12_months"):
        return None
    earlier = filters.window.year_before(filters.zone)
    return Before(
        earlier, _("the same days a year before"), _("a year before"), _as_young(filters.window, earlier, now)
    )


def _shifted(window: Window, months: int, filters: Filters) -> Window:
    first = window.start.astimezone(filters.zone).date()
    days = window.end.astimezone(filters.zone).date() - first
    start = add_months(first, -months)
    return Window.days(start, min(start + days, first), filters.zone)


def _as_young(window: Window, earlier: Window, now: datetime) -> datetime:
    """When the earlier window was as old as this one is now: young leads have had less time.

    In whole hours, so that what was counted for an hour can be kept as long.
    """
    age = max(now - window.end, timedelta()) // _HOUR * _HOUR
    return min(earlier.end + age, now)
