"""How a deal is worked on: who works on it, who decides on the other side, what each stage asks for."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.people.models import Person
from isthmus.sales.models.deals import Deal, Stage
from isthmus.workspace.models import Territory


class MemberRole(models.TextChoices):
    """What a colleague does on a deal that is somebody else's."""

    SELLER = "seller", _("Sells too")
    ENGINEER = "engineer", _("Sales engineer")
    SPONSOR = "sponsor", _("Sponsor")
    DELIVERY = "delivery", _("Delivery")
    SUCCESS = "success", _("Customer success")
    LEGAL = "legal", _("Contracts")
    FINANCE = "finance", _("Finance")


class DealMember(models.Model):
    """A colleague on a deal's team: they see the deal, whosever it is."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="members", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    role = models.CharField(max_length=10, choices=MemberRole.choices)
    added_at = models.DateTimeField()
    before: str  # The role that a command has just replaced; not stored.

    class Meta:
        ordering = ["added_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["deal", "user"], name="sales_deal_member_once")]
        # Who asks for the deals that they see asks by themselves.
        indexes = [models.Index(fields=["user", "deal"], name="sales_deal_member_user")]

    def __str__(self) -> str:
        return f"{self.user} ({self.get_role_display()})"


class BuyerRole(models.TextChoices):
    """What somebody is to a decision of their company."""

    CHAMPION = "champion", _("Champion")
    ECONOMIC_BUYER = "economic_buyer", _("Economic buyer")
    TECHNICAL_BUYER = "technical_buyer", _("Technical buyer")
    USER = "user", _("User")
    BLOCKER = "blocker", _("Blocker")
    PROCUREMENT = "procurement", _("Procurement")


class BuyingRole(models.Model):
    """What a person is to a deal. Somebody may have several roles; a merge may leave one twice."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="buying_roles")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="buying_roles")
    role = models.CharField(max_length=16, choices=BuyerRole.choices)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["set_at", "pk"]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}"


class Playbook(models.Model):
    """What good looks like in a stage: for all territories, or for one and those inside it."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="playbooks")
    territory = models.ForeignKey(Territory, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    updated_at = models.DateTimeField()
    before: dict[str, Any]  # What a command has just changed; not stored.

    class Meta:
        ordering = ["stage", "territory"]
        constraints = [
            models.UniqueConstraint(fields=["stage", "territory"], name="sales_playbook_of_territory"),
            models.UniqueConstraint(
                fields=["stage"], condition=Q(territory=None), name="sales_playbook_for_all"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stage}, {self.territory}" if self.territory else str(self.stage)


class ChecklistItem(models.Model):
    """One thing to be done before a deal comes into a stage. `required`: without it the stage stays shut."""

    playbook = models.ForeignKey(Playbook, on_delete=models.CASCADE, related_name="items")
    text = models.CharField(max_length=200)
    required = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField()
    archived_at = models.DateTimeField(null=True)  # What was ticked stays known.

    class Meta:
        ordering = ["playbook", "position", "pk"]

    def __str__(self) -> str:
        return self.text


class ItemTick(models.Model):
    """That something on a checklist was done for a deal, by whom and when."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="ticks", db_index=False)
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="ticks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["deal", "item"], name="sales_item_ticked_once")]

    def __str__(self) -> str:
        return str(self.item)
