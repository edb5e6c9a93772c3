"""Lines of a quote, made of what a seller gives: price and tax from the tables, money by the rules."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _
from typing_extensions import TypedDict  # pydantic needs this one before Python 3.12

from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput
from isthmus.sales.models import Product, QuoteLine
from isthmus.sales.quoting.rules import line_money
from isthmus.sales.quoting.tables import PriceList

MOST_LINES = 200
_LARGEST = 10**18  # micros: what the columns of both databases hold with room to add up


class QuoteLineGiven(TypedDict, total=False):
    """One line as a seller gives it; without a price that of the price book. `discount` is a share, 0.1."""

    product_id: int | None
    description: str
    quantity: Decimal
    unit_price: Decimal | None
    discount: Decimal


def make_lines(
    given: Sequence[QuoteLineGiven], prices: PriceList, products: dict[int, Product]
) -> list[QuoteLine]:
    """The lines with what they come to, not stored. Raises InvalidInput for what cannot be a line."""
    if len(given) > MOST_LINES:
        raise InvalidInput({"lines": _("A document has at most %(count)s lines.") % {"count": MOST_LINES}})
    return [_line(position, one, prices, products) for position, one in enumerate(given, start=1)]


def products_of(given: Sequence[QuoteLineGiven]) -> dict[int, Product]:
    """The products that lines name."""
    return Product.objects.in_bulk({one["product_id"] for one in given if one.get("product_id")})


def discount_given(line: QuoteLine) -> Decimal:
    """Which share of the list price a line gives away, by its discount or by a lower price."""
    if not line.list_price:
        return line.discount
    asked = Decimal(line.unit_price) * (1 - line.discount)
    return max(1 - asked / line.list_price, Decimal(0))


def _line(position: int, given: QuoteLineGiven, prices: PriceList, products: dict[int, Product]) -> QuoteLine:
    product = _product(given.get("product_id"), products)
    description = (given.get("description") or "").strip()[:200]
    if product is None and not description:
        raise InvalidInput(
            {
                "lines": _("Line %(number)s names nothing. Choose a product or describe it.")
                % {"number": position}
            }
        )
    quantity, discount = given.get("quantity", Decimal(1)), given.get("discount") or Decimal(0)
    if quantity <= 0 or quantity != round(quantity, 4) or quantity >= 10**9:
        raise InvalidInput(
            {
                "lines": _("The quantity of line %(number)s must be above zero, with up to four decimals.")
                % {"number": position}
            }
        )
    if not 0 <= discount <= 1 or discount != round(discount, 6):
        raise InvalidInput(
            {"lines": _("The discount of line %(number)s lies between 0% and 100%.") % {"number": position}}
        )
    listed = prices.price(product.pk if product else None)
    asked = given.get("unit_price")
    unit_price = to_micros(asked) if asked is not None else listed
    if unit_price is None:
        raise InvalidInput(
            {
                "lines": _("No price book knows a price for line %(number)s in %(currency)s. Say its price.")
                % {"number": position, "currency": prices.currency}
            }
        )
    if unit_price < 0 or quantity * unit_price > _LARGEST:
        raise InvalidInput(
            {
                "lines": _("The price of line %(number)s cannot be below zero, or is too large.")
                % {"number": position}
            }
        )
    tax = prices.tax(product)
    rate = tax.rate if tax else Decimal(0)
    money = line_money(quantity, unit_price, discount, rate, prices.currency)
    return QuoteLine(
        position=position,
        product=product,
        description=description,
        quantity=quantity,
        unit=product.unit if product else "",
        list_price=max(listed or 0, unit_price),
        unit_price=unit_price,
        discount=discount,
        tax_rate=rate,
        tax_note=tax.note if tax else "",
        interval=product.billing_interval if product else "",
        net=money.net,
        tax=money.tax,
    )


def _product(product_id: int | None, products: dict[int, Product]) -> Product | None:
    if product_id is None:
        return None
    product = products.get(product_id)
    if product is None:
        raise InvalidInput({"lines": _("One of the products is not here. Choose another.")})
    if not product.is_active:
        raise InvalidInput(
            {
                "lines": _("%(product)s is not sold any more. Choose another product.")
                % {"product": product.name}
            }
        )
    return product
