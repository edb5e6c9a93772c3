"""Running an import by its plan, or rehearsing it: the ways in for every face."""

import shutil
import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.automations import NONE, Choice, read_choice
from isthmus.core.clock import now
from isthmus.core.refusals import NotPermitted, Refusal
from isthmus.imports.automations import choice_of, tell_owners, went_off
from isthmus.imports.inviting import INVITATIONS, invite_owners, to_invite
from isthmus.imports.models import BadRow, ImportRun, RunState
from isthmus.imports.planned import PlannedKeys
from isthmus.imports.planning import Plan
from isthmus.imports.preparing import company_notice
from isthmus.imports.runner import Report, Runner, Watcher, drop_staged
from isthmus.imports.source.decoding import FileUnreadable
from isthmus.imports.turns import Turns, stopped


class AutomationsStand(Refusal):
    """An import that goes on sets off what was chosen when it began."""


def run_import(
    plan: Plan,
    *,
    by: Actor,
    watcher: Watcher,
    bad_rows: Path | None = None,
    restart: bool = False,
    run: ImportRun | None = None,
    choice: Choice | None = None,
) -> Report:
    """Bring the files in, going on where an earlier attempt with the same recipe and files was cut off.

    A run that was begun in the browser is given; it goes on from where it stands. `choice`: what it may set
    off; without one as the recipe says, and as it began where it goes on.
    """
    _allow(by)
    try:
        if notice := company_notice(plan.recipe):
            watcher.say(notice)
        if run is None:
            run, resumed = Turns(watcher).write(lambda _again: _take_up(plan, by, restart, choice))
        else:
            resumed = bool(run.section or run.after)
            Turns(watcher).write(lambda _again: _note_files(run, plan))
        folder: Path = settings.ISTHMUS_HOME / "imports" / str(run.pk)
        runner = Runner(plan, run, folder, by, watcher)
        _stage(runner)
        runner.bring_in_all()
        report = runner.finish(bad_rows or folder / "bad-rows.csv")
    except (OperationalError, InterfaceError) as error:  # Of a read, between two turns.
        raise stopped(error) from error
    report.resumed, report.set_off = resumed, went_off(run)
    return report


def _stage(runner: Runner) -> None:
    """Read the files; a run whose files cannot be read to their end is over before it began."""
    try:
        runner.stage()
    except FileUnreadable:
        if not runner.run.counts:
            ImportRun.objects.filter(pk=runner.run.pk, state=RunState.RUNNING).update(
                state=RunState.ABANDONED, finished_at=now()
            )
            drop_staged(runner.folder)
        raise


def rehearse(plan: Plan, *, by: Actor, watcher: Watcher, at: datetime) -> Report:
    """Count what an import would do. Nothing is kept: every chunk is rolled back."""
    _allow(by)
    if notice := company_notice(plan.recipe):
        watcher.say(notice)
    run = ImportRun(
        recipe_name=plan.recipe.name, actor_kind=by.kind, actor_id=by.id, started_at=at, counts={}
    )
    folder: Path = settings.ISTHMUS_HOME / "imports" / "rehearsals" / f"{time.time_ns():x}"
    try:
        runner = Runner(plan, run, folder, by, watcher, PlannedKeys(folder))
        runner.stage()
        runner.bring_in_all()
        report = runner.report()
        report.invited = list(to_invite(plan.recipe, at))
        return report
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _allow(by: Actor) -> None:
    if not by.allows("imports.run"):
        raise NotPermitted(
            _("Your role does not allow imports. Ask an administrator for the right %(permission)s.")
            % {"permission": "imports.run"}
        )


def _note_files(run: ImportRun, plan: Plan) -> None:
    run.files, run.recipe_sha256 = plan.fingerprint(), plan.recipe.sha256
    run.save(update_fields=["files", "recipe_sha256"])


def _take_up(plan: Plan, by: Actor, restart: bool, choice: Choice | None) -> tuple[ImportRun, bool]:
    files = plan.fingerprint()
    unfinished = ImportRun.objects.filter(recipe_sha256=plan.recipe.sha256, state=RunState.RUNNING)
    same = next((run for run in unfinished.order_by("-pk") if run.files == files), None)
    if same is not None and not restart:
        if choice is not None and choice != choice_of(same):
            raise AutomationsStand(
                _(
                    "This import was cut off and goes on with the automations it began with (%(names)s). "
                    "Leave --automations out, or begin anew with --restart."
                )
                % {"names": ", ".join(same.automations) or NONE}
            )
        return same, True
    chosen = choice if choice is not None else read_choice(plan.recipe.automations)
    with transaction.atomic():
        if same is not None:
            tell_owners(same, now())  # Of what is in: it stays theirs, and is known when it comes again.
            same.state, same.finished_at = RunState.ABANDONED, now()
            same.save(update_fields=["state", "finished_at", "set_off"])
            BadRow.objects.filter(run=same).delete()
            drop_staged(settings.ISTHMUS_HOME / "imports" / str(same.pk))
        invited = invite_owners(plan.recipe, by=by, at=now())
        run = ImportRun.objects.create(
            set_off={INVITATIONS: {"": invited}} if invited else {},
            recipe_name=plan.recipe.name[:200],
            recipe_sha256=plan.recipe.sha256,
            recipe_text=plan.recipe.text,
            files=files,
            automations=chosen.kept(),
            actor_kind=by.kind,
            actor_id=by.id,
            owner_id=by.id,
            team_id=by.team_id,
            started_at=now(),
        )
    return run, False
