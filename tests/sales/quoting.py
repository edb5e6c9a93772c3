"""What tests of quotes, invoices and subscriptions share."""

from datetime import date
from decimal import Decimal
from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_person
from isthmus.sales.commands import (
    add_price_book,
    edit_product,
    make_quote,
    open_deal,
    send_quote,
    set_price,
    set_tax_rate,
)
from isthmus.sales.commands.catalogue import add_product
from isthmus.sales.models import Deal, Product, Quote
from tests.cast import MONDAY_NOON

NEW_YEAR = date(2026, 1, 1)


def catalogue() -> tuple[Product, Product]:
    """A machine, sold once, and its care, billed each month; 19 % in Germany."""
    machine = add_product(sku="M-1", name="Café machine", family="Machines", by=SYSTEM, at=MONDAY_NOON)
    care = add_product(sku="C-1", name="Care", family="Service", by=SYSTEM, at=MONDAY_NOON)
    edit_product(product_id=care.pk, unit="seat", billing_interval="month", by=SYSTEM, at=MONDAY_NOON)
    book = add_price_book(name="Europe", currency="EUR", by=SYSTEM, at=MONDAY_NOON)
    for product, price in ((machine, "199.99"), (care, "10")):
        set_price(
            book_id=book.pk, product_id=product.pk, from_on=NEW_YEAR, unit_price=Decimal(price), by=SYSTEM,
            at=MONDAY_NOON,
        )  # fmt: skip
    set_tax_rate(
        region="DE", tax_class="standard", rate=Decimal("0.19"), from_on=NEW_YEAR, by=SYSTEM, at=MONDAY_NOON
    )
    return Product.objects.get(pk=machine.pk), Product.objects.get(pk=care.pk)


def deal_with_pat(owner: Any = None) -> Deal:
    """An open deal with Pat, who lives in Germany."""
    pat = add_person(full_name="Pat", email="pat@x.example", country="DE", by=SYSTEM, at=MONDAY_NOON)
    who = {"owner_id": owner.pk} if owner else {}
    return open_deal(person_id=pat.pk, amount=Decimal(300), by=SYSTEM, at=MONDAY_NOON, **who)


def quoted(deal: Deal, lines: list[dict[str, Any]], **more: Any) -> Quote:
    """A quote as a draft."""
    return make_quote(deal_id=deal.pk, lines=lines, by=SYSTEM, at=MONDAY_NOON, **more)  # type: ignore[arg-type]


def sent(deal: Deal, lines: list[dict[str, Any]], **more: Any) -> Quote:
    """A quote with the customer."""
    return send_quote(quote_id=quoted(deal, lines, **more).pk, by=SYSTEM, at=MONDAY_NOON)
