"""Rows of the queue: jobs under lease, schedules and the workers that run them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job stands. Only `ready` and `running` jobs will still be worked on."""

    READY = "ready", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    DEAD = "dead", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")
    HELD = "held", _("Held back")  # Goes out of the house, and may have gone before a backup was restored.


class Job(models.Model):
    """One piece of work, delivered at least once: its handler must be idempotent."""

    name = models.CharField(max_length=100)
    args = models.JSONField(default=dict)
    key = models.CharField(max_length=200, null=True, unique=True)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.READY)
    priority = models.SmallIntegerField(default=0)
    run_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)  # In a row, since the job last moved forward.
    max_attempts = models.PositiveIntegerField()
    lease_until = models.DateTimeField(null=True)
    leased_by = models.CharField(max_length=100, default="", blank=True)
    fence = models.BigIntegerField(default=0)  # Grows with every claim: an old holder is told apart.
    progress_done = models.BigIntegerField(default=0)
    progress_best = models.BigIntegerField(default=0)  # A job that starts over is not moving forward.
    progress_total = models.BigIntegerField(null=True)
    cancel_requested = models.BooleanField(default=False)
    last_error = models.CharField(max_length=500, default="", blank=True)
    error_detail = models.TextField(default="", blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~Q(state=JobState.RUNNING) & Q(lease_until__isnull=True)),
                name="job_lease_while_running",
            ),
        ]
        indexes: ClassVar = [
            models.Index(F("state"), F("run_at"), name="job_due"),
            models.Index(F("state"), F("lease_until"), name="job_lease"),
            models.Index(F("state"), F("priority"), F("run_at"), F("id"), name="job_claim"),
            models.Index(F("state"), F("finished_at"), name="job_finished"),
            models.Index(F("name"), F("state"), name="job_name_state"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"

    @property
    def progress_share(self) -> float | None:
        """How much is done, 0 to 1, or None when the total is not known."""
        if not self.progress_total:
            return None
        return min(self.progress_done / self.progress_total, 1.0)


class Hold(models.Model):
    """While its one row is there, nothing goes out: a backup was restored and nobody has released it."""

    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(pk=1), name="job_one_hold")]

    def __str__(self) -> str:
        return f"held since {self.since}"


class Schedule(models.Model):
    """The last slot of a schedule that was turned into a job: each slot runs once."""

    name = models.CharField(max_length=100, unique=True)
    last_slot = models.DateTimeField()
    last_job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")

    def __str__(self) -> str:
        return self.name


class WorkerBeat(models.Model):
    """A sign of life of one worker process. An old `beat_at` means that it is gone."""

    name = models.CharField(max_length=100, unique=True)
    host = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    threads = models.PositiveSmallIntegerField()
    busy = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
