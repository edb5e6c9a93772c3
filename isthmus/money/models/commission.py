"""Commission: plans with their versions, who has which from when, and what locked periods paid."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.sales.models import Deal, Order, Product
from isthmus.sales.models.targets import HeldQuerySet
from isthmus.workspace.scoping import Scoped

PERIODS = [("month", _("Month")), ("quarter", _("Quarter")), ("year", _("Year"))]
KINDS = [
    ("earned", _("Earned")),
    ("clawed_back", _("Clawed back")),
    ("recredited", _("Split anew")),
    ("corrected", _("Corrected")),
]


def _who() -> Any:
    return models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")


class CommissionPlan(models.Model):
    """A way of paying sellers. What it says is in its versions."""

    name = models.CharField(max_length=80, unique=True)
    period = models.CharField(max_length=7, choices=PERIODS)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class PlanVersion(models.Model):
    """What a plan says from a day on, until a later version begins. Of two for one day the newer holds."""

    plan = models.ForeignKey(CommissionPlan, on_delete=models.PROTECT, related_name="versions")
    valid_from = models.DateField()
    rules = models.JSONField()
    set_by = _who()
    set_at = models.DateTimeField()
    batch = models.CharField(max_length=36)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["plan", "valid_from", "pk"]


class PlanAssignment(Scoped):
    """Which plan a seller has from a day on; none from then on where `plan` is empty. The newest holds."""

    view_permission: ClassVar[str] = "commission.view"

    plan = models.ForeignKey(CommissionPlan, null=True, on_delete=models.PROTECT, related_name="assignments")
    from_on = models.DateField()
    set_by = _who()
    set_at = models.DateTimeField()
    replaced_id: int | None = None  # The plan before, for whoever takes it back; not stored.

    objects: ClassVar[Any] = HeldQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(owner__isnull=False), name="money_plan_has_seller")]


class CreditSplit(models.Model):
    """Among whom a deal's money is credited from `set_at` on; the newest row holds. Empty: to its owner."""

    deal = models.ForeignKey(Deal, on_delete=models.PROTECT, related_name="+")
    shares = models.JSONField()  # The share of each seller, as text, by their number.
    set_by = _who()
    set_at = models.DateTimeField()
    before: dict[str, str]  # The shares before, for whoever takes it back; not stored.

    class Meta:
        indexes = [models.Index(fields=["deal", "id"], name="money_split_deal")]


class CommissionLock(Scoped):
    """A seller's period whose figures stay: its statement was paid."""

    view_permission: ClassVar[str] = "commission.view"

    first = models.DateField()
    after_last = models.DateField()
    total = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    locked_by = _who()
    locked_at = models.DateTimeField()
    batch = models.CharField(max_length=36)

    objects: ClassVar[Any] = HeldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "first"], name="money_lock_once"),
            models.CheckConstraint(condition=Q(owner__isnull=False), name="money_lock_has_seller"),
        ]


class CommissionLine(Scoped):
    """One line of a locked statement. Amounts are micros of the reporting currency."""

    view_permission: ClassVar[str] = "commission.view"

    lock = models.ForeignKey(CommissionLock, on_delete=models.PROTECT, related_name="lines")
    key = models.CharField(max_length=200)
    kind = models.CharField(max_length=11, choices=KINDS)
    at = models.DateTimeField()
    on = models.DateField()
    place = models.CharField(max_length=200)
    line = models.CharField(max_length=20)
    order = models.ForeignKey(Order, null=True, on_delete=models.PROTECT, related_name="+")
    deal = models.ForeignKey(Deal, null=True, on_delete=models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    credited = models.BigIntegerField()
    commission = models.BigIntegerField()
    share = models.DecimalField(max_digits=12, decimal_places=10)
    parts = models.JSONField(default=list)
    capped = models.BooleanField(default=False)

    objects: ClassVar[Any] = HeldQuerySet.as_manager()

    class Meta:
        ordering = ["lock", "at", "pk"]
        indexes = [models.Index(fields=["owner", "key"], name="money_line_key")]
