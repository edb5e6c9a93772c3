"""What follows when a quote is accepted: order, invoice, subscriptions, the deal's win."""

from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.commands import part
from isthmus.core.money import from_micros
from isthmus.core.refusals import Refusal
from isthmus.sales.commands.deals import win_deal
from isthmus.sales.commands.orders import place_orders
from isthmus.sales.gates import demandable, pass_gate
from isthmus.sales.invoicing import invoice_order
from isthmus.sales.models import DealState, Quote, SellingTerms, Stage
from isthmus.sales.quoting.numbers import next_order_number
from isthmus.sales.quoting.standing import today
from isthmus.sales.quoting.subscribing import begin_subscriptions
from isthmus.workspace.queries import field_definitions


def follow(quote: Quote, *, by: Actor, at: datetime) -> str | Promise | None:
    """Do it, in the caller's transaction. Gives a sentence for the owner where the deal could not be won."""
    lines = list(quote.lines.select_related("product"))
    row = {
        "number": next_order_number(today(at).year),
        "deal_id": quote.deal_id,
        "currency": quote.currency,
        "at": at,
        "lines": [
            {
                "amount": line.net,
                "tax": line.tax,
                "tax_rate": line.tax_rate,
                "tax_note": line.tax_note,
                "quantity": line.quantity,
                "unit": line.unit,
                "product_id": line.product_id,
                "description": line.description,
            }
            for line in lines
        ],
    }
    (order,) = place_orders(rows=[row], by=by)
    if isinstance(order, Refusal):
        raise order
    quote.order = order
    if SellingTerms.current().invoices_at_once and order.total:
        invoice_order(order, by=by, at=at)
    begin_subscriptions(quote, lines, by=by, at=at)
    return _win(quote, by=by, at=at)


def _win(quote: Quote, *, by: Actor, at: datetime) -> str | Promise | None:
    deal = quote.deal
    if deal.state != DealState.OPEN:
        return (
            None
            if deal.state == DealState.WON
            else _("Your quote is accepted, though its deal was lost: reopen the deal")
        )
    won = Stage.objects.filter(pipeline=deal.pipeline_id, kind="won").first()
    try:
        with part():
            if won is not None:
                pass_gate(won, deal, demandable(field_definitions("deal")))
            win_deal(deal_id=deal.pk, amount=from_micros(quote.net), by=by, at=at)
    except Refusal as refusal:
        return _("Your quote is accepted, but its deal stays open: %(why)s") % {"why": refusal}
    return None
