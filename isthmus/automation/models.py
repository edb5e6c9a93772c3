"""What a rule has beside its flow, and rehearsals on the past."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from isthmus.flows.models import Flow, FlowVersion
from isthmus.workspace.models import User

KIND = "rule"  # Of flows.


class Rule(models.Model):
    """A flow of the kind "rule", who looks after it, and when it was last stopped from going in circles."""

    flow = models.OneToOneField(Flow, primary_key=True, on_delete=models.CASCADE, related_name="rule")
    owner = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    looped_at = models.DateTimeField(null=True)
    last_slot = models.DateTimeField(null=True)  # Of its schedule: each slot is taken once.

    def __str__(self) -> str:
        return self.flow.name


class DryRun(models.Model):
    """A version tried on facts of the past: how often it would have gone off, about what. Nothing is done."""

    class State(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    version = models.ForeignKey(FlowVersion, on_delete=models.CASCADE, related_name="dry_runs")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    spec = models.JSONField(default=dict)  # As it was when it was asked for: a draft may be changed since.
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    asked_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "running"], finished_at=None)
                | (~Q(state__in=["waiting", "running"]) & Q(finished_at__isnull=False)),
                name="automation_dry_run_ends_once",
            )
        ]
        indexes = [models.Index(fields=["version", "-asked_at"], name="automation_dry_run_latest")]

    @property
    def is_at_work(self) -> bool:
        """Whether more is still to come."""
        return self.state in (self.State.WAITING, self.State.RUNNING)
