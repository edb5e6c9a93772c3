"""I4: money in the tables is money in the ledger, per currency, to the last micro."""

from collections import Counter

from django.db.models import Count, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from isthmus.ledger.position import one_database_snapshot
from isthmus.sales.models import Order, Payment

_TOLD = """
SELECT CASE WHEN kind IN ('order.paid', 'tax.paid') THEN 'payment' ELSE 'refund' END AS kind, currency,
       CAST(sum(amount) AS BIGINT), count(DISTINCT split_part(natural_key, ':', 2))
FROM facts
WHERE kind IN ('order.paid', 'order.refunded', 'tax.paid', 'tax.refunded')
GROUP BY ALL
"""


def check() -> list[str]:
    """One sentence for each difference between payments, orders and what the ledger tells of them."""
    from isthmus.ledger.reading import snapshot

    with one_database_snapshot(), snapshot() as ledger:
        told = ledger.execute(_TOLD).fetchall()
        stored = list(
            Payment.objects.order_by()
            .values_list("kind", "order__currency")
            .annotate(amount=Sum("amount"), payments=Count("pk"))
        )
        uneven = _orders_that_do_not_add_up()
    amounts: Counter[tuple[str, str]] = Counter()
    counts: Counter[tuple[str, str]] = Counter()
    for kind, currency, amount, payments in stored:
        sign = 1 if kind == "payment" else -1
        amounts[kind, currency] += sign * amount
        counts[kind, currency] += payments
    for kind, currency, amount, payments in told:
        amounts[kind, currency] -= amount
        counts[kind, currency] -= payments
    differing = sorted({key for key in amounts.keys() | counts.keys() if amounts[key] or counts[key]})
    return [_difference(*key, amounts[key], counts[key]) for key in differing] + uneven


def _difference(kind: str, currency: str, micros: int, payments: int) -> str:
    return _(
        "Of kind “%(kind)s” in %(currency)s the tables hold %(micros)d micros and %(payments)d entries more "
        "than the ledger."
    ) % {"kind": kind, "currency": currency, "micros": micros, "payments": payments}


def _orders_that_do_not_add_up() -> list[str]:
    """Orders whose `paid` is not what was paid less what was given back."""
    sums = (
        Payment.objects.filter(order=OuterRef("pk"))
        .order_by()
        .values("order")
        .annotate(
            net=Coalesce(Sum("amount", filter=Q(kind="payment")), 0)
            - Coalesce(Sum("amount", filter=Q(kind="refund")), 0)
        )
        .values("net")
    )
    wrong = Order.objects.annotate(net=Coalesce(Subquery(sums), 0)).exclude(paid=F("net"))
    return [
        _("Order %(number)s says that %(paid)d micros were paid; its payments add up to %(net)d.")
        % {"number": order.number, "paid": order.paid, "net": order.net}
        for order in wrong[:20]
    ]
