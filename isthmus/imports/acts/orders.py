"""Orders with their lines, and the money that came for them and went back."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal
from isthmus.imports.acts.context import Context, Record
from isthmus.imports.acts.outcome import MATCHED, NEW, REFUSED, Known, Outcome, Row, create, follow
from isthmus.imports.mapping import Mapped
from isthmus.sales.commands import pay_orders, place_orders, refund_orders
from isthmus.sales.models import Order
from isthmus.sales.paying import PaymentAlreadyRecorded
from isthmus.sales.placing import OrderAlreadyPlaced

_BUYERS = ("deal", "person", "account")


def bring_in_orders(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Place the order of each record, one line for each of its rows; pay and refund it at the times given."""
    for outcome, record in zip(outcomes, records, strict=True):
        currencies = {mapped.values.get("currency") for mapped in record}
        if len(currencies) > 1:
            outcome.refuse(_("The lines of one order are in different currencies."))
    good = [
        (outcome, record)
        for outcome, record in zip(outcomes, records, strict=True)
        if outcome.state != REFUSED
    ]
    rows = [(outcome, _order_row(record, context)) for outcome, record in good]
    keys = [record[0].key for _outcome, record in good]
    create(place_orders, rows, Known(OrderAlreadyPlaced, "order_id"), keys, context.by)
    placed = [(outcome, record) for outcome, record in good if outcome.pk]
    known = (PaymentAlreadyRecorded,)
    follow(pay_orders, _money(placed, "paid"), context.by, done=known)
    follow(refund_orders, _money(placed, "refunded"), context.by, done=known)


def bring_in_payments(records: Sequence[Record], outcomes: Sequence[Outcome], context: Context) -> None:
    """Record the payment of each row; an amount below zero is a refund."""
    good = [
        (outcome, record[0])
        for outcome, record in zip(outcomes, records, strict=True)
        if outcome.state != REFUSED
    ]
    for bulk, sign in ((pay_orders, 1), (refund_orders, -1)):
        rows = [
            (outcome, _payment_row(mapped, sign))
            for outcome, mapped in good
            if mapped.values["amount"] * sign > 0
        ]
        _pay(bulk, rows, context)
    for outcome, mapped in good:
        if mapped.values["amount"] == 0:
            outcome.refuse(_("A payment of nothing is no payment."))


def _order_row(record: Record, context: Context) -> Row:
    values = record[0].values
    return {
        "number": record[0].key,
        "lines": [
            {
                "amount": one.values["amount"],
                "quantity": one.values.get("quantity"),
                "product_id": one.values.get("product"),
                "description": one.values.get("description"),
            }
            for one in record
        ],
        **{f"{name}_id": _first(record, name) for name in _BUYERS},
        "currency": values.get("currency") or context.currency,
        "at": min(one.values["placed_at"] for one in record),
    }


def _first(record: Record, name: str) -> Any:
    return next((one.values[name] for one in record if name in one.values), None)


def _money(placed: Sequence[tuple[Outcome, Record]], act: str) -> list[tuple[Outcome, Row]]:
    """A payment or refund for each order that has its time: the amounts given, otherwise all of it."""
    totals = dict(
        Order.objects.filter(pk__in=[outcome.pk for outcome, _r in placed]).values_list("pk", "total")
    )
    rows: list[tuple[Outcome, Row]] = []
    for outcome, record in placed:
        times = [one.values[f"{act}_at"] for one in record if f"{act}_at" in one.values]
        amounts = [one.values[f"{act}_amount"] for one in record if f"{act}_amount" in one.values]
        amount = sum(amounts) if amounts else None
        if not times or amount == 0 or (amount is None and not totals[outcome.pk]):
            continue
        reference = f"{record[0].key}#{act}"
        row = {"order_id": outcome.pk, "amount": amount, "reference": reference, "at": max(times)}
        rows.append((outcome, row))
    return rows


def _payment_row(mapped: Mapped, sign: int) -> Row:
    values = mapped.values
    return {
        "order_id": values["order"],
        "amount": values["amount"] * sign,
        "reference": mapped.key,
        "at": values["paid_at"],
    }


def _pay(bulk: Any, rows: Sequence[tuple[Outcome, Row]], context: Context) -> None:
    if not rows:
        return
    results = bulk(rows=[row for _, row in rows], by=context.by)
    for (outcome, _row), result in zip(rows, results, strict=True):
        if isinstance(result, PaymentAlreadyRecorded):
            outcome.state = MATCHED
        elif isinstance(result, Refusal):
            outcome.refuse(str(result))
        else:
            outcome.state = NEW
