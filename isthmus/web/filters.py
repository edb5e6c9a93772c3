"""The window and the territory of a page: they live in its address and go along on every link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.refusals import InvalidInput
from isthmus.core.window import Window
from isthmus.web import formats
from isthmus.web.pieces import Choice

DEFAULT_WINDOW = "last_90_days"
KEPT = ("window", "since", "until", "territory")
WINDOW_TEXTS: Mapping[str, str | Promise] = {
    "last_7_days": gettext_lazy("Last 7 days"),
    "last_28_days": gettext_lazy("Last 28 days"),
    "last_90_days": gettext_lazy("Last 90 days"),
    "this_month": gettext_lazy("This month"),
    "last_month": gettext_lazy("Last month"),
    "this_quarter": gettext_lazy("This quarter"),
    "last_quarter": gettext_lazy("Last quarter"),
    "this_year": gettext_lazy("This year"),
    "last_year": gettext_lazy("Last year"),
    "last_12_months": gettext_lazy("Last 12 months"),
    "all": gettext_lazy("All time"),
}


@dataclass(frozen=True)
class Filters:
    """What a page is asked about: a window, perhaps a territory, and what was wrong with the address."""

    window: Window
    name: str  # empty when the days were chosen
    zone: ZoneInfo
    territory: int | None = None
    refusal: str = ""

    @property
    def text(self) -> str:
        """The window in words: its name, or its first and last day."""
        if self.name:
            return str(WINDOW_TEXTS.get(self.name, self.name))
        return self.days

    @property
    def days(self) -> str:
        """The first and the last day of the window."""
        return window_days(self.window, self.zone)

    @property
    def since(self) -> str:
        """The first day as an input of type date wants it."""
        return self.window.start.astimezone(self.zone).date().isoformat()

    @property
    def until(self) -> str:
        """The first day outside, as an input of type date wants it."""
        return self.window.end.astimezone(self.zone).date().isoformat()


def window_days(window: Window, zone: ZoneInfo) -> str:
    """`3 Feb to 11 Sep`: the first and the last day that belong to the window."""
    first = window.start.astimezone(zone).date()
    last = (window.end - timedelta(microseconds=1)).astimezone(zone).date()
    if first.year <= 1970:
        return _("all days")
    if first == last:
        return formats.day(first)
    return _("%(first)s to %(last)s") % {"first": formats.day(first), "last": formats.day(last)}


def read_filters(query: Mapping[str, str], now: datetime, zone: ZoneInfo) -> Filters:
    """The filters of an address; what cannot be used is refused in words and replaced by the default."""
    since, until, name = query.get("since", ""), query.get("until", ""), query.get("window", "")
    refusal, territory = "", None
    try:
        if since or until:
            name, window = "", Window.parse(since, until, zone)
        else:
            name = name or DEFAULT_WINDOW
            window = Window.named(name, now, zone)
    except InvalidInput as answer:
        refusal, name = str(answer), DEFAULT_WINDOW
        window = Window.named(name, now, zone)
    asked = query.get("territory", "")
    if asked.isdigit():
        territory = int(asked)
    elif asked and asked != "all":
        refusal = _("There is no territory %(asked)s. All territories are shown.") % {"asked": asked}
    return Filters(window=window, name=name, zone=zone, territory=territory, refusal=refusal)


def filters_of(request: HttpRequest, now: datetime, zone: ZoneInfo) -> Filters:
    """The filters of a request."""
    return read_filters(request.GET.dict(), now, zone)


def kept_parts(query: QueryDict | Mapping[str, str]) -> dict[str, str]:
    """The parts of an address that go along: the window and the territory."""
    return {name: str(query[name]) for name in KEPT if query.get(name)}


def kept_query(query: QueryDict | Mapping[str, str]) -> str:
    """`?window=…&territory=…` of an address; empty when there is nothing to keep."""
    return _query(kept_parts(query))


def changed_query(query: QueryDict, **changes: str | int | None) -> str:
    """The whole query of an address with some parts replaced; None takes a part away."""
    parts: dict[str, object] = {name: query.getlist(name) for name in query}
    return _query({**parts, **changes})


def window_choices(query: QueryDict, current: str) -> list[Choice]:
    """The windows of the menu, each the address of this page in that window."""
    return [
        Choice(
            text=str(text),
            href=changed_query(query, window=name, since=None, until=None, after=None),
            current=name == current,
        )
        for name, text in WINDOW_TEXTS.items()
    ]


def other_parts(query: QueryDict) -> list[tuple[str, str]]:
    """What a form that chooses days must carry along: everything but the window."""
    return [
        (name, value)
        for name in query
        if name not in ("window", "since", "until", "after")
        for value in query.getlist(name)
    ]


def _query(parts: Mapping[str, object]) -> str:
    written = urlencode({name: value for name, value in parts.items() if value not in (None, "")}, doseq=True)
    return f"?{written}" if written else ""
