"""List prices that come with products, and what deals are worth by them where their file does not say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.money import from_micros
from isthmus.core.refusals import Refusal
from isthmus.imports.acts.context import Context
from isthmus.imports.acts.outcome import MATCHED, Outcome, follow
from isthmus.imports.mapping import Mapped
from isthmus.sales.commands import add_price_book, set_prices
from isthmus.sales.models import Price, PriceBook, Product
from isthmus.sales.quoting.tables import PriceList
from isthmus.workspace.models import Company


def set_list_prices(
    brought: Sequence[tuple[Outcome, Mapped]], prices: Sequence[Any], context: Context
) -> None:
    """Set what each product costs from the day of the import on, in the book for everybody in its currency.

    A product that has a price there keeps it, as all that is known stays.
    """
    wanted: dict[str, list[tuple[Outcome, str, int]]] = {}
    for (outcome, mapped), (price, currency) in zip(brought, prices, strict=True):
        if price is not None:
            code = currency or context.currency or Company.current().base_currency
            wanted.setdefault(code, []).append((outcome, mapped.key[:80], price))
    for currency, priced in wanted.items():
        try:
            book = _book_in(currency, context)
        except Refusal as refusal:
            for outcome, _sku, _price in priced:
                outcome.reasons.append(_("price: %(reason)s") % {"reason": refusal})
            continue
        _set_in(book, priced, context)


def list_prices(rows: Iterable[Mapping[str, Any]], context: Context) -> Mapping[tuple[int, str], int]:
    """What products cost today by the list, in micros, by product and currency of some rows."""
    by_currency: dict[str, set[int]] = {}
    for row in rows:
        if "product" in row:
            by_currency.setdefault(_currency_of(row, context), set()).add(row["product"])
    found: dict[tuple[int, str], int] = {}
    for currency, products in by_currency.items():
        listed = PriceList(
            currency=currency, region="", territory_id=None, on=_today(context), products=products
        )
        for product in products:
            if price := listed.price(product):
                found[product, currency] = price
    return found


def list_price_of(
    row: Mapping[str, Any], prices: Mapping[tuple[int, str], int], context: Context
) -> int | None:
    """What the product of one row costs by the list; None where it has no price."""
    return prices.get((row.get("product", 0), _currency_of(row, context)))


def _set_in(book: PriceBook, priced: Sequence[tuple[Outcome, str, int]], context: Context) -> None:
    skus = [sku for _outcome, sku, _price in priced]
    products = dict(Product.objects.filter(sku__in=skus).values_list("sku", "pk"))
    known = Price.objects.filter(book=book, product__in=products.values())
    have = set(known.values_list("product_id", flat=True))
    rows = []
    for outcome, sku, price in priced:
        if sku not in products or products[sku] in have:
            continue
        have.add(products[sku])
        outcome.changed = outcome.state == MATCHED
        row = {"book_id": book.pk, "product_id": products[sku], "from_on": _today(context), "at": context.at}
        rows.append((outcome, {**row, "unit_price": from_micros(price)}))
    follow(set_prices, rows, context.by)


def _book_in(currency: str, context: Context) -> PriceBook:
    """The book for everybody in a currency, made when there is none."""
    everybody = {"country": "", "territory": None, "from_on": None, "to_on": None}
    book = PriceBook.objects.filter(currency=currency, **everybody).order_by("-is_default", "pk").first()
    if book is not None:
        return book
    name, at = _("List prices in %(currency)s") % {"currency": currency}, 2
    free = name
    while PriceBook.objects.filter(name__iexact=free).exists():
        free, at = f"{name} ({at})", at + 1
    return add_price_book(name=free, currency=currency, by=context.by, at=context.at)


def _currency_of(row: Mapping[str, Any], context: Context) -> str:
    return row.get("currency") or context.currency or Company.current().base_currency


def _today(context: Context) -> Any:
    return context.at.astimezone(Company.current().zone).date()
