"""An import as a job of the queue: its actor, its plan, how far it is, and how it ended."""

import dataclasses
from pathlib import Path
from time import monotonic
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core import queue
from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.clock import now
from isthmus.core.refusals import Refusal
from isthmus.imports.models import ImportRun, RunState
from isthmus.imports.planning import Plan, make_plan
from isthmus.imports.recipe import read_recipe
from isthmus.imports.reversal.reversing import UndoTakenOver
from isthmus.imports.runner import Report, RunTakenOver
from isthmus.imports.running import rehearse, run_import
from isthmus.imports.turns import DatabaseStayedBusy
from isthmus.imports.undoing import undo_import
from isthmus.imports.uploads import path_of, run_folder
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands.notices import notify
from isthmus.workspace.models import User

TELL_EVERY = 0.5  # seconds between two marks of progress
NOTICES_TOLD = 20


def work_on(run_id: int, *, is_rehearsal: bool) -> None:
    """Rehearse a run or bring its files in; a refusal ends it with its sentence, to be gone on with."""
    run = ImportRun.objects.select_related("owner").filter(pk=run_id).first()
    if run is None or run.state != (RunState.DRAFT if is_rehearsal else RunState.RUNNING):
        return  # It was stopped or dropped before a worker came to it.
    watcher = JobWatcher(run)
    try:
        plan = plan_of(run)
        if is_rehearsal:
            _note_rehearsal(run, rehearse(plan, by=importer_of(run), watcher=watcher, at=now()), watcher)
        else:
            run_import(plan, by=importer_of(run), watcher=watcher, run=run)
            _tell(run, _("“%(name)s” is in.") % {"name": run.recipe_name})
    except queue.JobCancelled:
        _stop(run)
        raise
    except RunTakenOver:
        queue.check_cancelled()  # Stopped between two chunks; otherwise another worker has it.
    except Refusal as refusal:
        _fail(run, refusal, is_rehearsal)


def work_on_undo(run_id: int, user_id: int | None) -> None:
    """Undo a run that was begun to be undone; stopped or killed in the middle, it can be gone on with."""
    run = ImportRun.objects.filter(pk=run_id, state=RunState.UNDOING).first()
    if run is None:
        return
    user = User.objects.filter(pk=user_id).first() if user_id is not None else None
    try:
        undo_import(run_id, actor_for(user) if user else SYSTEM, JobWatcher(run))
    except UndoTakenOver:
        return  # The command line, or another worker, goes on with it.
    except Refusal as refusal:
        ImportRun.objects.filter(pk=run.pk).update(error=str(refusal)[:500])
        return
    ImportRun.objects.filter(pk=run.pk).update(error="", progress={})
    if user:
        text = _("“%(name)s” is undone.") % {"name": run.recipe_name}
        notify(user=user, kind="import", text=text, at=now(), path=f"/imports/{run.pk}/")


def plan_of(run: ImportRun) -> Plan:
    """The plan of a run in the browser: its recipe over the files that were brought."""
    names = {path_of(upload): upload.name for upload in run.uploads.order_by("pk")}
    return make_plan(read_recipe(run.recipe_text), list(names), names)


def importer_of(run: ImportRun) -> Actor:
    """Who imports: the run's owner with the rights that they have now."""
    if run.owner is None:
        return Actor(kind="import")
    return dataclasses.replace(actor_for(run.owner), kind="import")


def spoken(run: ImportRun, sentence: str) -> str:
    """A sentence in which the run's files have the names that people gave them."""
    for stored, name in run.uploads.values_list("stored", "name"):
        sentence = sentence.replace(stored, name)
    return sentence


class JobWatcher:
    """Tells the queue and the page how far an import is; stops it when its job was cancelled."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.names = {one.stored: one.name for one in run.uploads.all()}
        self.notices: list[str] = []
        self._phase, self._total, self._done, self._rows = "", None, 0, 0  # type: tuple[str, int | None, int, int]
        self._all, self._began, self._told = 0, monotonic(), 0.0

    def phase(self, title: str, total: int | None, done: int = 0) -> None:
        """A part begins."""
        self._phase = self._named(title)
        self._total = None if total is None else total + done
        self._done, self._rows, self._began = done, 0, monotonic()
        self._tell()

    def advance(self, rows: int) -> None:
        """Some rows are done."""
        self._done, self._rows, self._all = self._done + rows, self._rows + rows, self._all + rows
        queue.progress(self._all)
        if monotonic() - self._told > TELL_EVERY:
            self._tell()

    def say(self, sentence: str) -> None:
        """Something that the user should know."""
        if len(self.notices) < NOTICES_TOLD and self._named(sentence) not in self.notices:
            self.notices.append(self._named(sentence))
            self._tell()

    def _tell(self) -> None:
        self._told = monotonic()
        seconds = self._told - self._began
        told = {
            "phase": self._phase,
            "done": self._done,
            "total": self._total,
            "rate": round(self._rows / seconds) if seconds > TELL_EVERY else None,
            "notices": self.notices,
        }
        ImportRun.objects.filter(pk=self.run.pk).update(progress=told)
        queue.check_cancelled()

    def _named(self, sentence: str) -> str:
        for stored, name in self.names.items():
            sentence = sentence.replace(stored, name)
        return sentence


def _note_rehearsal(run: ImportRun, report: Report, watcher: JobWatcher) -> None:
    told: dict[str, Any] = {
        "at": now().isoformat(),
        "recipe": read_recipe(run.recipe_text).sha256,
        "counts": report.counts,
        "unread": report.unread,
        "bad_rows": report.bad_rows,
        "refusals": report.refusals,
        "notices": watcher.notices,
        "ahead": report.ahead.kept(),
    }
    ImportRun.objects.filter(pk=run.pk, state=RunState.DRAFT).update(rehearsal=told, error="", progress={})


def _stop(run: ImportRun) -> None:
    ImportRun.objects.filter(pk=run.pk, state=RunState.RUNNING).update(state=RunState.STOPPED)


def _fail(run: ImportRun, refusal: Refusal, is_rehearsal: bool) -> None:
    why = spoken(run, str(refusal))
    if isinstance(refusal, DatabaseStayedBusy):
        why = _("The database stayed busy for too long. What came in so far stays; go on when it is free.")
    state = RunState.DRAFT if is_rehearsal else RunState.FAILED
    ImportRun.objects.filter(pk=run.pk).update(state=state, error=why[:500])
    if not is_rehearsal:
        _tell(run, _("“%(name)s” stopped: %(why)s") % {"name": run.recipe_name, "why": why})


def _tell(run: ImportRun, text: str) -> None:
    if run.owner is not None:
        notify(user=run.owner, kind="import", text=text, at=now(), path=f"/imports/{run.pk}/")


def bad_files(run: ImportRun) -> list[Path]:
    """The files of rows that did not come in, with their reasons."""
    return sorted(run_folder(run).glob("bad-rows*.csv"))
