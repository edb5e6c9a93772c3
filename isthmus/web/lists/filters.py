"""Filters of lists: what may be asked, how it is asked in a form, what it does to the rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from isthmus.core.money import to_micros
from isthmus.web import formats

Text = str | Promise
Options = Callable[[], Sequence[tuple[str, str]]]


class Unusable(Exception):  # noqa: N818  (an answer about an address, caught by the list)
    """A value of the address that the filter cannot read; its text is a sentence."""


@dataclass(frozen=True)
class Filter:
    """One thing that a list can be asked for. `names` are its parts in the address."""

    key: str
    label: Text

    kind = "text"

    @property
    def names(self) -> Sequence[str]:
        return (self.key,)

    @property
    def offered(self) -> bool:
        """Whether the form of filters has it: not where its reader may not ask for it."""
        return True

    def is_asked(self, query: QueryDict) -> bool:
        """Whether the address says anything about it."""
        return any(value for name in self.names for value in query.getlist(name))

    def condition(self, query: QueryDict) -> Q:
        """What a row must be to be let through. Raises Unusable."""
        raise NotImplementedError

    def spoken(self, query: QueryDict) -> str:
        """What is asked, in words, for its chip."""
        return ", ".join(query.getlist(self.key))


@dataclass(frozen=True)
class OneOf(Filter):
    """One or several values out of a list. `find` turns the values into a condition.

    A list can be grouped by it when `by` says which field of a row tells the value. `named` names values, in
    their order, where the options do not name all; `choice_of` gives the option that asks for a value; not
    `exact` is a filter by which more rows come than those of the value itself.
    """

    options: Options = field(default=lambda: ())
    find: Callable[[Sequence[str]], Q] = field(default=lambda values: Q())
    by: str = ""
    named: Callable[[Sequence[Any]], dict[Any, str]] | None = None
    choice_of: Callable[[Any], str] = str
    exact: bool = True

    kind = "options"

    def condition(self, query: QueryDict) -> Q:
        known = dict(self.options())
        asked = query.getlist(self.key)
        for value in asked:
            if value not in known:
                raise Unusable(
                    _("%(label)s has no choice “%(value)s”.") % {"label": self.label, "value": value[:40]}
                )
        return self.find(asked)

    def spoken(self, query: QueryDict) -> str:
        known = dict(self.options())
        return _(" or ").join(known.get(value, value).strip() for value in query.getlist(self.key))


@dataclass(frozen=True)
class Words(Filter):
    """Text that a field holds: exactly one of several words, or anywhere in it."""

    lookup: str = ""
    exactly: bool = False

    def condition(self, query: QueryDict) -> Q:
        text = query.get(self.key, "").strip()
        if not self.exactly:
            return Q(**{f"{self.lookup}__icontains": text})
        words = [word.strip() for word in text.split(",") if word.strip()]
        return Q(**{f"{self.lookup}__in": [word.upper() for word in words]})

    def spoken(self, query: QueryDict) -> str:
        text = query.get(self.key, "")
        return text if self.exactly else _("holds “%(text)s”") % {"text": text}


@dataclass(frozen=True)
class Flag(Filter):
    """Yes or no."""

    find: Callable[[bool], Q] = field(default=lambda yes: Q())

    kind = "flag"

    def condition(self, query: QueryDict) -> Q:
        value = query.get(self.key, "")
        if value not in ("yes", "no"):
            raise Unusable(_("%(label)s is either yes or no.") % {"label": self.label})
        return self.find(value == "yes")

    def spoken(self, query: QueryDict) -> str:
        return _("Yes") if query.get(self.key) == "yes" else _("No")


@dataclass(frozen=True)
class Span(Filter):
    """From a value to a value, both included. `read` makes a value of its text, `write` words of it."""

    lookup: str = ""
    input_type: str = "number"
    read: Callable[[str], Any] = field(default=lambda text: Decimal(text))
    write: Callable[[Any], str] = field(default=lambda value: formats.number(value))

    kind = "span"

    @property
    def names(self) -> Sequence[str]:
        return (f"{self.key}_from", f"{self.key}_to")

    def condition(self, query: QueryDict) -> Q:
        low, high = self._ends(query)
        within = Q()
        if low is not None:
            within &= Q(**{f"{self.lookup}__gte": low})
        if high is not None:
            within &= Q(**{f"{self.lookup}__lte": high})
        return within

    def spoken(self, query: QueryDict) -> str:
        first, last = (query.get(name, "") for name in self.names)
        if first and last:
            return _("%(first)s to %(last)s") % {"first": first, "last": last}
        return _("from %(first)s") % {"first": first} if first else _("up to %(last)s") % {"last": last}

    def _ends(self, query: QueryDict) -> tuple[Any, Any]:
        ends = []
        for name in self.names:
            text = query.get(name, "").strip()
            try:
                ends.append(self.read(text) if text else None)
            except (ValueError, InvalidOperation):
                raise Unusable(
                    _("%(label)s cannot be “%(text)s”.") % {"label": self.label, "text": text[:40]}
                ) from None
        return ends[0], ends[1]


@dataclass(frozen=True)
class Days(Span):
    """From a day to a day, both included, in the company's zone; `over` moments, days or texts of days."""

    input_type: str = "date"
    read: Callable[[str], Any] = date.fromisoformat
    over: Literal["moments", "days", "texts"] = "moments"

    def condition(self, query: QueryDict) -> Q:
        first, last = self._ends(query)
        within = Q()
        if first is not None:
            within &= Q(**{f"{self.lookup}__gte": self._bound(first)})
        if last is not None and self.over == "moments":
            within &= Q(**{f"{self.lookup}__lt": self._bound(last + timedelta(days=1))})
        elif last is not None:
            within &= Q(**{f"{self.lookup}__lte": self._bound(last)})
        return within

    def spoken(self, query: QueryDict) -> str:
        try:
            first, last = (formats.day(end) if end else "" for end in self._ends(query))
        except Unusable:
            return super().spoken(query)
        if first and last:
            return _("%(first)s to %(last)s") % {"first": first, "last": last}
        return _("since %(first)s") % {"first": first} if first else _("up to %(last)s") % {"last": last}

    def _bound(self, on: date) -> Any:
        if self.over == "moments":
            return timezone.make_aware(datetime.combine(on, time()), timezone.get_current_timezone())
        return on if self.over == "days" else on.isoformat()


def money_span(key: str, label: Text, lookup: str) -> Span:
    """Amounts, asked in whole units and compared in micros."""
    return Span(key, label, lookup, read=to_micros)
