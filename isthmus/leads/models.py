"""The lead: a person that marketing captured, on its way over to sales."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.people.models import Account, Person
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class LeadState(models.TextChoices):
    """Where a lead is now. Every captured lead is in exactly one state, always."""

    CAPTURED = "captured", _("Captured")
    NURTURING = "nurturing", _("Nurturing")
    QUALIFIED = "qualified", _("Qualified")
    HANDED_OVER = "handed_over", _("Handed over")
    ACCEPTED = "accepted", _("Accepted")
    RETURNED = "returned", _("Returned")
    EXPIRED = "expired", _("Expired")
    DISQUALIFIED = "disqualified", _("Disqualified")
    MERGED = "merged", _("Merged")
    ERASED = "erased", _("Erased")


class ReturnReason(models.TextChoices):
    """Why sales gave a lead back."""

    NO_BUDGET = "no_budget", _("No budget")
    TOO_SMALL = "too_small", _("Too small")
    WRONG_MARKET = "wrong_market", _("Wrong market")
    NO_NEED = "no_need", _("No need now")
    UNREACHABLE = "unreachable", _("Cannot be reached")
    DUPLICATE = "duplicate", _("Known already")
    OTHER = "other", _("Other")


class Lead(Scoped):
    """One enquiry of one person. A person can be captured again: each time is a lead of its own."""

    view_permission: ClassVar[str] = "leads.view"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leads")
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="leads")
    state = models.CharField(max_length=12, choices=LeadState.choices, default=LeadState.CAPTURED)
    external_id = models.CharField(max_length=120, null=True, unique=True)

    channel = models.CharField(max_length=40, blank=True)
    utm_source = models.CharField(max_length=80, blank=True)
    utm_medium = models.CharField(max_length=80, blank=True)
    utm_campaign = models.CharField(max_length=120, blank=True)
    landing_page = models.CharField(max_length=300, blank=True)
    # The form by which it came, and what the platform calls the click that brought it (gclid:…).
    form = models.CharField(max_length=200, blank=True, default="")
    click_id = models.CharField(max_length=300, blank=True, default="")
    # Numbers of rows that live in rooms above; the facts carry the same two columns.
    campaign_id = models.BigIntegerField(null=True)
    product_id = models.BigIntegerField(null=True)

    score = models.PositiveSmallIntegerField(null=True)
    contract_version = models.PositiveIntegerField(null=True)
    due_at = models.DateTimeField(null=True)
    captured_at = models.DateTimeField()
    qualified_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(null=True)
    contacted_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    return_reason = models.CharField(max_length=20, choices=ReturnReason.choices, blank=True)
    disqualify_reason = models.CharField(max_length=120, blank=True)
    message = models.TextField(blank=True)
    custom = models.JSONField(default=dict)
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-captured_at", "-id"], name="leads_recent"),
            models.Index(fields=["state", "-captured_at", "-id"], name="leads_state"),
            models.Index(fields=["channel", "-captured_at", "-id"], name="leads_channel"),
            models.Index(fields=["owner", "-captured_at", "-id"], name="leads_owner"),
            models.Index(fields=["owner", "state", "due_at"], name="leads_waiting"),
            models.Index(fields=["team", "-captured_at", "-id"], name="leads_team"),
            models.Index(fields=["-updated_at", "-id"], name="leads_updated"),
            # The people and accounts that a seller reaches are read from it alone.
            models.Index(fields=["owner", "person", "account"], name="leads_reach"),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def verdict(self) -> str:
        """What sales said of it: accepted, returned, or nothing yet."""
        return self.state if self.state in (LeadState.ACCEPTED, LeadState.RETURNED) else ""
