"""Quotes, version by version, with their lines."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.messages.models import Message
from isthmus.people.models import Account, Person
from isthmus.sales.models.deals import INTERVALS, Deal, Product
from isthmus.sales.models.orders import Order
from isthmus.workspace.models import User
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class QuoteState(models.TextChoices):
    """Where a quote stands."""

    DRAFT = "draft", _("Draft")
    AWAITING = "awaiting", _("Awaiting approval")
    READY = "ready", _("Ready")
    SENT = "sent", _("Sent")
    VIEWED = "viewed", _("Viewed")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    SUPERSEDED = "superseded", _("Superseded")


IN_MAKING = (QuoteState.DRAFT, QuoteState.AWAITING, QuoteState.READY)
WITH_CUSTOMER = (QuoteState.SENT, QuoteState.VIEWED)


class Quote(Scoped):
    """An offer to a customer. `net`, `tax` and `total` are micros: the sums of its rounded lines."""

    view_permission: ClassVar[str] = "deals.view"

    number = models.CharField(max_length=20)
    revision = models.PositiveSmallIntegerField(default=1)
    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="quotes")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="quotes")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="quotes")
    currency = models.CharField(max_length=3)
    region = models.CharField(max_length=10, blank=True)  # Where it is taxed.
    state = models.CharField(max_length=10, choices=QuoteState.choices, default=QuoteState.DRAFT)
    net = models.BigIntegerField(default=0)
    tax = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    billing_address = models.TextField(blank=True)  # Who is invoiced, and where.
    note = models.TextField(blank=True)
    terms = models.TextField(blank=True)
    valid_until = models.DateField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    asked_because = models.CharField(max_length=300, blank=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    refused_because = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True)
    viewed_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    order = models.OneToOneField(Order, null=True, on_delete=models.PROTECT, related_name="quote")

    # The customer's page: found by the keyed hash of its token, shown again from the sealed one.
    token_hash = models.CharField(max_length=64, null=True, unique=True)
    token_sealed = models.CharField(max_length=200, blank=True)
    accepted_name = models.CharField(max_length=200, blank=True)
    accepted_ip = models.CharField(max_length=45, blank=True)
    mail = models.ForeignKey(
        Message, null=True, on_delete=models.SET_NULL, related_name="+"
    )  # That took it there.
    purchase_number = models.CharField(max_length=80, blank=True)
    decline_reason = models.CharField(max_length=300, blank=True)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    before: dict[str, Any]  # What a command has just changed; not stored.

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number", "revision"], name="sales_quote_number"),
            models.CheckConstraint(
                condition=models.Q(total=models.F("net") + models.F("tax"), net__gte=0, tax__gte=0),
                name="sales_quote_adds_up",
            ),
            models.CheckConstraint(
                condition=models.Q(order=None) | models.Q(state="accepted"), name="sales_ordered_is_accepted"
            ),
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="sales_quote_recent"),
            models.Index(fields=["owner", "-made_at", "-id"], name="sales_quote_owner"),
            models.Index(fields=["state", "valid_until"], name="sales_quote_state"),
        ]

    def __str__(self) -> str:
        return self.number if self.revision == 1 else f"{self.number}/{self.revision}"


class QuoteLine(models.Model):
    """One line of a quote: `net` and `tax` are rounded once, to the currency's smallest coin."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="quote_lines")
    description = models.CharField(max_length=200, blank=True)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit = models.CharField(max_length=20, blank=True)
    list_price = models.BigIntegerField()  # Of the price book; the unit price where no book knows it.
    unit_price = models.BigIntegerField()
    discount = models.DecimalField(max_digits=7, decimal_places=6, default=Decimal(0))
    tax_rate = models.DecimalField(max_digits=7, decimal_places=6, default=Decimal(0))
    tax_note = models.CharField(max_length=200, blank=True)
    interval = models.CharField(max_length=8, blank=True, choices=INTERVALS)
    net = models.BigIntegerField()
    tax = models.BigIntegerField()

    class Meta:
        ordering = ["quote", "position"]
        constraints = [
            models.UniqueConstraint(fields=["quote", "position"], name="sales_quote_position"),
            models.CheckConstraint(
                condition=models.Q(quantity__gt=0, unit_price__gte=0, list_price__gte=0)
                & models.Q(net__gte=0, tax__gte=0),
                name="sales_quote_line_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(discount__gte=0, discount__lte=1), name="sales_discount_is_a_share"
            ),
        ]
