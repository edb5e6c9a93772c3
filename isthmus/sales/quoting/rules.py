"""The rules of money and of prices, as pure functions: no database, no clock.

A line is rounded once, half up, to the currency's smallest coin: its net amount, and its tax on that rounded
net amount. The totals of a document are the sums of its rounded lines.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext
from typing import Literal

from isthmus.core.money import MICROS

Interval = Literal["month", "quarter", "year"]
MONTHS: dict[str, int] = {"month": 1, "quarter": 3, "year": 12}
_EXACT = Context(prec=80)  # Nothing is rounded on the way.
# Currencies whose smallest coin is not a hundredth (ISO 4217).
_PLACES = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX"), 0),
    **dict.fromkeys(("VND", "VUV", "XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}


@dataclass(frozen=True)
class LineMoney:
    """What a line comes to, in micros."""

    net: int
    tax: int

    @property
    def gross(self) -> int:
        """What is owed for it."""
        return self.net + self.tax


@dataclass(frozen=True)
class Offer:
    """One price of one book, as it bears on the choice among them."""

    book_id: int
    currency: str
    country: str
    territory_id: int | None
    is_default: bool
    book_from: date | None
    book_to: date | None
    from_on: date
    unit_price: int | None


@dataclass(frozen=True)
class Tax:
    """One row of the table of taxes."""

    region: str
    tax_class: str
    rate: Decimal
    from_on: date
    to_on: date | None
    note: str = ""


@dataclass(frozen=True)
class Limit:
    """Up to which share somebody gives discount alone: a person, a team, a role, or everybody."""

    role: str
    family: str
    limit: Decimal
    seller_id: int | None = None
    team_id: int | None = None


def coin(currency: str) -> int:
    """Micros of a currency's smallest coin."""
    return int(MICROS // 10 ** _PLACES.get(currency, 2))


def rounded(micros: Decimal | int, currency: str) -> int:
    """Micros rounded half up to the smallest coin."""
    smallest = coin(currency)
    return int((Decimal(micros) / smallest).quantize(Decimal(1), ROUND_HALF_UP)) * smallest


def line_money(
    quantity: Decimal, unit_price: int, discount: Decimal, tax_rate: Decimal, currency: str
) -> LineMoney:
    """A line's net amount and its tax, each rounded once."""
    with localcontext(_EXACT):
        net = rounded(quantity * unit_price * (1 - discount), currency)
        return LineMoney(net, rounded(net * tax_rate, currency))


def list_amount(quantity: Decimal, unit_price: int, currency: str) -> int:
    """What a line would come to without discount, rounded once."""
    with localcontext(_EXACT):
        return rounded(quantity * unit_price, currency)


def totals(lines: Iterable[LineMoney]) -> LineMoney:
    """A document's totals: the sums of its rounded lines."""
    every = list(lines)
    return LineMoney(sum(line.net for line in every), sum(line.tax for line in every))


def choose_price(
    offers: Iterable[Offer], *, currency: str, country: str, territories: Sequence[int], on: date
) -> Offer | None:
    """The price that holds: that of the most specific book in the currency which is valid on the day.

    A book for the country comes before one for a territory (the deepest first, `territories` in that order),
    one for everybody last; among equals the default book, then the one added last. Within a book the latest
    price that has begun holds; when that one is empty, the product is not sold by that book.
    """
    holding: dict[int, Offer] = {}
    for offer in offers:
        if offer.currency != currency or not _is_valid(offer, on):
            continue
        if _closeness(offer, country, territories) is None:
            continue
        known = holding.get(offer.book_id)
        if known is None or offer.from_on > known.from_on:
            holding[offer.book_id] = offer
    sold = [offer for offer in holding.values() if offer.unit_price is not None]
    return min(
        sold,
        key=lambda one: (_closeness(one, country, territories), not one.is_default, -one.book_id),
        default=None,
    )


def _is_valid(offer: Offer, on: date) -> bool:
    begun = offer.from_on <= on and (offer.book_from is None or offer.book_from <= on)
    return begun and (offer.book_to is None or on <= offer.book_to)


def _closeness(offer: Offer, country: str, territories: Sequence[int]) -> int | None:
    """0 is closest; None: the book is for others."""
    if offer.country:
        return 0 if offer.country == country else None
    if offer.territory_id is not None:
        return 1 + territories.index(offer.territory_id) if offer.territory_id in territories else None
    return 1 + len(territories)


def choose_tax(rates: Iterable[Tax], *, region: str, tax_class: str, on: date) -> Tax | None:
    """The tax that holds: of the part of the country, else of the country, else the one for everywhere."""
    places = list(dict.fromkeys([region, region.partition("-")[0], ""]))
    valid = [
        one
        for one in rates
        if one.tax_class == tax_class
        and one.region in places
        and one.from_on <= on
        and (one.to_on is None or on <= one.to_on)
    ]
    return min(valid, key=lambda one: (places.index(one.region), -one.from_on.toordinal()), default=None)


def free_discount(
    limits: Iterable[Limit],
    *,
    role: str,
    family: str,
    seller_id: int | None = None,
    teams: Sequence[int] = (),
) -> Decimal:
    """Up to which share somebody gives discount on this family alone; 1 where nothing is said.

    `teams` are theirs, the closest first. A limit on the family comes before one on all products; among
    those the person's own comes first, then that of a team, of the role, of everybody.
    """

    def closeness(one: Limit) -> int | None:
        """0 is closest; None: the limit is another's."""
        if one.seller_id is not None:
            return 0 if one.seller_id == seller_id else None
        if one.team_id is not None:
            return 1 + teams.index(one.team_id) if one.team_id in teams else None
        if one.role:
            return 1 + len(teams) if one.role == role else None
        return 2 + len(teams)

    fitting = [
        (not one.family, near, one.limit)
        for one in limits
        if one.family in ("", family) and (near := closeness(one)) is not None
    ]
    return min(fitting, default=(True, 0, Decimal(1)))[2]


def after(day: date, interval: str, times: int = 1, anchor: int | None = None) -> date:
    """The day so many intervals later: the same day of the month, or the month's last one.

    `anchor` is the day of the month that a subscription began on: the 31st stays the 31st after a February.
    """
    months = day.year * 12 + day.month - 1 + MONTHS[interval] * times
    first = date(months // 12, months % 12 + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=(anchor or day.day) - 1), following - timedelta(days=1))


def monthly(net: int, interval: str) -> int:
    """What a month of a subscription brings, in micros."""
    return int((Decimal(net) / MONTHS[interval]).quantize(Decimal(1), ROUND_HALF_UP))
