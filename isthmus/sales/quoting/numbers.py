"""Numbers of documents: one after the other in each year, none twice, none left out."""

from django.db.models import F

from isthmus.sales.models import NumberSeries, Order

PREFIX = {"quote": "Q", "order": "O", "invoice": "I", "credit": "C"}


def next_number(kind: str, year: int) -> str:
    """The next number of a kind, like Q-2026-0001, in the caller's transaction.

    The row stays locked until that ends: whoever comes next waits, and a number given up is given again.
    """
    NumberSeries.objects.get_or_create(kind=kind, year=year)
    NumberSeries.objects.filter(kind=kind, year=year).update(last=F("last") + 1)
    last = NumberSeries.objects.values_list("last", flat=True).get(kind=kind, year=year)
    return f"{PREFIX[kind]}-{year}-{last:04d}"


def next_order_number(year: int) -> str:
    """The next number of an order that nobody has given by hand or brought from elsewhere."""
    while True:
        number = next_number("order", year)
        if not Order.objects.filter(number=number).exists():
            return number
