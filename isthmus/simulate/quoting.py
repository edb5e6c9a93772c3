"""The sample company's prices, taxes and limits; quotes in every state; two subscriptions with invoices.

Nothing of them is paid in the history, so that the known truth of its revenue stays.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.money import from_micros
from isthmus.sales.commands import (
    accept_quote,
    add_price_book,
    add_products,
    ask_approval,
    decline_quote,
    edit_product,
    edit_quote,
    edit_selling_terms,
    make_quote,
    note_quote_viewed,
    open_deal,
    revise_quote,
    send_quote,
    set_discount_limit,
    set_price,
    set_tax_rate,
)
from isthmus.sales.commands.quotes import as_given, over_limit
from isthmus.sales.models import Deal, Price, Product, Quote
from isthmus.simulate import catalogue as c
from isthmus.simulate.setting import Setting
from isthmus.simulate.times import working
from isthmus.workspace.actors import actor_for

QUOTES = 21
SUBSCRIPTIONS = 2
MONITORING = ("MON-1", "Remote monitoring", Decimal(49))
# Books by currency: for which country, and how many euros one unit was worth when the list was made.
_BOOKS = (("Europe", "EUR", "", Decimal(1)), ("Sweden", "SEK", "SE", Decimal("0.088")),
          ("Switzerland", "CHF", "CH", Decimal("1.05")))  # fmt: skip
_TAXES = (("SE", "0.25"), ("DK", "0.25"), ("FI", "0.255"), ("DE", "0.19"), ("AT", "0.2"), ("CH", "0.081"),
          ("NL", "0.21"), ("BE", "0.21"))  # fmt: skip
_TERMS = "Prices hold for the quantities named. Delivery within four weeks of the order, free to your gate."
_ADDRESS = "Tarnfell Instruments AB\nKvarngatan 8\n411 05 Göteborg, Sweden"
_DISCOUNTS = (Decimal("0.05"), Decimal("0.18"), Decimal(0), Decimal("0.1"))


def set_selling(setting: Setting, *, start: datetime, until: datetime) -> None:
    """What things cost in each market, how they are taxed, and who gives how much discount alone."""
    by, at = SYSTEM, start
    sku, name, price = MONITORING
    (monitoring,) = add_products(rows=[{"sku": sku, "name": name, "family": "Services", "at": at}], by=by)
    edit_product(product_id=monitoring.pk, unit="lines", billing_interval="month", by=by, at=at)
    edit_product(product_id=setting.products[-1].pk, unit="probes", billing_interval="year", by=by, at=at)
    listed = [(product, line.price) for product, line in zip(setting.products, c.PRODUCTS, strict=True)]
    for title, currency, country, worth in _BOOKS:
        book = add_price_book(name=title, currency=currency, country=country, by=by, at=at)
        for product, euros in [*listed, (monitoring, price)]:
            for first, level in ((start.date(), Decimal(1)), (date(until.year, 1, 1), Decimal("1.03"))):
                unit_price = Decimal(round(euros * level / worth))
                told = {"book_id": book.pk, "product_id": product.pk, "from_on": first}
                set_price(unit_price=unit_price, by=by, at=at, **told)
    for region, rate in _TAXES:
        set_tax_rate(
            region=region, tax_class="standard", rate=Decimal(rate), from_on=start.date(), by=by, at=at
        )
    set_discount_limit(role="seller", limit=Decimal("0.1"), by=by, at=at)
    set_discount_limit(role="seller", family="Services", limit=Decimal("0.05"), by=by, at=at)
    set_discount_limit(role="manager", limit=Decimal("0.25"), by=by, at=at)
    edit_selling_terms(terms=_TERMS, address=_ADDRESS, tax_number="SE556000000001", by=by, at=at)


def write_quotes(setting: Setting, *, until: datetime) -> None:
    """Quotes in every state on open deals that have come far enough; two customers subscribe."""
    _subscribe(until)
    far = [stage.pk for stage in setting.stages[2:] if stage.kind == "open"]
    ripe = Deal.objects.filter(state="open", stage__in=far, owner__is_active=True)
    deals = ripe.select_related("product", "owner").order_by("-stage_since", "-pk")[:QUOTES]
    for place, deal in enumerate(deals):
        at = max(working(until - timedelta(days=2 + place % 11)), deal.stage_since + timedelta(hours=3))
        if at + timedelta(hours=3) < until and deal.product is not None:
            _STORIES[place % len(_STORIES)](_draft(deal, deal.product, place, at), at, until)


def _draft(deal: Deal, product: Product, place: int, at: datetime) -> Quote:
    by = actor_for(deal.owner)  # type: ignore[arg-type]
    known = Price.objects.filter(product=product, book__currency=deal.currency, from_on__lte=at.date())
    listed = known.order_by("-from_on").values_list("unit_price", flat=True).first() or deal.amount or 1
    quantity = max(round((deal.amount or listed) / listed), 1)
    lines: list[Any] = [
        {"product_id": product.pk, "quantity": Decimal(quantity), "discount": _DISCOUNTS[place % 4]}
    ]
    if place % 3 == 0:
        lines.append({"description": "Fitting and first calibration", "unit_price": Decimal(380)})
    return make_quote(deal_id=deal.pk, lines=lines, by=by, at=at)


_ASKED = (
    "They take three more lines in spring",
    "A competitor offered them the same for less",
    "They sign this week if we meet their budget",
    "Three sites instead of one: the second order is agreed",
    "They give us a reference visit for it",
    "They pay for two years ahead",
    "The list price is above what we quoted them last year",
)
_DECLINED = (
    "Too much for this year",
    "They keep what they have",
    "Another offer was nearer",
    "The project is put off",
)


def _of(reasons: Sequence[str], quote: Quote) -> str:
    """One of them, the same for the same quote of the same company."""
    return reasons[int(quote.number.rpartition("-")[2]) % len(reasons)]


def _by(quote: Quote) -> Actor:
    return actor_for(quote.deal.owner)  # type: ignore[arg-type]


def _leave(quote: Quote, at: datetime, until: datetime) -> None:
    """It is still being written."""


def _go_out(quote: Quote, at: datetime, until: datetime) -> None:
    """Sent, or asked to be approved where it gives too much away."""
    by, then = _by(quote), at + timedelta(minutes=25)
    if over_limit(quote, by):
        ask_approval(quote_id=quote.pk, reason=_of(_ASKED, quote), by=by, at=then)
    else:
        send_quote(quote_id=quote.pk, by=by, at=then)


def _be_seen(quote: Quote, at: datetime, until: datetime) -> None:
    _go_out(quote, at, until)
    quote.refresh_from_db()
    if quote.state == "sent":
        note_quote_viewed(quote_id=quote.pk, by=SYSTEM, at=at + timedelta(hours=2))


def _be_declined(quote: Quote, at: datetime, until: datetime) -> None:
    _be_seen(quote, at, until)
    quote.refresh_from_db()
    if quote.state == "viewed":
        decline_quote(
            quote_id=quote.pk, reason=_of(_DECLINED, quote), by=SYSTEM, at=at + timedelta(hours=2.5)
        )


def _be_revised(quote: Quote, at: datetime, until: datetime) -> None:
    _be_seen(quote, at, until)
    quote.refresh_from_db()
    if quote.state == "viewed":
        again = revise_quote(quote_id=quote.pk, by=_by(quote), at=at + timedelta(hours=2.5))
        lines = as_given(list(again.lines.all()))
        lines[0]["discount"] = Decimal("0.04")
        lines.append({"description": "Two days of training at your plant", "unit_price": Decimal(0)})
        edit_quote(quote_id=again.pk, lines=lines, by=_by(quote), at=at + timedelta(hours=2.55))
        send_quote(quote_id=again.pk, by=_by(quote), at=at + timedelta(hours=2.6))


_STORIES: tuple[Callable[[Quote, datetime, datetime], None], ...] = (
    _be_seen, _go_out, _leave, _be_revised, _go_out, _be_declined, _be_seen,
)  # fmt: skip


def _subscribe(until: datetime) -> None:
    """Two customers have their lines watched from afar, by the month; their first invoice is out."""
    product = Product.objects.get(sku=MONITORING[0])
    won = Deal.objects.filter(state="won", account__isnull=False, person__isnull=False, owner__is_active=True)
    for place, old in enumerate(won.select_related("person", "account").order_by("-closed_at", "-pk")):
        if place == SUBSCRIPTIONS:
            break
        at = working(until - timedelta(days=26 - 9 * place))
        deal = open_deal(
            name=f"{product.name} for {old.account}",
            person_id=old.person_id,
            account_id=old.account_id,
            currency=old.currency,
            amount=from_micros(old.amount or 0),
            product_id=product.pk,
            owner_id=old.owner_id,
            by=SYSTEM,
            at=at - timedelta(days=6),
        )
        lines: list[Any] = [{"product_id": product.pk, "quantity": Decimal(2 + 2 * place)}]
        quote = make_quote(deal_id=deal.pk, lines=lines, by=SYSTEM, at=at - timedelta(days=5))
        send_quote(quote_id=quote.pk, by=SYSTEM, at=at - timedelta(days=5) + timedelta(minutes=20))
        note_quote_viewed(quote_id=quote.pk, by=SYSTEM, at=at - timedelta(days=1))
        accept_quote(quote_id=quote.pk, name=str(old.person), by=SYSTEM, at=at)
