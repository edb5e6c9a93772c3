"""What things cost: price books with dated prices, taxes by country and class, how much discount is free."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.sales.models.deals import Product
from isthmus.workspace.models import Team, Territory, User

ROLES = [("seller", _("Seller")), ("manager", _("Sales manager")), ("admin", _("Administrator"))]


class PriceBook(models.Model):
    """Prices in one currency for a country, a territory, or everybody; one of them is the default."""

    name = models.CharField(max_length=80, unique=True)
    currency = models.CharField(max_length=3)
    country = models.CharField(max_length=2, blank=True)
    territory = models.ForeignKey(Territory, null=True, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)  # The last day.
    is_default = models.BooleanField(default=False)
    before: dict[str, Any]  # What a command has just changed; not stored.

    class Meta:
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="sales_one_default_book"
            ),
            models.CheckConstraint(
                condition=models.Q(from_on=None)
                | models.Q(to_on=None)
                | models.Q(to_on__gte=models.F("from_on")),
                name="sales_book_days",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """What one unit costs from a day on, before tax; without a price it is no longer sold by the book."""

    book = models.ForeignKey(PriceBook, on_delete=models.CASCADE, related_name="prices")
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="prices")
    from_on = models.DateField()
    unit_price = models.BigIntegerField(null=True)  # micros
    before: dict[str, Any]  # What a command has just changed; not stored.

    class Meta:
        ordering = ["book", "product", "-from_on"]
        constraints = [
            models.UniqueConstraint(fields=["book", "product", "from_on"], name="sales_one_price_a_day"),
            models.CheckConstraint(condition=models.Q(unit_price__gte=0), name="sales_price_not_negative"),
        ]


class TaxRate(models.Model):
    """The tax on a class of products in a country or a part of it; exempt is 0 with a note."""

    region = models.CharField(max_length=10, blank=True)  # DE, US-CA; empty: wherever no other holds.
    tax_class = models.CharField(max_length=40)
    rate = models.DecimalField(max_digits=7, decimal_places=6)
    from_on = models.DateField()
    to_on = models.DateField(null=True)  # The last day.
    note = models.CharField(max_length=200, blank=True)
    before: dict[str, Any]  # What a command has just changed; not stored.

    class Meta:
        ordering = ["region", "tax_class", "-from_on"]
        constraints = [
            models.UniqueConstraint(fields=["region", "tax_class", "from_on"], name="sales_one_tax_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gte=0, rate__lte=1), name="sales_tax_is_a_share"),
            models.CheckConstraint(
                condition=models.Q(to_on=None) | models.Q(to_on__gte=models.F("from_on")),
                name="sales_tax_days",
            ),
        ]


class DiscountLimit(models.Model):
    """Up to which share somebody gives discount alone: a person, a team, a role or everybody; of all products
    or of a family."""

    role = models.CharField(max_length=20, blank=True, choices=ROLES)
    team = models.ForeignKey(Team, null=True, on_delete=models.CASCADE, related_name="+")
    seller = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="+")
    family = models.CharField(max_length=80, blank=True)
    limit = models.DecimalField(max_digits=7, decimal_places=6)
    before: dict[str, Any]  # What a command has just changed; not stored.

    class Meta:
        ordering = ["seller__name", "team__name", "role", "family"]
        constraints = [
            models.UniqueConstraint(
                fields=["role", "family"],
                condition=models.Q(seller=None, team=None),
                name="sales_one_limit_each",
            ),
            models.UniqueConstraint(fields=["team", "family"], name="sales_one_limit_a_team"),
            models.UniqueConstraint(fields=["seller", "family"], name="sales_one_limit_a_seller"),
            models.CheckConstraint(
                condition=models.Q(seller=None, team=None)
                | models.Q(role="", seller=None)
                | models.Q(role="", team=None),
                name="sales_limit_of_one",
            ),
            models.CheckConstraint(
                condition=models.Q(limit__gte=0, limit__lte=1), name="sales_limit_is_a_share"
            ),
        ]


class SellingTerms(models.Model):
    """How the company sells (a single row): days, words under a quote, and who stands at its head."""

    valid_days = models.PositiveSmallIntegerField(default=30)
    payment_days = models.PositiveSmallIntegerField(default=30)
    invoices_at_once = models.BooleanField(default=True)  # When a quote is accepted.
    terms = models.TextField(blank=True)
    address = models.TextField(blank=True)
    tax_number = models.CharField(max_length=40, blank=True)
    bank = models.TextField(blank=True)
    before: dict[str, Any]  # What a command has just changed; not stored.

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="sales_one_terms")]

    @classmethod
    def current(cls) -> "SellingTerms":
        """The row, or an unsaved default."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


class NumberSeries(models.Model):
    """The last number given of a kind of document in a year: the next one follows it, none is left out."""

    kind = models.CharField(max_length=10)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="sales_one_series_a_year")]
