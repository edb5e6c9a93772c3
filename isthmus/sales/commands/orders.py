"""Orders, payments, refunds."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.money import from_micros, to_micros
from isthmus.sales.changing import Row
from isthmus.sales.models import Order, Payment
from isthmus.sales.paying import pay_chunk
from isthmus.sales.placing import place_chunk


class Line(TypedDict, total=False):
    """One line of an order; `amount` is the whole line's before tax, in whole units of the order's currency.

    `tax` is owed beside it.
    """

    amount: Decimal
    tax: Decimal
    quantity: Decimal
    product_id: int | None
    description: str


def place_orders(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `place_order`; amounts of lines are integer micros."""
    return bulk_call("place_order", "orders.edit", rows, by, lambda chunk: place_chunk(chunk, by))


@command(permission="orders.edit", label=gettext_lazy("Place an order"), trade="money", bulk=place_orders)
def place_order(
    *,
    number: str,
    lines: list[Line],
    by: Actor,
    at: datetime,
    deal_id: int | None = None,
    person_id: int | None = None,
    account_id: int | None = None,
    currency: str = "",
) -> Order:
    """Store what a customer ordered, line by line, for a deal, a person or an account."""
    row = {key: value for key, value in locals().items() if key not in ("by", "lines")}
    row["lines"] = [
        {
            **line,
            "amount": to_micros(line.get("amount", Decimal(0))),
            "tax": to_micros(line.get("tax", Decimal(0))),
        }
        for line in lines
    ]
    order: Order = only(place_orders(rows=[row], by=by))
    return order


def pay_orders(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `pay_order`; amounts are integer micros."""
    return bulk_call("pay_order", "orders.edit", rows, by, lambda chunk: pay_chunk("payment", chunk, by))


@command(
    permission="orders.edit",
    label=gettext_lazy("Record a payment"),
    trade="money",
    undo="refund_order",
    # All of this payment and no more; its reference is its own, so the refund has none.
    undo_arguments=lambda payment, _: {
        "order_id": payment.order_id,
        "amount": from_micros(payment.amount),
        "with_credit_note": False,  # Nothing is given back: it never came.
    },
    bulk=pay_orders,
)
def pay_order(
    *, order_id: int, by: Actor, at: datetime, amount: Decimal | None = None, reference: str | None = None
) -> Payment:
    """Record money received for an order: the amount given, or all that is open."""
    row = {"order_id": order_id, "amount": _micros(amount), "reference": reference, "at": at}
    payment: Payment = only(pay_orders(rows=[row], by=by))
    return payment


def refund_orders(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `refund_order`; amounts are integer micros."""
    return bulk_call("refund_order", "orders.edit", rows, by, lambda chunk: pay_chunk("refund", chunk, by))


@command(permission="orders.edit", label=gettext_lazy("Refund"), trade="money", bulk=refund_orders)
def refund_order(
    *,
    order_id: int,
    by: Actor,
    at: datetime,
    amount: Decimal | None = None,
    reference: str | None = None,
    with_credit_note: bool = True,
) -> Payment:
    """Give money back for an order: the amount given, or all that was paid. Revenue falls by it.

    Where the order has an invoice a credit note over the same amount is issued with it.
    """
    row = {"order_id": order_id, "amount": _micros(amount), "reference": reference, "at": at}
    row["with_credit_note"] = with_credit_note
    payment: Payment = only(refund_orders(rows=[row], by=by))
    return payment


def _micros(amount: Decimal | None) -> int | None:
    return to_micros(amount) if amount is not None else None
