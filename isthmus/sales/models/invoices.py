"""Invoices and credit notes, as they went out: nothing in them changes."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.sales.models.deals import Product
from isthmus.sales.models.orders import Order, Payment
from isthmus.workspace.scoping import Scoped, ScopedQuerySet

KINDS = [("invoice", _("Invoice")), ("credit", _("Credit note"))]


class Invoice(Scoped):
    """What a customer was asked to pay, or, as a credit note, need not pay. Amounts are positive micros."""

    view_permission: ClassVar[str] = "orders.view"

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=8, choices=KINDS)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="credits")
    refund = models.OneToOneField(Payment, null=True, on_delete=models.PROTECT, related_name="credit_note")
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    net = models.BigIntegerField()
    tax = models.BigIntegerField()
    total = models.BigIntegerField()
    issued_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)
    # Who stood at its head, and where it asked to be paid; None on those issued before that was kept.
    seller = models.CharField(max_length=200, null=True)
    seller_address = models.TextField(null=True)
    seller_tax_number = models.CharField(max_length=40, null=True)
    seller_bank = models.TextField(null=True)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("tax"), net__gte=0, tax__gte=0),
                name="sales_invoice_adds_up",
            ),
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(kind="invoice"), name="sales_one_invoice_an_order"
            ),
        ]
        indexes = [models.Index(fields=["-issued_at", "-id"], name="sales_invoice_recent")]

    def __str__(self) -> str:
        return self.number


class InvoiceLine(models.Model):
    """One line of an invoice or credit note."""

    invoice = models.ForeignKey(Invoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="invoice_lines")
    description = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit = models.CharField(max_length=20, blank=True)
    tax_rate = models.DecimalField(max_digits=7, decimal_places=6, default=Decimal(0))
    tax_note = models.CharField(max_length=200, blank=True)
    net = models.BigIntegerField()
    tax = models.BigIntegerField()

    class Meta:
        ordering = ["invoice", "position"]
        constraints = [models.UniqueConstraint(fields=["invoice", "position"], name="sales_invoice_position")]
