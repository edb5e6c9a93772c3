"""Bulk edits: what is to be changed of which records, how far that is, and what came of it."""

from typing import ClassVar, Self

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor

GIVEN = "given"  # Records of several kinds that are given to others.
LISTS = [
    ("people", _("People")), ("accounts", _("Accounts")), ("leads", _("Leads")), ("deals", _("Deals")),
    (GIVEN, _("Given to others")),
]  # fmt: skip


class BulkState(models.TextChoices):
    """Where a bulk edit is."""

    PREPARING = "preparing", _("Being prepared")
    TRYING = "trying", _("Being tried")
    TRIED = "tried", _("Tried")
    CHANGING = "changing", _("Under way")
    CHANGED = "changed", _("Done")
    RESTORING = "restoring", _("Being taken back")
    RESTORED = "restored", _("Taken back")


class BulkEditQuerySet(models.QuerySet["BulkEdit"]):
    """Bulk edits, and who sees which."""

    def visible_to(self, actor: Actor) -> Self:
        """One's own: a bulk edit counts and names what its maker reaches."""
        if actor.unlimited:
            return self
        return self.filter(actor_id=actor.id) if actor.id is not None else self.none()


class BulkEdit(models.Model):
    """The same change to many records.

    Which ones is settled when it is made. `counts` says of the trial, the change and its undo how many are
    through, changed, the same already or refused, and for what reasons.
    """

    list = models.CharField(max_length=8, choices=LISTS)
    # Arguments of the edit command, without the record's number.
    changes = models.JSONField(encoder=DjangoJSONEncoder)
    total = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=BulkState.choices, default=BulkState.TRYING)
    counts = models.JSONField(default=dict)
    actor_id = models.BigIntegerField()
    at = models.DateTimeField()  # of the act that is under way: made, started or taken back
    started_batch = models.UUIDField(null=True)  # of the act that started it: its undo goes by that
    stopped_at = models.DateTimeField(null=True)  # while it stands still in a phase, as somebody wished
    automations = models.JSONField(null=True)  # Which of them may go off; null: all, as for a single change.
    left_out = models.JSONField(default=dict, db_default={})  # By list, what was taken out after the trial.

    objects: ClassVar[BulkEditQuerySet] = BulkEditQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["actor_id", "-id"], name="bulk_edit_own")]

    def __str__(self) -> str:
        return f"{self.get_list_display()}: {self.total}"

    @property
    def to_do(self) -> int:
        """How many records the phase is about that the edit is in: an undo, those that were changed."""
        if self.state in (BulkState.RESTORING, BulkState.RESTORED):
            return int(self.counts.get(BulkState.CHANGING, {}).get("changed", 0))
        return self.total

    @property
    def can_be_taken_back(self) -> bool:
        """Whether it is changed, or was begun to be: then as far as it came."""
        return self.state in (BulkState.CHANGING, BulkState.CHANGED)


class BulkPart(models.Model):
    """Some of the records of a bulk edit, done together, and the batch that the facts of it share."""

    edit = models.ForeignKey(BulkEdit, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    ids = models.JSONField()
    reached = models.CharField(max_length=10, choices=BulkState.choices, default=BulkState.TRYING)
    batch = models.UUIDField(null=True)
    changed = models.JSONField(default=list)  # those of the ids that were changed: what an undo is about
    # Of records given to others: which list, to whom, who had all of them, and each one's version since.
    list = models.CharField(max_length=8, blank=True, default="", db_default="")
    changes = models.JSONField(null=True)
    before = models.JSONField(null=True)
    versions = models.JSONField(default=dict, db_default={})

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edit", "number"], name="bulk_part_once")]
