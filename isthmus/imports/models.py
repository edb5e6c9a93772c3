"""Import runs: what was brought in, how far it came, which batches of facts it made."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """Where a run is. A run that was killed stays "running" and is taken up again."""

    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    ABANDONED = "abandoned", _("Abandoned")


class ImportRun(models.Model):
    """One import of some files by one recipe.

    `section` and `after` say what is done: they are written in the transaction of the rows themselves.
    """

    recipe_name = models.CharField(max_length=200)
    recipe_sha256 = models.CharField(max_length=64)
    recipe_text = models.TextField()
    files = models.JSONField()  # input -> name, sha256, bytes
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    section = models.PositiveIntegerField(default=0)
    after = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict)  # section's title -> new, matched, refused, partial
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["recipe_sha256", "state"], name="imports_run_recipe"),
            models.Index(fields=["-started_at", "-id"], name="imports_run_recent"),
        ]

    def __str__(self) -> str:
        return self.recipe_name


class ImportBatch(models.Model):
    """The rows that one chunk brought in, and the batch that its facts share: what an undo goes by."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="batches")
    section = models.PositiveIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    batch = models.UUIDField(unique=True)


class BadRow(models.Model):
    """A row that was not brought in, until the run ends and writes it to a file with its reason."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="bad_rows")
    input = models.CharField(max_length=40)
    row = models.BigIntegerField()
    section = models.CharField(max_length=60)
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["run", "input", "row"], name="imports_bad_row")]
