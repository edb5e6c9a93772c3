"""What products cost: the products' own settings, price books and their dated prices."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_made
from isthmus.core.clock import written_now
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.editing import asked_changes
from isthmus.core.money import from_micros, to_micros
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.sales.changing import Row
from isthmus.sales.models import Price, PriceBook, Product
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.models import Currency

_EMPTY_PRODUCT: Mapping[str, Any] = {"family": "", "unit": "", "billing_interval": ""}
_EMPTY_BOOK: Mapping[str, Any] = {"country": "", "territory_id": None, "from_on": None, "to_on": None}


class PriceBookExists(Refusal):
    """A price book of this name is here already."""


@command(
    permission="products.edit",
    label=gettext_lazy("Change a product"),
    trade="sales",
    undo="edit_product",
    undo_arguments=lambda product, _: {"product_id": product.pk, **product.before},
)
def edit_product(
    *,
    product_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    family: str | None = None,
    unit: str | None = None,
    tax_class: str | None = None,
    billing_interval: Literal["month", "quarter", "year"] | None = None,
    is_active: bool | None = None,
    clear: list[str] | None = None,
) -> Product:
    """Change a product: name, family, unit, class of tax, how it is billed, whether it is sold.

    `clear` empties family, unit or billing_interval; a product without an interval is sold once.
    """
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFound(
            _("There is no such product. Choose one of those under Settings, Products and prices.")
        )
    for field, value in (("name", name), ("tax_class", tax_class)):
        if value is not None and not value.strip():
            raise InvalidInput({field: _("This cannot be emptied.")})
    given: dict[str, Any] = {
        "name": name and name.strip()[:200],
        "family": family and family.strip()[:80],
        "unit": unit and unit.strip()[:20],
        "tax_class": tax_class and tax_class.strip().lower()[:40],
        "billing_interval": billing_interval,
        "is_active": is_active,
    }
    product.before = change_row(product, asked_changes(given, clear, _EMPTY_PRODUCT))
    product.updated_at = written_now()
    product.save()
    ledger.record(
        Fact(kind="product.changed", at=at, product_id=product.pk, props=told(product.before)), by=by
    )
    return product


@command(permission="products.edit", label=gettext_lazy("Add a price book"), trade="sales")
def add_price_book(
    *,
    name: str,
    currency: str,
    by: Actor,
    at: datetime,
    country: str = "",
    territory_id: int | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
) -> PriceBook:
    """Add a price book in a currency: for a country, a territory, or everybody. The first is the default."""
    _need_name(name)
    book = PriceBook(
        name=name.strip()[:80],
        currency=_currency(currency),
        country=_country(country),
        territory_id=territory_id,
        from_on=from_on,
        to_on=to_on,
        is_default=not PriceBook.objects.exists(),
    )
    _need_days(book.from_on, book.to_on)
    book.save()
    note_made([book])
    ledger.record(Fact(kind="price_book.added", at=at, props={"book_id": book.pk}), by=by)
    return book


@command(
    permission="products.edit",
    label=gettext_lazy("Change a price book"),
    trade="sales",
    undo="edit_price_book",
    undo_arguments=lambda book, _: {"book_id": book.pk, **book.before},
)
def edit_price_book(
    *,
    book_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    country: str | None = None,
    territory_id: int | None = None,
    from_on: date | None = None,
    to_on: date | None = None,
    is_default: bool | None = None,
    clear: list[str] | None = None,
) -> PriceBook:
    """Change a price book: for whom and from when until when it is, and whether it is the default."""
    book = PriceBook.objects.select_for_update().filter(pk=book_id).first()
    if book is None:
        raise _no_such_book()
    if name is not None and name.strip() != book.name:
        _need_name(name)
    given: dict[str, Any] = {
        "name": name and name.strip()[:80],
        "country": None if country is None else _country(country),
        "territory_id": territory_id,
        "from_on": from_on,
        "to_on": to_on,
        "is_default": is_default,
    }
    if is_default is False:
        raise InvalidInput({"is_default": _("Make another book the default; this one then is not any more.")})
    book.before = change_row(book, asked_changes(given, clear, _EMPTY_BOOK))
    book.before.pop("is_default", None)  # Which was the default before is put back there.
    _need_days(book.from_on, book.to_on)
    if is_default:
        PriceBook.objects.exclude(pk=book.pk).filter(is_default=True).update(is_default=False)
    book.save()
    ledger.record(
        Fact(kind="price_book.changed", at=at, props={"book_id": book.pk, **told(book.before)}), by=by
    )
    return book


def set_prices(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `set_price`: the price of each row, or why it was refused."""

    def act(chunk: Sequence[Row]) -> list[Any]:
        dates = _Dates(chunk)
        outcomes: list[Any] = []
        facts: list[Fact] = []
        for row in chunk:
            try:
                price = dates.set(row)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            outcomes.append(price)
            props = {
                "book_id": row["book_id"],
                "from": row["from_on"].isoformat(),
                "price": None if row.get("remove") else price.unit_price,
                "removed": bool(row.get("remove")),
            }
            facts.append(Fact(kind="price.set", at=row["at"], product_id=row["product_id"], props=props))
        ledger.record(facts, by=by)
        return outcomes

    return bulk_call("set_price", "products.edit", rows, by, act)


