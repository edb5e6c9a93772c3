"""The list of quotes."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.money import Money
from isthmus.people import search
from isthmus.sales.models import Deal, Quote, QuoteState
from isthmus.web.leads.listing import with_party
from isthmus.web.lists import choices
from isthmus.web.lists.columns import (
    Column,
    across,
    belonging_columns,
    moment_column,
    owner_column,
    title_cell,
)
from isthmus.web.lists.filters import Days, Filter, money_span
from isthmus.web.lists.spec import ListSpec, View
from isthmus.web.people.listing import PERSON_NAME, account_column
from isthmus.web.quotes.standing import state_badge
from isthmus.web.records import record_address

# What is under way: all but what is decided or stands aside.
UNDER_WAY = ("draft", "awaiting", "ready", "sent", "viewed")


def _number(row: Quote) -> str:
    return title_cell(record_address("quote", row.pk), str(row), row.deal.name)


def _micros(field: str) -> Any:
    return lambda row: Money.from_micros(getattr(row, field), row.currency)


def _money_column(key: str, label: Any, **more: Any) -> Column:
    return Column(key, label, _micros(key), kind="money", num=True, reads=(key, "currency"), **more)


def _columns() -> Sequence[Column]:
    return [
        Column(
            "number",
            _("Quote"),
            str,
            _number,
            sort="number",
            related=("deal",),
            reads=("number", "revision", "deal__name"),
        ),
        Column(
            "deal",
            _("Deal"),
            lambda row: row.deal.name,
            shown=False,
            related=("deal",),
            reads=("deal__name",),
        ),
        account_column(),
        Column(
            "person",
            _("Contact"),
            lambda row: str(row.person or ""),
            shown=False,
            related=("person",),
            reads=across("person", PERSON_NAME),
        ),
        Column(
            "state",
            _("State"),
            lambda row: row.get_state_display(),
            state_badge,
            reads=("state", "decided_at"),
        ),
        _money_column("total", _("Total"), sort="total"),
        _money_column("net", _("Before tax"), shown=False),
        _money_column("tax", _("Tax"), shown=False),
        Column(
            "valid",
            _("Valid until"),
            lambda row: row.valid_until,
            sort="valid_until",
            num=True,
            kind="day",
            reads=("valid_until",),
        ),
        owner_column(),
        moment_column("made", _("Made"), "made_at", sort="made_at"),
        moment_column("sent", _("Sent"), "sent_at", shown=False),
        moment_column("viewed", _("First opened"), "viewed_at", shown=False),
        moment_column("decided", _("Decided"), "decided_at", shown=False),
        moment_column("updated", _("Changed"), "updated_at", sort="updated_at", shown=False),
        *belonging_columns(),
    ]


def _filters(actor: Actor) -> Sequence[Filter]:
    return [
        choices.choice_filter("state", _("State"), QuoteState.choices, "state"),
        choices.owner_filter(actor),
        choices.team_filter(),
        choices.territory_filter(),
        money_span("total", _("Total"), "total"),
        Days("valid", _("Valid until"), "valid_until", over="days"),
        Days("made", _("Made"), "made_at"),
        Days("sent", _("Sent"), "sent_at"),
        Days("decided", _("Decided"), "decided_at"),
    ]


def _named(text: str) -> Any:
    return Deal.objects.beginning_with(text).order_by().values("pk")[: search.CANDIDATES]


QUOTES = ListSpec(
    name="quotes",
    title=_("Quotes"),
    permission="deals.view",
    trade="sales",
    rows=lambda actor: Quote.objects.visible_to(actor),
    search=lambda rows, text: rows.filter(
        Q(number__istartswith=text) | Q(deal__in=_named(text)) | with_party(text)
    ),
    search_text=_("Number, deal, person or company"),
    columns=_columns,
    filters=_filters,
    sort="-made",
    empty_title=_("No quote was made yet"),
    empty_text=_("A quote begins on its deal: open the deal and choose New quote."),
    views=(
        View(_("Under way"), {"state": UNDER_WAY}),
        View(_("Mine"), {"state": UNDER_WAY, "owner": choices.ME}),
        View(_("Waiting for approval"), {"state": "awaiting"}),
        View(_("With the customer"), {"state": ["sent", "viewed"]}),
        View(_("Accepted"), {"state": "accepted"}),
        View(_("All"), {}),
    ),
)
