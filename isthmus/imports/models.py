"""Import runs: what was brought in, how far it came, which batches of facts it made."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RunState(models.TextChoices):
    """Where a run is. A run that was killed stays "running" and is taken up again."""

    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    ABANDONED = "abandoned", _("Abandoned")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


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
    undo_counts = models.JSONField(default=dict)  # kind of row -> reversed, kept, failed
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["recipe_sha256", "state"], name="imports_run_recipe"),
            models.Index(fields=["-started_at", "-id"], name="imports_run_recent"),
        ]

    def __str__(self) -> str:
        return self.recipe_name


class ImportBatch(models.Model):
    """The rows that one chunk brought in, and the batch that its facts share: what an undo goes by.

    `made` has the numbers of the new rows as ranges, by model, and under "keys" the natural keys of facts
    that belong to no row; None: an earlier version brought these rows in, and did not note them.
    """

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="batches")
    section = models.PositiveIntegerField()
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    batch = models.UUIDField(unique=True)
    made = models.JSONField(null=True)
    undone = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["run", "undone", "-id"], name="imports_batch_to_undo")]


class ChangedRow(models.Model):
    """A row that was here before and that a chunk changed: what each field held, and what it was left at.

    `fields` is sealed under the key of `subject`, so that erasing somebody makes it unreadable; only numbers
    of rows without a subject (what is paid of an order) stand plain. It goes when the chunk is undone.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="changed")
    model = models.CharField(max_length=40)
    row = models.BigIntegerField()
    subject = models.BigIntegerField(null=True)
    fields = models.TextField()


class KeptRow(models.Model):
    """A row that an undo left as it is, or could not take back, and why. Holds numbers only."""

    class Fate(models.TextChoices):
        KEPT = "kept", _("Kept")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="kept_rows")
    model = models.CharField(max_length=40)
    row = models.BigIntegerField()
    fate = models.CharField(max_length=6, choices=Fate.choices)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "model", "row"], name="imports_kept_once")]


class BadRow(models.Model):
    """A row that was not brought in, until the run ends and writes it to a file with its reason."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="bad_rows")
    input = models.CharField(max_length=40)
    row = models.BigIntegerField()
    section = models.CharField(max_length=60)
    reason = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["run", "input", "row"], name="imports_bad_row")]
