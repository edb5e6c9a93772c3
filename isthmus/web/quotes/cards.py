"""Quotes, orders, invoices and subscriptions as they stand on the page of a deal or an account."""

from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.sales.models import Deal, DealState, Invoice, Order, Quote, Subscription
from isthmus.web.access import today
from isthmus.web.acts.acting import Button
from isthmus.web.acts.reach import reaches
from isthmus.web.orders.acts import order_buttons, subscription_buttons
from isthmus.web.orders.standing import order_badge, subscription_words
from isthmus.web.quotes.standing import state_badge

SHOWN = 12


def of_deal(deal: Deal, actor: Actor) -> dict[str, Any]:
    """What was offered and sold on a deal, in one query a kind; the latest version of each quote."""
    quotes = Quote.objects.visible_to(actor).filter(deal=deal).order_by("-made_at", "-pk")
    orders = Order.objects.visible_to(actor).filter(deal=deal).order_by("-placed_at", "-pk")
    invoices = Invoice.objects.visible_to(actor).filter(order__deal=deal).order_by("-issued_at", "-pk")
    payable = _reached(actor, orders)
    return {
        "quotes": _quotes(list(quotes[: SHOWN * 2])),
        "orders": [
            {
                "order": order,
                "badge": order_badge(order),
                "buttons": order_buttons(order) if order.pk in payable else [],
            }
            for order in orders[:SHOWN]
        ],
        "invoices": list(invoices[:SHOWN]),
        "subscriptions": subscriptions_where(actor, deal=deal),
        "buttons": _buttons(deal, actor),
    }


def subscriptions_where(actor: Actor, **of: Any) -> list[dict[str, Any]]:
    """The subscriptions of a deal or an account that the actor may see, those that go on first."""
    found = Subscription.objects.visible_to(actor).filter(**of).select_related("product")
    listed = list(found.order_by(F("ended_on").asc(nulls_first=True), "renews_on", "pk")[:SHOWN])
    mine = _reached(actor, found) if listed else frozenset()
    kind, row = next(iter(of.items()))
    back, on = reverse(kind, args=[row.pk]), today()
    return [
        {
            "one": one,
            "words": subscription_words(one),
            "buttons": subscription_buttons(one, back, on) if one.pk in mine else [],
        }
        for one in listed
    ]


def _reached(actor: Actor, rows: Any) -> frozenset[int]:
    """The numbers of those rows that the actor may change."""
    return frozenset(rows.visible_to(actor, "orders.edit").order_by().values_list("pk", flat=True)[:200])


def _quotes(found: list[Quote]) -> list[dict[str, Any]]:
    latest: dict[str, Quote] = {}
    for quote in found:
        known = latest.get(quote.number)
        if known is None or quote.revision > known.revision:
            latest[quote.number] = quote
    return [{"quote": quote, "badge": state_badge(quote)} for quote in list(latest.values())[:SHOWN]]


def _buttons(deal: Deal, actor: Actor) -> list[Button]:
    buttons = []
    if deal.state != DealState.LOST and reaches(actor, deal, "deals.edit"):
        address = reverse("deal-act", args=[deal.pk, "quote"])
        buttons.append(Button(_("New quote"), address, at_once=True, icon="plus", kind="primary", values={}))
    return buttons
