"""Pipelines and deals."""

from typing import Any, ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor, Scope
from isthmus.core.fields import LAST, Folded
from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class Pipeline(models.Model):
    """An ordered way from an opened deal to its end."""

    name = models.CharField(max_length=80, unique=True)
    is_default = models.BooleanField(default=False)
    stale_days = models.PositiveSmallIntegerField(null=True)  # For stages that say nothing themselves.
    before: dict[str, Any]  # What a command has just changed; not stored.

    class Meta:
        ordering = ["-is_default", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=models.Q(is_default=True), name="sales_one_default_pipeline"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Stage(models.Model):
    """A step of a pipeline; exactly one wins and one loses."""

    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="stages")
    name = models.CharField(max_length=80)
    kind = models.CharField(
        max_length=4, choices=[("open", _("Open")), ("won", _("Won")), ("lost", _("Lost"))]
    )
    position = models.PositiveSmallIntegerField()
    probability = models.DecimalField(max_digits=4, decimal_places=3, null=True)
    stale_days = models.PositiveSmallIntegerField(null=True)
    gate = models.JSONField(default=list)  # Names of fields that must be known before a deal comes in.
    demanded: list[str]  # Their labels, where a page shows them; not stored.
    before: dict[str, Any]  # What a command has just changed; not stored.

    class Meta:
        ordering = ["pipeline", "position"]
        constraints = [
            models.UniqueConstraint(fields=["pipeline", "name"], name="sales_stage_name"),
            models.UniqueConstraint(
                fields=["pipeline", "kind"], condition=~models.Q(kind="open"), name="sales_one_end_each"
            ),
        ]

    def __str__(self) -> str:
        return self.name


INTERVALS = [("month", _("a month")), ("quarter", _("a quarter")), ("year", _("a year"))]


class Product(models.Model):
    """Something that is sold: once, or again at each `billing_interval`."""

    sku = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    family = models.CharField(max_length=80, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    tax_class = models.CharField(max_length=40, default="standard")
    billing_interval = models.CharField(max_length=8, blank=True, choices=INTERVALS)
    is_active = models.BooleanField(default=True)
    updated_at = models.DateTimeField()
    before: dict[str, Any]  # What a command has just changed; not stored.

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class DealState(models.TextChoices):
    """Open, or how it ended."""

    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class LossReason(models.TextChoices):
    """Why a deal was lost."""

    PRICE = "price", _("Price")
    COMPETITOR = "competitor", _("Chose a competitor")
    NO_DECISION = "no_decision", _("No decision")
    NO_BUDGET = "no_budget", _("No budget")
    TIMING = "timing", _("Wrong time")
    MISSING_FEATURE = "missing_feature", _("Something was missing")
    UNRESPONSIVE = "unresponsive", _("Went silent")
    OTHER = "other", _("Other")


class DealQuerySet(ScopedQuerySet[Any]):
    """Deals, and how they are found."""

    def visible_to(self, actor: Actor, permission: str | None = None) -> Self:
        """The deals that the actor's grants reach; whoever is on a deal's team sees it too."""
        scope = actor.scope(permission or "deals.view")
        sees = permission in (None, "deals.view") and actor.id is not None
        if not sees or scope in (None, Scope.ALL):
            return super().visible_to(actor, permission)
        members = self.model.members.rel.related_model.objects
        mine = members.filter(user_id=actor.id).values("deal_id")
        return self.filter(self.reach(actor, scope) | models.Q(pk__in=mine))

    def beginning_with(self, text: str) -> Self:
        """Those whose name begins so, in small or large letters: by name, then the latest first.

        A range of the index on both databases, which Django's `istartswith` is on neither.
        """
        start, end = Folded(models.Value(text)), Folded(models.Value(text + LAST))
        found = self.alias(folded=Folded("name")).filter(folded__gte=start, folded__lt=end)
        return found.order_by("folded", "-pk")


class Deal(Scoped):
    """A chance to sell something to somebody."""

    view_permission: ClassVar[str] = "deals.view"

    name = models.CharField(max_length=200)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="deals")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="deals")
    lead = models.ForeignKey(Lead, null=True, on_delete=models.PROTECT, related_name="deals")
    pipeline = models.ForeignKey(Pipeline, on_delete=models.PROTECT, related_name="deals")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="deals")
    state = models.CharField(max_length=4, choices=DealState.choices, default=DealState.OPEN)
    external_id = models.CharField(max_length=120, null=True, unique=True)

    amount = models.BigIntegerField(null=True)  # micros
    currency = models.CharField(max_length=3)
    product = models.ForeignKey(Product, null=True, on_delete=models.PROTECT, related_name="deals")
    opened_at = models.DateTimeField()
    stage_since = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    expected_close_on = models.DateField(null=True)
    lost_reason = models.CharField(max_length=20, choices=LossReason.choices, blank=True)

    # Credit, as it stood when the deal was opened.
    channel = models.CharField(max_length=40, blank=True)
    utm_source = models.CharField(max_length=80, blank=True)
    landing_page = models.CharField(max_length=300, blank=True)
    campaign_id = models.BigIntegerField(null=True)

    custom = models.JSONField(default=dict)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = DealQuerySet.as_manager()
    left: dict[str, Any] | None = None  # Where a command has just moved it from; not stored.

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at=None)
                | (~models.Q(state="open") & ~models.Q(closed_at=None)),
                name="sales_closed_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-opened_at", "-id"], name="sales_deal_recent"),
            models.Index(fields=["state", "-opened_at", "-id"], name="sales_deal_state"),
            models.Index(fields=["owner", "-opened_at", "-id"], name="sales_deal_owner"),
            models.Index(fields=["team", "-opened_at", "-id"], name="sales_deal_team"),
            models.Index(fields=["stage", "-opened_at", "-id"], name="sales_deal_stage"),
            # The board: pages of a column in order, and its totals, from the index alone.
            models.Index(
                fields=["stage", "state", "stage_since", "id", "currency", "amount"], name="sales_deal_board"
            ),
            # A seller's day: which of the open deals wait, and what they are worth, from the index alone.
            models.Index(
                fields=["owner", "state", "stage", "stage_since", "expected_close_on", "amount", "team"],
                name="sales_deal_day",
            ),
            models.Index(fields=["-updated_at", "-id"], name="sales_deal_updated"),
            models.Index(fields=["owner", "person", "account"], name="sales_deal_reach"),
            models.Index(Folded("name"), models.F("id").desc(), name="sales_deal_name"),
        ]

    def __str__(self) -> str:
        return self.name
