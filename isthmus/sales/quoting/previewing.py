"""What a quote comes to while it is being written, and what of it needs whose approval; nothing is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.money import from_micros
from isthmus.sales.commands.quotes import country_of, lines_for
from isthmus.sales.models import Deal, Product, Quote, QuoteLine
from isthmus.sales.quoting.lines import QuoteLineGiven, discount_given
from isthmus.sales.quoting.rules import LineMoney, list_amount, totals
from isthmus.sales.quoting.standing import today
from isthmus.sales.quoting.tables import Policy, PriceList


@dataclass(frozen=True)
class TaxSum:
    """What one rate of tax comes to on a document."""

    rate: Decimal
    note: str
    net: int
    tax: int


@dataclass(frozen=True)
class Above:
    """A line whose discount is above the limit: how much is given, how much would be free."""

    line: QuoteLine
    given: Decimal
    limit: Decimal


@dataclass(frozen=True)
class Worked:
    """A quote worked out: its lines, their sums in micros, and what needs approval."""

    lines: Sequence[QuoteLine]
    net: int
    tax: int
    listed: int
    taxes: Sequence[TaxSum]
    above: Sequence[Above]

    @property
    def total(self) -> int:
        """What the customer would owe."""
        return self.net + self.tax

    @property
    def given_away(self) -> int:
        """How much less than by the list, before tax."""
        return self.listed - self.net


def work_out(quote: Quote, given: Sequence[QuoteLineGiven], *, by: Actor, at: datetime) -> Worked:
    """A draft as it would be with these lines. Raises InvalidInput for what cannot be a line."""
    return worked(quote, lines_for(quote, given, today(at)), Policy(by))


def first_lines(deal: Deal, at: datetime) -> list[QuoteLineGiven]:
    """What a new quote of a deal begins with: its product, at the book's price or the deal's value."""
    if deal.product is None or not deal.product.is_active:
        return []
    prices = PriceList(
        currency=deal.currency,
        region=country_of(deal),
        territory_id=deal.territory_id,
        on=today(at),
        products=[deal.product.pk],
    )
    line: QuoteLineGiven = {"product_id": deal.product.pk, "quantity": Decimal(1)}
    if prices.price(deal.product_id) is None:
        if deal.amount is None:
            return []
        line["unit_price"] = from_micros(deal.amount)
    return [line]


def worked(quote: Quote, lines: Sequence[QuoteLine], policy: Policy) -> Worked:
    """A quote with these lines, judged by somebody's limits."""
    sums = totals(LineMoney(line.net, line.tax) for line in lines)
    above = [Above(line, discount_given(line), policy.limit_of(line)) for line in lines]
    return Worked(
        lines=lines,
        net=sums.net,
        tax=sums.tax,
        listed=sum(list_amount(line.quantity, line.list_price, quote.currency) for line in lines),
        taxes=_taxes(lines),
        above=[one for one in above if one.given > one.limit],
    )


def maker_of(quote: Quote) -> Actor:
    """Whose limits a quote is judged by when others look at it."""
    maker = quote.made_by_id or quote.owner_id
    return Actor(kind="user", id=maker) if maker else SYSTEM


def price_list(quote: Quote, products: Sequence[Product], at: datetime) -> PriceList:
    """The prices and taxes that hold for the quote's customer today."""
    return PriceList(
        currency=quote.currency,
        region=quote.region,
        territory_id=quote.territory_id,
        on=today(at),
        products=[product.pk for product in products],
    )


def _taxes(lines: Sequence[QuoteLine]) -> list[TaxSum]:
    by_rate: dict[tuple[Decimal, str], tuple[int, int]] = {}
    for line in lines:
        net, tax = by_rate.get((line.tax_rate, line.tax_note), (0, 0))
        by_rate[line.tax_rate, line.tax_note] = net + line.net, tax + line.tax
    return [TaxSum(rate, note, net, tax) for (rate, note), (net, tax) in sorted(by_rate.items())]
