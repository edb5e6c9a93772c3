"""What is sold anew each month, quarter or year."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.people.models import Account, Person
from isthmus.sales.models.deals import INTERVALS, Deal, Product
from isthmus.sales.models.quotes import QuoteLine
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class EndReason(models.TextChoices):
    """Why a customer does not go on."""

    PRICE = "price", _("Price")
    COMPETITOR = "competitor", _("Chose a competitor")
    NOT_USED = "not_used", _("Did not use it")
    MISSING_FEATURE = "missing_feature", _("Something was missing")
    CLOSED = "closed", _("Went out of business")
    UNPAID = "unpaid", _("Did not pay")
    OTHER = "other", _("Other")


class Subscription(Scoped):
    """A product that a customer buys again at each renewal; it has ended when `ended_on` is there."""

    view_permission: ClassVar[str] = "orders.view"

    deal = models.ForeignKey(Deal, null=True, on_delete=models.PROTECT, related_name="subscriptions")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="subscriptions")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="subscriptions")
    line = models.OneToOneField(QuoteLine, null=True, on_delete=models.PROTECT, related_name="subscription")
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="subscriptions")
    description = models.CharField(max_length=200, blank=True)
    currency = models.CharField(max_length=3)
    region = models.CharField(max_length=10, blank=True)  # Where it is taxed.
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit_price = models.BigIntegerField()  # micros, each interval
    discount = models.DecimalField(max_digits=7, decimal_places=6, default=Decimal(0))
    interval = models.CharField(max_length=8, choices=INTERVALS)
    started_on = models.DateField()
    renews_on = models.DateField()
    renewals = models.PositiveIntegerField(default=0)
    renew_by_hand = models.BooleanField(default=False)
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=20, blank=True, choices=EndReason.choices)
    updated_at = models.DateTimeField()
    before: dict[str, Any]  # What a command has just changed; not stored.

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit_price__gte=0), name="sales_subscription_positive"
            )
        ]
        indexes = [models.Index(fields=["ended_on", "renews_on"], name="sales_subscription_due")]

    def __str__(self) -> str:
        return str(self.product or self.description)
