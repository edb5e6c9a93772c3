"""Filters by a figure of the metric catalogue, of each row: revenue of at least so much within a year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation

from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.core.among import Among
from isthmus.core.money import Money
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.metrics.queries import Metric, Party, Question, catalogue, may_count, whose
from isthmus.web import formats
from isthmus.web.lists.filters import Filter, Unusable
from isthmus.web.lists.happenings import WITHIN
from isthmus.workspace.models import Company

EVER = "ever"
WINDOWS: Mapping[str, str | Promise] = {EVER: gettext_lazy("ever"), **WITHIN}
_LARGEST = 10**12


@dataclass(frozen=True)
class Figure(Filter):
    """At least, at most, or between: a metric's figure for each row, ever or in the last days.

    `field` holds the number by which facts name the row.
    """

    metric: Metric
    actor: Actor
    party: Party
    field: str

    kind = "figure"

    @property
    def names(self) -> Sequence[str]:
        return (f"{self.key}_least", f"{self.key}_most", f"{self.key}_within")

    @property
    def offered(self) -> bool:
        return may_count(self.actor, self.metric)

    @property
    def windows(self) -> Mapping[str, str | Promise]:
        """The windows that may be asked for; the first one is meant where none is named."""
        return WINDOWS

    def condition(self, query: QueryDict) -> Q:
        least, most = self._bounds(query)
        try:
            question = Question(metric=self.metric.name, window=self._window(query), actor=self.actor)
            found = whose(question, self.party, least, most)
        except Refusal as refusal:
            raise Unusable(str(refusal)) from None
        condition = Q(Among(self.field, found.numbers))
        return ~condition if found.others else condition

    def spoken(self, query: QueryDict) -> str:
        when = WINDOWS.get(self._within(query), "")
        try:
            least, most = (self._written(bound) for bound in self._bounds(query))
        except Unusable:
            return " ".join(query.get(name, "") for name in self.names[:2]).strip() or str(when)
        if least == most:
            sentence = _("exactly %(least)s %(when)s")
        elif least and most:
            sentence = _("%(least)s to %(most)s %(when)s")
        else:
            sentence = _("at least %(least)s %(when)s") if least else _("at most %(most)s %(when)s")
        return sentence % {"least": least, "most": most, "when": when}

    def _within(self, query: QueryDict) -> str:
        return query.get(self.names[2], "") or EVER

    def _window(self, query: QueryDict) -> Window:
        zone, within = Company.current().zone, self._within(query)
        if within not in WINDOWS:
            raise Unusable(
                _("%(label)s has no choice “%(value)s”.") % {"label": self.label, "value": within[:40]}
            )
        now = clock.now()
        if within == EVER:
            return Window.named("all", now, zone)
        # Whole days, today included: what was found stays found until midnight.
        tomorrow = now.astimezone(zone).date() + timedelta(days=1)
        return Window.days(tomorrow - timedelta(days=int(within)), tomorrow, zone)

    def _bounds(self, query: QueryDict) -> tuple[Decimal | None, Decimal | None]:
        least, most = (self._read(query.get(name, "").strip()) for name in self.names[:2])
        if least is None and most is None:
            raise Unusable(
                _("Say of %(label)s how much: at least, at most, or both.") % {"label": self.label}
            )
        if least is not None and most is not None and least > most:
            raise Unusable(
                _("%(label)s cannot be at least %(least)s and at most %(most)s.")
                % {"label": self.label, "least": self._written(least), "most": self._written(most)}
            )
        return least, most

    def _read(self, text: str) -> Decimal | None:
        if not text:
            return None
        try:
            value = Decimal(text)
        except InvalidOperation:
            value = Decimal("NaN")
        whole = self.metric.is_money or value == value.to_integral_value()
        if not value.is_finite() or abs(value) > _LARGEST or not whole:
            raise Unusable(_("%(label)s cannot be “%(text)s”.") % {"label": self.label, "text": text[:40]})
        return value

    def _written(self, value: Decimal | None) -> str:
        if value is None:
            return ""
        if self.metric.is_money:
            return formats.money(Money(value, Company.current().base_currency))
        return formats.number(value)


def figures(actor: Actor, party: Party, field: str = "pk") -> list[Filter]:
    """A filter for each metric that says something of one `party`.

    Those that the actor may not count are not offered; an address that asks for one is told so.
    """
    return [
        Figure(metric.name, metric.label, metric, actor, party, field)
        for metric in catalogue().values()
        if party in metric.parties
    ]
