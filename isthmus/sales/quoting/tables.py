"""The tables of prices, taxes and limits, read once for a document."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from isthmus.core.actors import Actor
from isthmus.sales.models import DiscountLimit, Price, Product, TaxRate
from isthmus.sales.quoting.rules import Limit, Offer, Tax, choose_price, choose_tax, free_discount
from isthmus.workspace.models import Territory, User


class PriceList:
    """Prices and taxes as they hold for one customer on one day."""

    def __init__(
        self, *, currency: str, region: str, territory_id: int | None, on: date, products: Iterable[int]
    ) -> None:
        self.currency, self.region, self.on = currency, region, on
        self._territories = _upwards(territory_id)
        self._taxes = [Tax(**row) for row in TaxRate.objects.values(*Tax.__dataclass_fields__)]
        self._offers: dict[int, list[Offer]] = {}
        found = Price.objects.filter(product__in=set(products), book__currency=currency)
        for price in found.select_related("book"):
            book = price.book
            offer = Offer(
                book.pk, book.currency, book.country, book.territory_id, book.is_default, book.from_on,
                book.to_on, price.from_on, price.unit_price,
            )  # fmt: skip
            self._offers.setdefault(price.product_id, []).append(offer)

    def price(self, product_id: int | None) -> int | None:
        """Micros of one unit; None where no book sells it."""
        offer = choose_price(
            self._offers.get(product_id or 0, []),
            currency=self.currency,
            country=self.region.partition("-")[0],
            territories=self._territories,
            on=self.on,
        )
        return offer.unit_price if offer else None

    def tax(self, product: Product | None) -> Tax | None:
        """The tax on a product; what is no product is of the class "standard"."""
        tax_class = product.tax_class if product else "standard"
        return choose_tax(self._taxes, region=self.region, tax_class=tax_class, on=self.on)


class Policy:
    """How much discount somebody gives alone."""

    def __init__(self, actor: Actor) -> None:
        self._limits = [
            Limit(**row) for row in DiscountLimit.objects.order_by().values(*Limit.__dataclass_fields__)
        ]
        self._whose: dict[str, Any] | None = None
        if actor.kind == "user":
            user = User.objects.select_related("team").get(pk=actor.id or 0)
            self._whose = {"role": user.role, "seller_id": user.pk, "teams": self._teams(user)}

    def _teams(self, user: User) -> list[int]:
        """Somebody's team and those above it, the closest first, where any team has a limit."""
        if user.team is None or not any(one.team_id for one in self._limits):
            return []
        return [one.pk for one in reversed(list(user.team.ancestors(include_self=True)))]

    def limit_of(self, line: "object") -> Decimal:
        """Up to which share the discount of a quote's line needs nobody's approval."""
        product = line.product  # type: ignore[attr-defined]
        return self.limit_on(product.family if product else "")

    def limit_on(self, family: str) -> Decimal:
        """The same for a family of products; without one for whatever is of none."""
        if self._whose is None:
            return Decimal(1)
        return free_discount(self._limits, family=family, **self._whose)

    def families(self) -> list[str]:
        """The families of products of which a limit of their own may hold."""
        return sorted({one.family for one in self._limits} - {""})

    def allows(self, line: "object") -> bool:
        """Whether the discount of a quote's line needs nobody's approval."""
        from isthmus.sales.quoting.lines import discount_given

        return discount_given(line) <= self.limit_of(line)  # type: ignore[arg-type]


def _upwards(territory_id: int | None) -> list[int]:
    """A territory and those above it, the deepest first."""
    if territory_id is None:
        return []
    found = Territory.objects.filter(pk=territory_id).first()
    return [one.pk for one in reversed(list(found.ancestors(include_self=True)))] if found else []
