"""Orders, their lines, and the money that came and went."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.people.models import Account, Person
from isthmus.sales.models.deals import Deal, Product
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class Order(Scoped):
    """What a customer ordered. `total` (with tax), `paid` and `credited` are micros of its currency."""

    view_permission: ClassVar[str] = "orders.view"

    number = models.CharField(max_length=120, unique=True)
    deal = models.ForeignKey(Deal, null=True, on_delete=models.PROTECT, related_name="orders")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="orders")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="orders")
    currency = models.CharField(max_length=3)
    total = models.BigIntegerField()
    paid = models.BigIntegerField(default=0)  # Payments less refunds.
    credited = models.BigIntegerField(default=0)  # By credit notes: it is not owed any more.
    placed_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(total__gte=0), name="sales_order_not_negative"),
            models.CheckConstraint(condition=models.Q(paid__gte=0), name="sales_refund_within_paid"),
        ]
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="sales_order_recent"),
            models.Index(fields=["owner", "-placed_at", "-id"], name="sales_order_owner"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def open(self) -> int:
        """Micros that are still owed."""
        return self.total - self.credited - self.paid


class OrderLine(models.Model):
    """One product of an order; `amount` is the whole line's before tax, `tax` is owed beside it: micros."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="lines")
    description = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4, default=Decimal(1))
    unit = models.CharField(max_length=20, blank=True)
    amount = models.BigIntegerField()
    tax = models.BigIntegerField(default=0)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=6, default=Decimal(0))
    tax_note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["order", "position"]
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="sales_line_position"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="sales_line_not_negative"),
            models.CheckConstraint(condition=models.Q(tax__gte=0), name="sales_line_tax_not_negative"),
        ]


class Payment(models.Model):
    """Money received for an order, or given back. `amount` is positive micros for both."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    kind = models.CharField(max_length=8, choices=[("payment", _("Payment")), ("refund", _("Refund"))])
    amount = models.BigIntegerField()
    reference = models.CharField(max_length=120, null=True, unique=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(amount__gt=0), name="sales_payment_positive")
        ]
