"""Invoices and credit notes."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.sales.invoicing import credit_order, invoice_order
from isthmus.sales.models import Invoice, Order


@command(
    permission="orders.edit",
    label=gettext_lazy("Issue an invoice"),
    trade="money",
    undo="credit_invoice",
    undo_arguments=lambda invoice, _: {"invoice_id": invoice.pk, "reason": "Issued by mistake"},
)
def issue_invoice(*, order_id: int, by: Actor, at: datetime) -> Invoice:
    """Issue the invoice of an order, with the next number and the day on which it is due.

    An invoice is never taken away: its undo is a credit note over all of it.
    """
    return invoice_order(_locked(order_id, by), by=by, at=at)


@command(permission="orders.edit", label=gettext_lazy("Credit an invoice"), trade="money")
def credit_invoice(
    *, invoice_id: int, reason: str, by: Actor, at: datetime, amount: Decimal | None = None
) -> Invoice:
    """Issue a credit note over what of an invoice is not to be paid: an amount with tax, or all that is left.

    Money that was paid already is given back by a refund, which issues its own credit note.
    """
    invoice = Invoice.objects.visible_to(by, "orders.edit").filter(pk=invoice_id, kind="invoice").first()
    if invoice is None:
        raise NotFound(_("There is no such invoice, or your role does not reach it."))
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why: the credit note carries it.")})
    order = _locked(invoice.order_id, by)
    micros = to_micros(amount) if amount is not None else order.open
    if micros <= 0 or micros > order.open:
        raise InvalidInput(
            {"amount": _("Credit more than nothing and no more than is open. Refund what was paid.")}
        )
    return credit_order(invoice, order, micros, reason=reason.strip(), by=by, at=at)


def _locked(order_id: int, by: Actor) -> Order:
    found = Order.objects.visible_to(by, "orders.edit").select_for_update(of=("self",))
    found = found.select_related("deal__person", "deal__account", "person", "account").prefetch_related(
        "lines"
    )
    order: Order | None = found.filter(pk=order_id).first()
    if order is None:
        raise NotFound(_("There is no such order, or your role does not reach it."))
    return order
