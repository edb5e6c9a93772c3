"""Invoices of orders, and the credit notes that take them back in whole or in part."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.money import Money, split_micros
from isthmus.core.refusals import Refusal
from isthmus.core.rows import insert_rows, update_rows
from isthmus.ledger.facts import Fact
from isthmus.sales.changing import Row
from isthmus.sales.credit import order_credit
from isthmus.sales.models import Invoice, InvoiceLine, Order, Payment, SellingTerms
from isthmus.sales.quoting.numbers import next_number
from isthmus.sales.quoting.rules import coin
from isthmus.workspace.models import Company
from isthmus.workspace.queries import Converter


class InvoiceAlreadyIssued(Refusal):
    """An order has one invoice."""


class CreditTooLarge(Refusal):
    """More would be credited than was invoiced."""


def invoice_order(order: Order, *, by: Actor, at: datetime) -> Invoice:
    """Issue the invoice of an order, in the caller's transaction. Its lines must be loaded."""
    known = Invoice.objects.filter(order=order, kind="invoice").first()
    if known is not None:
        raise InvoiceAlreadyIssued(
            _("This order has the invoice %(number)s already. Credit that one first where it is wrong.")
            % {"number": known.number}
        )
    lines = list(order.lines.all())
    on = timezone.localtime(at, Company.current().zone).date()
    invoice = _document(order, "invoice", [(line.amount, line.tax) for line in lines], at)
    invoice.due_on = on + timedelta(days=SellingTerms.current().payment_days)
    _store(invoice, order, [(line.amount, line.tax) for line in lines], by)
    return invoice


def credit_order(
    invoice: Invoice,
    order: Order,
    amount: int,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    refund: Payment | None = None,
) -> Invoice:
    """Issue a credit note over an amount with tax, shared out by what of each line is not credited yet."""
    left = order.total - order.credited
    if amount > left:
        raise CreditTooLarge(
            _("Only %(left)s %(currency)s of this invoice is not credited yet.")
            % {"left": Money.from_micros(left, order.currency).amount, "currency": order.currency}
        )
    parts = _credited_parts(amount, _not_credited(order), order.currency)
    note = _document(order, "credit", parts, at)
    note.corrects, note.refund, note.reason = invoice, refund, reason[:300]
    order.credited += amount
    order.updated_at = written_now()
    update_rows([order], ["credited", "updated_at"])
    _store(note, order, parts, by)
    return note


def credit_refund(payment: Payment, order: Order, row: Row, by: Actor) -> None:
    """Issue the credit note of a refund as far as the order's invoice is not credited yet."""
    if not row.get("with_credit_note", True):
        return
    invoice = Invoice.objects.filter(order=order, kind="invoice").first()
    amount = min(payment.amount, order.total - order.credited)
    if invoice is not None and amount > 0:
        credit_order(invoice, order, amount, reason=_("Refund"), by=by, at=row["at"], refund=payment)


def _not_credited(order: Order) -> list[tuple[int, int]]:
    """Net and tax of each line of an order, less what credit notes took off."""
    taken: dict[int, list[int]] = {}
    for line in InvoiceLine.objects.filter(invoice__order=order, invoice__kind="credit"):
        before = taken.setdefault(line.position, [0, 0])
        before[0], before[1] = before[0] + line.net, before[1] + line.tax
    none = [0, 0]
    return [
        (line.amount - taken.get(line.position, none)[0], line.tax - taken.get(line.position, none)[1])
        for line in order.lines.all()
    ]


def _credited_parts(amount: int, left: list[tuple[int, int]], currency: str) -> list[tuple[int, int]]:
    """Net and tax of each line of a credit note, in whole coins, as people add them up.

    Only where something is smaller than a coin already, as what files brought can be, in micros.
    """
    size = coin(currency)
    if amount % size or any(part % size for parts in left for part in parts):
        size = 1
    shares = split_micros(amount // size, [(net + tax) // size for net, tax in left])
    parts = []
    for share, (net, tax) in zip(shares, left, strict=True):
        net_share, tax_share = split_micros(share, [net, tax]) if tax else (share, 0)
        parts.append((net_share * size, tax_share * size))
    return parts


def _document(order: Order, kind: str, parts: list[tuple[int, int]], at: datetime) -> Invoice:
    on = timezone.localtime(at, Company.current().zone).date()
    net, tax = sum(part[0] for part in parts), sum(part[1] for part in parts)
    terms = SellingTerms.current()
    return Invoice(
        number=next_number(kind, on.year),
        kind=kind,
        order=order,
        issued_on=on,
        currency=order.currency,
        net=net,
        tax=tax,
        total=net + tax,
        issued_at=at,
        seller=Company.current().name,
        seller_address=terms.address,
        seller_tax_number=terms.tax_number,
        seller_bank=terms.bank,
        owner_id=order.owner_id,
        team_id=order.team_id,
        territory_id=order.territory_id,
    )


def _store(invoice: Invoice, order: Order, parts: list[tuple[int, int]], by: Actor) -> None:
    invoice.save()
    lines = list(order.lines.all())
    insert_rows(
        InvoiceLine(
            invoice=invoice,
            position=line.position,
            product_id=line.product_id,
            description=line.description,
            quantity=line.quantity,
            unit=line.unit,
            tax_rate=line.tax_rate,
            tax_note=line.tax_note,
            net=net,
            tax=tax,
        )
        for line, (net, tax) in zip(lines, parts, strict=True)
    )
    sign, kind = (1, "invoice.issued") if invoice.kind == "invoice" else (-1, "invoice.credited")
    base = Converter().to_base(sign * invoice.net, order.currency, invoice.issued_on)
    bases = split_micros(base, [net for net, _tax in parts])
    facts = [
        Fact(
            kind=kind,
            at=invoice.issued_at,
            amount=sign * net,
            amount_base=in_base,
            natural_key=f"invoice:{invoice.pk}:{line.position}",
            props={"invoice_id": invoice.pk, "number": invoice.number},
            **{**order_credit(order), "product_id": line.product_id},
        )
        for line, (net, _tax), in_base in zip(lines, parts, bases, strict=True)
    ]
    ledger.record(facts, by=by)
