"""Flows, their versions, the runs of a version, and each step that a run takes."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.flows.steps import Plan, read_plan
from isthmus.workspace.models import User


class Flow(models.Model):
    """Steps under a name, in versions. `kind` says whose machine it is: a rule, a cadence."""

    class State(models.TextChoices):
        """Whether new runs begin."""

        DRAFT = "draft", _("Draft")
        ON = "on", _("On")
        PAUSED = "paused", _("Paused")
        REMOVED = "removed", _("Removed")

    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["kind", "state"], name="flows_flow_kind")]

    def __str__(self) -> str:
        return self.name

    @property
    def active(self) -> "FlowVersion | None":
        """The version that new runs are of."""
        return self.versions.filter(state=FlowVersion.State.ACTIVE).first()

    @property
    def draft(self) -> "FlowVersion | None":
        """The version that is being written."""
        return self.versions.filter(state=FlowVersion.State.DRAFT).first()


class FlowVersion(models.Model):
    """What a flow does. Once active it is never changed: runs keep the one they began with."""

    class State(models.TextChoices):
        """Being written, at work, or followed by another."""

        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")
        PAST = "past", _("Followed by another")

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    spec = models.JSONField()  # {"steps": […]}, and what the kind of flow keeps beside them.
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    made_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)
    # Whose rights its acts have: who switched it on, after reading what it does.
    acts_as = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["flow", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["flow", "number"], name="flows_version_number"),
            models.UniqueConstraint(
                fields=["flow"], condition=Q(state="active"), name="flows_one_active_version"
            ),
            models.UniqueConstraint(fields=["flow"], condition=Q(state="draft"), name="flows_one_draft"),
        ]

    @property
    def plan(self) -> Plan:
        """Its steps."""
        return read_plan(self.spec["steps"])


class RunState(models.TextChoices):
    """Where a run stands. A running one always has exactly one step that waits."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")


class FlowRun(models.Model):
    """One version at work about one record. `key` names what it is for, so that it begins once."""

    flow = models.ForeignKey(Flow, on_delete=models.CASCADE, related_name="runs")
    version = models.ForeignKey(FlowVersion, on_delete=models.PROTECT, related_name="runs")
    key = models.CharField(max_length=120)
    record_kind = models.CharField(max_length=12, blank=True)
    record_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)  # A number: a merge leaves it, whoever reads it asks whose.
    fact = models.JSONField(default=dict)  # What it began with: numbers and codes alone.
    chain = models.JSONField(default=list)
    state = models.CharField(max_length=8, choices=RunState.choices, default=RunState.RUNNING)
    reason = models.CharField(max_length=300, blank=True)  # Why it ended.
    done_before = models.JSONField(default=list)  # Keys of acts done in a former version: not done anew.
    looped = models.BooleanField(default=False)  # It never acted: it would have been caused by itself again.
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flow", "key"], name="flows_run_once"),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused"], ended_at=None)
                | (~Q(state__in=["running", "paused"]) & Q(ended_at__isnull=False)),
                name="flows_run_ends_once",
            ),
        ]
        indexes = [
            models.Index(fields=["flow", "-began_at"], name="flows_run_recent"),
            models.Index(fields=["flow", "state", "-began_at"], name="flows_run_state"),
            models.Index(fields=["record_kind", "record_id", "-began_at"], name="flows_run_record"),
            models.Index(fields=["person_id", "state"], name="flows_run_person"),
        ]

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self.state in (RunState.RUNNING, RunState.PAUSED)


class StepState(models.TextChoices):
    """Where a step stands."""

    WAITING = "waiting", _("Waiting")
    HELD = "held", _("Held")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    DROPPED = "dropped", _("Left out")


class StepRun(models.Model):
    """One step of one run: when it is due, who has it in hand, what went in and what came out."""

    run = models.ForeignKey(FlowRun, on_delete=models.CASCADE, related_name="steps")
    number = models.PositiveIntegerField()
    key = models.CharField(max_length=40)
    kind = models.CharField(max_length=8)
    state = models.CharField(max_length=8, choices=StepState.choices, default=StepState.WAITING)
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)  # Grows with every claim: an old holder is told apart.
    attempts = models.PositiveSmallIntegerField(default=0)
    input = models.JSONField(default=dict)
    output = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    batch = models.CharField(max_length=40, blank=True)  # Of the command that it ran: leads to its facts.

    class Meta:
        ordering = ["run", "number"]
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="flows_step_number"),
            models.UniqueConstraint(
                fields=["run"], condition=Q(state__in=["waiting", "held"]), name="flows_one_step_waits"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "held"], done_at=None)
                | (~Q(state__in=["waiting", "held"]) & Q(done_at__isnull=False)),
                name="flows_step_ends_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_at"], name="flows_step_due")]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"

    def end(self, state: StepState, at: Any, *, error: str = "") -> None:
        """Note how it ended, in the caller's transaction."""
        self.state, self.done_at, self.lease_until, self.error = state, at, None, error[:500]
        self.save()
