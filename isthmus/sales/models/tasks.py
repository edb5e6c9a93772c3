"""What somebody means to do, and what they put aside in their day."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.sales.models.activities import Activity
from isthmus.sales.models.deals import Deal
from isthmus.workspace.models import User
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class TaskKind(models.TextChoices):
    """What is to be done."""

    CALL = "call", _("Call")
    MAIL = "mail", _("Mail")
    MEETING = "meeting", _("Meeting")
    TODO = "todo", _("To do")


class TaskState(models.TextChoices):
    """Whether it is still to be done."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Cancelled")


class Repeat(models.TextChoices):
    """How often a task comes back once it is done."""

    DAY = "day", _("Every day")
    WEEK = "week", _("Every week")
    TWO_WEEKS = "two_weeks", _("Every two weeks")
    MONTH = "month", _("Every month")
    QUARTER = "quarter", _("Every quarter")
    YEAR = "year", _("Every year")


class Task(Scoped):
    """One thing that its owner means to do, on a day of the company's calendar, perhaps at an hour."""

    view_permission: ClassVar[str] = "tasks.view"

    text = models.CharField(max_length=300)
    kind = models.CharField(max_length=8, choices=TaskKind.choices, default=TaskKind.TODO)
    state = models.CharField(max_length=10, choices=TaskState.choices, default=TaskState.OPEN)
    due_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)  # Where it has an hour; `due_on` is then its day.
    snoozed_until = models.DateTimeField(null=True)
    repeat = models.CharField(max_length=10, choices=Repeat.choices, blank=True, default="")
    person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    account = models.ForeignKey(
        Account, null=True, on_delete=models.PROTECT, related_name="tasks", db_index=False
    )
    lead = models.ForeignKey(Lead, null=True, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    deal = models.ForeignKey(Deal, null=True, on_delete=models.PROTECT, related_name="tasks", db_index=False)
    # The activity whose next step it is, and the one by which it was done.
    after = models.ForeignKey(Activity, null=True, on_delete=models.SET_NULL, related_name="next_steps")
    done_by = models.ForeignKey(Activity, null=True, on_delete=models.SET_NULL, related_name="tasks_done")
    follows = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="repeated_as")
    closed_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[Any] = ScopedQuerySet.as_manager()
    left: dict[str, Any] | None = None  # What a command has just replaced; not stored.

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="open", closed_at=None)
                | (~models.Q(state="open") & ~models.Q(closed_at=None)),
                name="sales_task_closed_has_time",
            )
        ]
        indexes = [
            models.Index(fields=["owner", "state", "due_on", "id"], name="sales_task_due"),
            models.Index(fields=["-made_at", "-id"], name="sales_task_recent"),
            models.Index(fields=["person", "state"], name="sales_task_person"),
            models.Index(fields=["account", "state"], name="sales_task_account"),
            models.Index(fields=["deal", "state"], name="sales_task_deal"),
            models.Index(fields=["lead", "state"], name="sales_task_lead"),
        ]

    def __str__(self) -> str:
        return self.text


class SkipReason(models.TextChoices):
    """Why somebody does not want a suggestion."""

    NOT_NOW = "not_now", _("Not worth doing now")
    WAITING = "waiting", _("Waiting for them")
    DONE_ALREADY = "done_already", _("Done already, elsewhere")
    WRONG = "wrong", _("The reason given is wrong")
    NOT_MINE = "not_mine", _("Not mine to do")


class PutAside(models.Model):
    """A suggestion of somebody's day that they do not want to see before a time; `key` names it."""

    owner = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=80)
    until = models.DateTimeField()
    reason = models.CharField(max_length=16, choices=SkipReason.choices, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "key"], name="sales_put_aside_once")]
        indexes = [models.Index(fields=["owner", "until"], name="sales_put_aside_until")]
