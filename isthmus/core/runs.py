"""The audit row of each command: who did what when, and how to take it back."""

from django.db import models


class CommandRun(models.Model):
    """One call of a command, or one chunk of its bulk form. Holds numbers only, never personal text."""

    batch = models.UUIDField(primary_key=True)
    command = models.CharField(max_length=80)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()
    facts = models.PositiveIntegerField()
    rows = models.PositiveIntegerField(default=1)
    undo_command = models.CharField(max_length=80, blank=True)
    undo_arguments = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.UUIDField(null=True)

    class Meta:
        app_label = "core"
        indexes = [models.Index(fields=["-at", "batch"], name="core_run_recent")]
