"""Money received and given back, many at a time: one fact for each payment and order line, one for its tax.

A payment is shared out over the lines by what each owes with its tax; each part is split into the net amount,
which is revenue, and the tax, which is not. Together they are the payment, to the micro.
"""

from collections.abc import Sequence
from typing import Any, Literal

from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_made
from isthmus.core.clock import written_now
from isthmus.core.money import Money, split_micros
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.core.rows import update_rows
from isthmus.ledger.facts import Fact
from isthmus.sales.changing import Row
from isthmus.sales.credit import order_credit
from isthmus.sales.invoicing import credit_refund
from isthmus.sales.models import Order, OrderLine, Payment
from isthmus.workspace.queries import Converter

Kind = Literal["payment", "refund"]


class PaymentAlreadyRecorded(Refusal):
    """A payment with this reference is here already."""


class RefundTooLarge(Refusal):
    """More would be given back than was paid."""


class PaymentTooLarge(Refusal):
    """More would be paid than is owed."""


def pay_chunk(kind: Kind, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Record the payment or refund of each row; a bad row's Refusal stands in its place.

    A row names its order by `order_id` or `order_number`; without an amount a payment settles what is open.
    """
    orders = _orders(rows, by)
    references = {row["reference"] for row in rows if row.get("reference")}
    known: set[str | None] = set(
        Payment.objects.filter(reference__in=references).values_list("reference", flat=True)
    )
    outcomes: list[Any] = []
    made: list[tuple[Payment, Order]] = []
    taken: list[Row] = []
    for row in rows:
        try:
            order = _order(orders, row)
            payment = _payment(kind, order, row, known, by)
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        order.paid += payment.amount if kind == "payment" else -payment.amount
        order.updated_at = written_now()
        made.append((payment, order))
        taken.append(row)
        outcomes.append(payment)
    Payment.objects.bulk_create(payment for payment, _ in made)
    note_made(payment for payment, _ in made)
    changed = {order.pk: order for _, order in made}
    if changed:
        update_rows(changed.values(), ["paid", "updated_at"])
    converter = Converter()
    ledger.record([fact for payment, order in made for fact in _facts(payment, order, converter)], by=by)
    if kind == "refund":
        for (payment, order), row in zip(made, taken, strict=True):
            credit_refund(payment, order, row, by)
    return outcomes


def _orders(rows: Sequence[Row], by: Actor) -> dict[tuple[str, Any], Order]:
    reachable = Order.objects.visible_to(by, "orders.edit")
    loaded = reachable.select_related("deal__person", "deal__account", "person", "account")
    loaded = loaded.prefetch_related("lines").select_for_update(of=("self",))
    ids = {row["order_id"] for row in rows if row.get("order_id") is not None}
    numbers = {row["order_number"] for row in rows if row.get("order_number")}
    found: dict[tuple[str, Any], Order] = {}
    one_each: dict[int, Order] = {}
    for order in [*loaded.filter(pk__in=ids), *loaded.filter(number__in=numbers)]:
        order = one_each.setdefault(order.pk, order)
        found["id", order.pk] = found["number", order.number] = order
    return found


def _order(orders: dict[tuple[str, Any], Order], row: Row) -> Order:
    key = ("id", row["order_id"]) if row.get("order_id") is not None else ("number", row.get("order_number"))
    if key not in orders:
        raise NotFound(_("There is no such order, or your role does not reach it."))
    return orders[key]


def _payment(kind: Kind, order: Order, row: Row, known: set[str | None], by: Actor) -> Payment:
    reference = row.get("reference") or None
    if reference in known:
        raise PaymentAlreadyRecorded(
            _("The payment %(reference)s is recorded already; it is left as it is.")
            % {"reference": reference}
        )
    amount = row.get("amount")
    if amount is None:
        amount = order.open if kind == "payment" else order.paid
    if amount <= 0:
        raise InvalidInput(
            {"amount": _("The amount must be above zero; this order has nothing left to settle.")}
        )
    if kind == "refund" and amount > order.paid:
        raise RefundTooLarge(
            _("Only %(paid)s %(currency)s was paid for this order, so no more can be given back.")
            % {"paid": Money.from_micros(order.paid, order.currency).amount, "currency": order.currency}
        )
    # What a file brings has happened already, and stays as it was.
    if kind == "payment" and amount > order.open and by.kind != "import":
        raise PaymentTooLarge(
            _("Only %(open)s %(currency)s is open on this order. Record that, and the rest where it belongs.")
            % {
                "open": Money.from_micros(max(order.open, 0), order.currency).amount,
                "currency": order.currency,
            }
        )
    if reference:
        known.add(reference)
    return Payment(order=order, kind=kind, amount=amount, reference=reference, at=row["at"])


def _facts(payment: Payment, order: Order, converter: Converter) -> list[Fact]:
    sign = 1 if payment.kind == "payment" else -1
    lines = list(order.lines.all())
    weights = [line.amount + line.tax for line in lines]
    amounts = split_micros(sign * payment.amount, weights)
    base = converter.to_base(sign * payment.amount, order.currency, payment.at.date())
    bases = split_micros(base, weights)
    credit = order_credit(order)
    kinds = ("order.paid", "tax.paid") if sign > 0 else ("order.refunded", "tax.refunded")
    facts = []
    for line, amount, in_base in zip(lines, amounts, bases, strict=True):
        parts = zip(kinds, ("", "t"), _net_and_tax(amount, line), _net_and_tax(in_base, line), strict=True)
        facts += [
            Fact(
                kind=kind,
                at=payment.at,
                amount=part,
                amount_base=base_part,
                natural_key=f"payment:{payment.pk}:{line.position}{mark}",
                **{**credit, "product_id": line.product_id},
            )
            for kind, mark, part, base_part in parts
            if part or base_part or (len(lines) == 1 and not mark)
        ]
    return facts


def _net_and_tax(amount: int, line: OrderLine) -> list[int]:
    return split_micros(amount, [line.amount, line.tax]) if line.tax else [amount, 0]
