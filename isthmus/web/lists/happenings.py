"""Filters by what happened with somebody, or never did: paid, contacted; of records that the reader sees."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.sales.models import Activity, Order
from isthmus.web.lists.filters import Filter, OneOf

EVER, NEVER = "ever", "never"
WITHIN = {
    "30": _("in the last 30 days"),
    "90": _("in the last 90 days"),
    "365": _("in the last year"),
}
_OPTIONS = {**WITHIN, EVER: _("ever"), NEVER: _("never")}
_CONTACTS = ("call", "meeting", "mail")
Ids = Callable[[datetime | None], "QuerySet[Any]"]


def happenings(actor: Actor, party: str) -> list[Filter]:
    """Filters by what happened with a `party`, which is "person" or "account"."""
    filters: list[Filter] = []
    if actor.allows(Order.view_permission):
        filters.append(_happened("paid", _("Has paid"), lambda since: _payers(actor, party, since)))
    if actor.allows(Activity.view_permission):
        filters.append(_happened("contacted", _("Was contacted"), lambda since: _spoken(actor, party, since)))
    return filters


def _payers(actor: Actor, party: str, since: datetime | None) -> "QuerySet[Any]":
    orders: QuerySet[Any] = Order.objects.visible_to(actor).exclude(**{party: None})
    paid = {"payments__kind": "payment", **({"payments__at__gte": since} if since else {})}
    return orders.filter(**paid).order_by().values(f"{party}_id")


def _spoken(actor: Actor, party: str, since: datetime | None) -> "QuerySet[Any]":
    made: QuerySet[Any] = (
        Activity.objects.visible_to(actor).filter(kind__in=_CONTACTS).exclude(**{party: None})
    )
    return (made.filter(at__gte=since) if since else made).order_by().values(f"{party}_id")


def _happened(key: str, label: Any, ids: Ids) -> OneOf:
    def find(values: Sequence[str]) -> Q:
        union = Q(pk__in=[])
        for value in values:
            since = clock.now() - timedelta(days=int(value)) if value.isdigit() else None
            union |= ~Q(pk__in=ids(None)) if value == NEVER else Q(pk__in=ids(since))
        return union

    return OneOf(key, label, lambda: [(value, str(text)) for value, text in _OPTIONS.items()], find)
