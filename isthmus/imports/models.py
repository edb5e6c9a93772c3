"""Import runs: what was brought in, how far it came, which batches of facts it made."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from isthmus.core.queue.models import Job, JobState
from isthmus.workspace.models import User
from isthmus.workspace.scoping import Scoped, ScopedQuerySet


class RunState(models.TextChoices):
    """Where a run is. A run that was killed stays "running" and is taken up again."""

    DRAFT = "draft", _("In preparation")
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")
    FAILED = "failed", _("Failed")
    FINISHED = "finished", _("Finished")
    ABANDONED = "abandoned", _("Abandoned")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


# What nobody has brought to an end: it can be gone on with.
OPEN_STATES = (RunState.DRAFT, RunState.STOPPED, RunState.FAILED)


class ImportRun(Scoped):
    """One import of some files by one recipe, from the first look at the files to its report.

    `section` and `after` say what is done: they are written in the transaction of the rows themselves.
    A run that was begun in the browser has uploads; one of the command line has none.
    """

    view_permission = "imports.run"

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
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    progress = models.JSONField(default=dict)  # phase, done, total, rate: for the bar
    rehearsal = models.JSONField(default=dict)  # counts and refusals of the last one, and of which recipe
    bad_rows_count = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=500, default="", blank=True)
    automations = models.JSONField(default=list, db_default=[])  # names; ["all"]; none where empty
    set_off = models.JSONField(default=dict, db_default={})  # automation -> for whom -> how often it went off
    corrects = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="corrections")

    objects = ScopedQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["recipe_sha256", "state"], name="imports_run_recipe"),
            models.Index(fields=["-started_at", "-id"], name="imports_run_recent"),
            models.Index(fields=["owner", "-started_at"], name="imports_run_owner"),
        ]

    def __str__(self) -> str:
        return self.recipe_name

    @property
    def is_at_work(self) -> bool:
        """Whether a job of it waits or runs: a rehearsal or the run itself."""
        return self.job is not None and self.job.state in (JobState.READY, JobState.RUNNING)

    @property
    def has_begun(self) -> bool:
        """Whether rows came in already: from then on the mapping stands."""
        return self.state != RunState.DRAFT

    @property
    def trouble(self) -> str:
        """Why it does not go on: what refused it, or what its job died of."""
        died = self.job is not None and self.job.state == JobState.DEAD
        return self.error or (self.job.last_error if died and self.job is not None else "")

    @property
    def can_be_undone(self) -> bool:
        """Whether rows of it are in that nobody took back."""
        over = (RunState.FINISHED, RunState.ABANDONED, RunState.STOPPED, RunState.FAILED)
        return self.state in over and bool(self.counts)

    @property
    def can_go_on(self) -> bool:
        """Whether a person may have it started: nothing works on it and it is not over."""
        waits = self.state in OPEN_STATES or (self.state == RunState.RUNNING and self.job_id is not None)
        return waits and not self.is_at_work


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


class Upload(models.Model):
    """A file that somebody brought for a run. `stored` is the server's own name; `name` is only shown."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="uploads")
    name = models.CharField(max_length=200)
    stored = models.CharField(max_length=50, unique=True)
    bytes = models.BigIntegerField()
    uploaded_at = models.DateTimeField()
    forgotten_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name


class SavedRecipe(models.Model):
    """A recipe under a name, to be chosen for the next files of that shape. All who import share them."""

    name = models.CharField(max_length=200, unique=True)
    text = models.TextField()
    saved_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    saved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name
