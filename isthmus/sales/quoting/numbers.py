"""Numbers of documents: one after the other in each year, none twice, none left out."""

from django.db.models import F

from isthmus.sales.models import NumberSeries

PREFIX = {"quote": "Q", "order": "O", "invoice": "I", "credit": "C"}


def next_number(kind: str, year: int) -> str:
    """The next number of a kind, like Q-2026-0001, in the caller's transaction.

    The row stays locked until that ends: whoever comes next waits, and a number given up is given again.
    """
    NumberSeries.objects.get_or_create(kind=kind, year=year)
    NumberSeries.objects.filter(kind=kind, year=year).update(last=F("last") + 1)
    last = NumberSeries.objects.values_list("last", flat=True).get(kind=kind, year=year)
    return f"{PREFIX[kind]}-{year}-{last:04d}"