@command(
    permission="products.edit",
    label=gettext_lazy("Set a price"),
    trade="sales",
    undo="set_price",
    undo_arguments=lambda price, given: {
        **{name: given[name] for name in ("book_id", "product_id", "from_on")},
        **price.before,
    },
    bulk=set_prices,
)
def set_price(
    *,
    book_id: int,
    product_id: int,
    from_on: date,
    by: Actor,
    at: datetime,
    unit_price: Decimal | None = None,
    remove: bool = False,
) -> Price:
    """Set what one unit of a product costs in a book from a day on, before tax.

    Without a price the product is not sold by the book from that day on; `remove` takes the day out again.
    """
    row = {"book_id": book_id, "product_id": product_id, "from_on": from_on, "at": at}
    price: Price = only(set_prices(rows=[{**row, "unit_price": unit_price, "remove": remove}], by=by))
    return price


class _Dates:
    """The books, products and dated prices that some rows are about, read once."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self._books = PriceBook.objects.in_bulk({row["book_id"] for row in rows})
        self._products = Product.objects.in_bulk({row["product_id"] for row in rows})
        held = Price.objects.select_for_update().filter(
            book__in=self._books, product__in=self._products, from_on__in={row["from_on"] for row in rows}
        )
        self._held = {(price.book_id, price.product_id, price.from_on): price for price in held}

    def set(self, row: Row) -> Price:
        """Set or take out what a row says, and keep what stood before. Raises a Refusal."""
        if row["book_id"] not in self._books:
            raise _no_such_book()
        if row["product_id"] not in self._products:
            raise NotFound(
                _("There is no such product. Choose one of those under Settings, Products and prices.")
            )
        given, remove = row.get("unit_price"), bool(row.get("remove"))
        if given is not None and given < 0:
            raise InvalidInput({"unit_price": _("A price cannot be below zero.")})
        micros = to_micros(given) if given is not None else None
        key = (row["book_id"], row["product_id"], row["from_on"])
        price = self._held.get(key)
        if (price is None and remove) or (price is not None and not remove and price.unit_price == micros):
            raise NothingChanged(_("Nothing was changed: it says this already."))
        if price is None:
            price = Price(book_id=key[0], product_id=key[1], from_on=key[2])
            before: dict[str, Any] = {"remove": True}
        else:
            before = {"unit_price": None if price.unit_price is None else from_micros(price.unit_price)}
        self._write(key, price, micros, remove=remove)
        price.before = before
        return price

    def _write(self, key: tuple[int, int, date], price: Price, micros: int | None, *, remove: bool) -> None:
        if remove:
            del self._held[key]
            Price.objects.filter(pk=price.pk).delete()
            return
        is_new = price.pk is None
        price.unit_price = micros
        price.save()
        self._held[key] = price
        if is_new:
            note_made([price])


def change_row(row: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Set what differs; gives what stood before, as the arguments of the command that takes it back."""
    before: dict[str, Any] = {}
    for field, value in changes.items():
        old = getattr(row, field)
        if value == old:
            continue
        if old in (None, ""):
            before.setdefault("clear", []).append(field)
        else:
            before[field] = old
        setattr(row, field, value)
    if not before:
        raise NothingChanged(_("Nothing was changed: it says this already."))
    return before


def told(before: Mapping[str, Any]) -> dict[str, Any]:
    """What changed, for its fact: names of fields."""
    return {"fields": sorted({*before, *before.get("clear", [])} - {"clear"})}


def _need_name(name: str) -> None:
    if not name.strip():
        raise InvalidInput({"name": _("Give it a name.")})
    if PriceBook.objects.filter(name__iexact=name.strip()).exists():
        raise PriceBookExists(_("There is a price book called %(name)s already.") % {"name": name.strip()})


def _currency(code: str) -> str:
    code = code.strip().upper()
    if not Currency.objects.filter(code=code).exists():
        raise InvalidInput(
            {"currency": _("The company does not deal in this currency. Add it under Settings, Currencies.")}
        )
    return code


def _country(code: str) -> str:
    code = code.strip().upper()
    if code and (len(code) != 2 or not code.isalpha()):
        raise InvalidInput({"country": _("A country has two letters, like SE.")})
    return code


def _need_days(first: date | None, last: date | None) -> None:
    if first is not None and last is not None and last < first:
        raise InvalidInput({"to_on": _("The last day cannot be before the first.")})


def _no_such_book() -> NotFound:
    return NotFound(
        _("There is no such price book. Choose one of those under Settings, Products and prices.")
    )
