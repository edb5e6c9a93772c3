"""Rules of territories in versions, trials of them, placements by hand, and reassignments."""

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.bulk.models import BulkEdit
from isthmus.core.actors import Actor
from isthmus.people.models import Account
from isthmus.workspace.models import Territory, User


class RulesVersion(models.Model):
    """The rules as they were written at one time: a draft, those at work, or earlier ones."""

    class State(models.TextChoices):
        """Being written, at work, or followed by another."""

        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        PAST = "past", _("Past")

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    spec = models.JSONField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    before: dict[str, Any]  # What a command has just replaced; not stored.

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="active"), name="territories_one_active"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="draft"), name="territories_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class Trial(models.Model):
    """Rules tried on all accounts that are there: how many would lie where, and what would change."""

    spec = models.JSONField()
    version = models.ForeignKey(RulesVersion, null=True, on_delete=models.SET_NULL, related_name="trials")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]


class HandPlaced(models.Model):
    """An account that somebody put where it is by hand: rules leave it there."""

    account = models.OneToOneField(Account, primary_key=True, on_delete=models.CASCADE, related_name="+")
    territory = models.ForeignKey(Territory, null=True, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account}"


class Turn(models.Model):
    """When a seller was last given a customer by turn: of two with as much work, the other one is next."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}"


class ReassignmentQuerySet(models.QuerySet["Reassignment"]):
    """Reassignments, and who sees which."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own: it counts and names what its maker reaches."""
        if actor.unlimited:
            return self
        return self.filter(edit__actor_id=actor.id) if actor.id is not None else self.none()


class Reassignment(models.Model):
    """Customers and what is open with them, given to others: what, to whom, why. The edit does the work."""

    edit = models.OneToOneField(
        BulkEdit, primary_key=True, on_delete=models.CASCADE, related_name="reassignment"
    )
    asked = models.JSONField()  # The arguments by which it was planned.
    why = models.CharField(max_length=200, blank=True)
    figures = models.JSONField(default=dict)  # What its preview says, counted as it is planned.
    planning = models.JSONField(default=dict, db_default={})  # How far; empty once it is planned.
    before: dict[str, Any]  # What a command has just replaced; not stored.

    objects: ClassVar[ReassignmentQuerySet] = ReassignmentQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"{self.pk}"


class PlannedUnit(models.Model):
    """A customer who was met while a reassignment is planned: to whom they go, with all that is met later.

    `kind` is account, person, or the list of a record that belongs to neither. They go once it is planned.
    """

    reassignment = models.ForeignKey(Reassignment, on_delete=models.CASCADE, related_name="units")
    kind = models.CharField(max_length=8)
    number = models.BigIntegerField()
    owner_id = models.BigIntegerField(null=True)
    territory_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reassignment", "kind", "number"], name="territories_unit_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
