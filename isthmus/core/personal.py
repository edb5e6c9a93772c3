"""What the queue and the record of acts hold of a person: whatever text an act was given."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.core.models import CommandRun, Job
from isthmus.core.personal_stores import Whom, impersonal, impersonal_folder, personal_store
from isthmus.core.personal_words import take_words_out
from isthmus.core.queue.models import JobState

_JOB_TEXT = ("args", "key", "last_error", "error_detail")


@personal_store(
    "jobs",
    _("Background jobs that name the person"),
    columns={"core.Job": _JOB_TEXT},
)
class Jobs:
    """A job that still waits is dropped: it would do something to a person who asked to be forgotten."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Name and time."""
        for job in whom.words.rows(Job.objects.all(), *_JOB_TEXT):
            yield {"job": job.name, "at": job.created_at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Drop the jobs that are not running; empty the text of those that are."""
        found = whom.words.rows(Job.objects.all(), *_JOB_TEXT)
        over = [job.pk for job in found if job.state != JobState.RUNNING]
        Job.objects.filter(pk__in=over).delete()
        running = Job.objects.filter(state=JobState.RUNNING)
        take_words_out(whom.words, running, "args", "last_error", "error_detail")
        return len(found)


@personal_store(
    "acts",
    _("What undoing an act would need: values as they were before it"),
    columns={"core.CommandRun": ("undo_arguments",)},
    stays=_("That an act was done, when and by whom, without its text"),
)
class Acts:
    """An act whose undo would bring a word back can no longer be undone."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Act and time."""
        for run in whom.words.rows(CommandRun.objects.exclude(undo_command=""), "undo_arguments"):
            yield {"act": run.command, "at": run.at}

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Forget the values, and with them the undo."""
        found = whom.words.rows(CommandRun.objects.exclude(undo_command=""), "undo_arguments")
        return CommandRun.objects.filter(pk__in=[run.pk for run in found]).update(
            undo_command="", undo_arguments={}
        )


impersonal("core.Job", "name", "leased_by", because=_("names of tasks and of workers"))
impersonal("core.Schedule", "name", because=_("names of tasks"))
impersonal("core.WorkerBeat", "name", "host", because=_("names of processes and machines"))
impersonal(
    "core.CommandRun",
    "command",
    "actor_kind",
    "undo_command",
    because=_("names of acts; who acted is a number"),
)
_CODES = _("names of the program's own parts")
impersonal("auth.Permission", "name", "codename", because=_CODES)
impersonal("auth.Group", "name", because=_CODES)
impersonal("contenttypes.ContentType", "app_label", "model", because=_CODES)
impersonal_folder("secrets.toml", because=_("the installation's own keys"))
impersonal_folder("static", because=_("the program's scripts and styles"))
impersonal_folder("isthmus.sqlite3", because=_("the database: its columns are declared one by one"))
impersonal_folder("backup-part", because=_("a backup being made; gone when it is whole"))
for _name in (".restoring", ".before-restore"):
    impersonal_folder(_name, because=_("a backup being restored, and what it replaces; gone afterwards"))
