"""What sellers, teams and territories are to bring, and what sellers promise. Rows are only added."""

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor, Scope
from isthmus.sales.models.deals import Product
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class Holder(models.TextChoices):
    """Who has a quota."""

    SELLER = "seller", _("Seller")
    TEAM = "team", _("Team")
    TERRITORY = "territory", _("Territory")


class HeldQuerySet(ScopedQuerySet[Any]):
    """Rows about a seller or a team: a seller's belong to whoever leads the team they are in now."""

    def reach(self, actor: Actor, scope: Scope) -> Q:
        """One's own; with "team" also those of the teams and of everybody in them."""
        condition = Q(owner_id=actor.id) if actor.id is not None else Q(pk__in=[])
        if scope is Scope.TEAM and actor.team_ids:
            condition |= Q(owner__team_id__in=actor.team_ids)
            condition |= Q(owner=None, team_id__in=actor.team_ids)
        return condition


class Quota(Scoped):
    """What one holder was to bring in one month, as somebody set it at one time. The newest row stands.

    A seller is its `owner`; a seller's team and territory are those at that time. `amount` is in
    millionths of the reporting currency, or of one where the metric counts. None: taken away.
    """

    view_permission: ClassVar[str] = "quotas.view"

    holder = models.CharField(max_length=9, choices=Holder.choices)
    metric = models.CharField(max_length=40)
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="+")
    month = models.DateField()  # its first day
    amount = models.BigIntegerField(null=True)
    revision = models.PositiveIntegerField()
    note = models.CharField(max_length=300, blank=True)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField()
    batch = models.CharField(max_length=36)

    objects: ClassVar[Any] = HeldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="sales_quota_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(holder="seller", owner__isnull=False)
                | Q(holder="team", owner=None, team__isnull=False)
                | Q(holder="territory", owner=None, team=None, territory__isnull=False),
                name="sales_quota_has_holder",
            ),
        ]
        indexes = [
            models.Index(fields=["month", "metric", "id"], name="sales_quota_month"),
            models.Index(fields=["batch"], name="sales_quota_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.holder} {self.month:%Y-%m}"

    @property
    def holder_id(self) -> int:
        """The number of the seller, team or territory."""
        number = {"seller": self.owner_id, "team": self.team_id, "territory": self.territory_id}[self.holder]
        assert number is not None
        return number


class Commitment(Scoped):
    """What a seller promised for a period, or what their manager says instead. The newest of each stands.

    `amount` is in micros of the reporting currency; None: taken back.
    """

    view_permission: ClassVar[str] = "quotas.view"

    kind = models.CharField(
        max_length=10, choices=[("commitment", _("Commitment")), ("adjustment", _("Adjustment"))]
    )
    period = models.CharField(max_length=7)  # 2026-11, 2026-Q4 or 2026
    amount = models.BigIntegerField(null=True)
    note = models.CharField(max_length=300, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    batch = models.CharField(max_length=36)

    objects: ClassVar[Any] = HeldQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="sales_commitment_not_negative"
            ),
            models.CheckConstraint(condition=Q(owner__isnull=False), name="sales_commitment_has_seller"),
        ]
        indexes = [
            models.Index(fields=["period", "owner", "id"], name="sales_commitment_period"),
            models.Index(fields=["batch"], name="sales_commitment_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.period}"
