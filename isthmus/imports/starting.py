"""An import in the browser, step by step: begun, mapped, rehearsed, run, stopped, dropped, corrected."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor, Scope
from isthmus.core.automations import read_choice
from isthmus.core.commands import command
from isthmus.core.file_names import shown_name
from isthmus.core.queue import control
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.imports.automations import choice_of, tell_owners
from isthmus.imports.editing import read_data, unchosen
from isthmus.imports.inviting import INVITATIONS, invite_owners
from isthmus.imports.models import OPEN_STATES, ImportRun, RunState, SavedRecipe, Upload
from isthmus.imports.recipe import read_recipe
from isthmus.imports.uploads import forget_files, received_path
from isthmus.ledger.facts import Fact

LONGEST_RECIPE = 500_000


class ImportAtWork(Refusal):
    """A job works on the import; it must stop first."""


class ImportHasBegun(Refusal):
    """Rows are in already; how they are read cannot change any more."""


class ImportIsOver(Refusal):
    """The import is finished or dropped."""


class ImportNotAtWork(Refusal):
    """Nothing works on the import, so there is nothing to stop."""


class StillToChoose(Refusal):
    """Something that rows need was only made up in the draft."""


@command(permission="imports.run", label=gettext_lazy("Begin an import"))
def begin_import(
    *,
    files: list[dict[str, str]],
    name: str,
    by: Actor,
    at: datetime,
    recipe: str = "",
    corrects_id: int | None = None,
) -> ImportRun:
    """Begin an import of files that were received; nothing comes in before it is started.

    Each file has its `name`, which people see, and `stored`, the name that the server made for it.
    """
    if not files or any(not one.get("name") or not one.get("stored") for one in files):
        raise InvalidInput({"files": _("Choose at least one file.")})
    corrects = _mine(corrects_id, by) if corrects_id is not None else None
    run = ImportRun.objects.create(
        recipe_name=name.strip()[:200] or shown_name(files[0]["name"]),
        recipe_text=_checked(recipe) if recipe else "",
        recipe_sha256=read_recipe(recipe).sha256 if recipe else "",
        files={},
        state=RunState.DRAFT,
        actor_kind=by.kind,
        actor_id=by.id,
        owner_id=by.id,
        team_id=by.team_id,
        started_at=at,
        corrects=corrects,
    )
    for file in files:
        if Upload.objects.filter(stored=file["stored"]).exists():
            raise NotFound(_("There is no such file here. Bring it again."))
        size = received_path(file["stored"]).stat().st_size
        Upload.objects.create(
            run=run, name=shown_name(file["name"]), stored=file["stored"], bytes=size, uploaded_at=at
        )
    _note("import.begun", run, by, at, files=len(files))
    return run


@command(permission="imports.run", label=gettext_lazy("Say what the columns of an import are"))
def map_import(*, run_id: int, recipe: str, by: Actor, at: datetime, name: str = "") -> ImportRun:
    """Set the recipe by which an import reads its files, as long as no row is in."""
    run = _mine(run_id, by)
    _refuse_at_work(run)
    if run.has_begun:
        raise ImportHasBegun(
            _("Rows of this import are in already, so its columns stay as they are. Begin another one.")
        )
    run.recipe_text = _checked(recipe)
    run.recipe_sha256 = read_recipe(recipe).sha256
    run.recipe_name = name.strip()[:200] or run.recipe_name
    run.rehearsal, run.error, run.progress = {}, "", {}
    run.save(update_fields=["recipe_text", "recipe_sha256", "recipe_name", "rehearsal", "error", "progress"])
    _note("import.mapped", run, by, at)
    return run


@command(permission="imports.run", label=gettext_lazy("Rehearse an import"))
def rehearse_import(*, run_id: int, by: Actor, at: datetime) -> ImportRun:
    """Count in the background what an import would do; nothing is kept of it."""
    run = _mine(run_id, by)
    _refuse_at_work(run)
    if run.has_begun:
        raise ImportHasBegun(_("This import has begun already; only what has not begun can be rehearsed."))
    return _put_to_work(run, "import.rehearsed", by, at, rehearse=True)


@command(permission="imports.run", label=gettext_lazy("Start an import"))
def start_import(*, run_id: int, by: Actor, at: datetime, automations: list[str] | None = None) -> ImportRun:
    """Bring the files in, in the background; one that was stopped or failed goes on where it was.

    It sets off the automations that are named, and none where nothing is said; going on, those it began with.
    """
    run = _mine(run_id, by)
    _refuse_at_work(run)
    if not run.can_go_on:
        raise ImportIsOver(_("This import is over. Begin another one for new files."))
    chosen = read_choice(automations) if automations is not None else None
    if not run.has_begun:
        run.started_at = at
        default = chosen or read_choice(read_recipe(run.recipe_text).automations if run.recipe_text else ())
        run.automations = default.kept()
        if run.recipe_text and (invited := invite_owners(read_recipe(run.recipe_text), by=by, at=at)):
            run.set_off = {INVITATIONS: {"": invited}}
    elif chosen is not None and chosen != choice_of(run):
        raise ImportHasBegun(
            _("Rows are in already, and what they set off stands. Go on without choosing it.")
        )
    run.state = RunState.RUNNING
    return _put_to_work(run, "import.started", by, at, rehearse=False)


@command(permission="imports.run", label=gettext_lazy("Stop an import"))
def stop_import(*, run_id: int, by: Actor, at: datetime) -> ImportRun:
    """Stop an import or its rehearsal at the next chunk; what is in stays, and it can go on later."""
    run = _mine(run_id, by)
    if not run.is_at_work or run.job is None:
        raise ImportNotAtWork(_("Nothing works on this import now, so there is nothing to stop."))
    control.cancel(run.job.pk)
    if run.state == RunState.RUNNING:
        run.state = RunState.STOPPED
    run.progress = {}
    run.save(update_fields=["state", "progress"])
    _note("import.stopped", run, by, at)
    return run


@command(permission="imports.run", label=gettext_lazy("Drop an import"))
def drop_import(*, run_id: int, by: Actor, at: datetime) -> ImportRun:
    """End an import and forget its files; what is in stays. Another import needs them brought again."""
    run = _mine(run_id, by)
    _refuse_at_work(run)
    if run.state not in (*OPEN_STATES, RunState.RUNNING):
        raise ImportIsOver(_("This import is over already; there is nothing to drop."))
    run.state, run.finished_at = RunState.ABANDONED, at
    tell_owners(run, at)  # Of what is in: it stays theirs.
    run.save(update_fields=["state", "finished_at", "set_off"])
    run.bad_rows.all().delete()
    transaction.on_commit(lambda: forget_files(run, at))
    _note("import.dropped", run, by, at)
    return run


@command(permission="imports.run", label=gettext_lazy("Save a recipe"))
def save_recipe(*, name: str, recipe: str, by: Actor, at: datetime) -> SavedRecipe:
    """Keep a recipe under a name for the next files of that shape; one of the same name is replaced."""
    name = name.strip()[:200]
    if not name:
        raise InvalidInput({"name": _("Give the recipe a name.")})
    text = _checked(recipe)
    others = SavedRecipe.objects.filter(name=name).exclude(saved_by_id=by.id)
    if by.scope("imports.run") is not Scope.ALL and others.exists():
        raise InvalidInput({"name": _("A colleague saved a recipe under this name. Choose another name.")})
    row, _made = SavedRecipe.objects.update_or_create(
        name=name, defaults={"text": text, "saved_by_id": by.id, "saved_at": at}
    )
    ledger.record(Fact(kind="import.recipe_saved", at=at, props={"recipe_id": row.pk}), by=by)
    return row


def _put_to_work(run: ImportRun, kind: str, by: Actor, at: datetime, *, rehearse: bool) -> ImportRun:
    if not run.recipe_text:
        raise InvalidInput({"recipe": _("Say first what the columns are.")})
    if unchosen(read_data(run.recipe_text)):
        raise StillToChoose(
            _("Every row needs something that no column tells yet. Choose a column, or one value for all.")
        )
    args: dict[str, Any] = {"run_id": run.pk, "rehearse": rehearse}
    run.job = queue.enqueue("imports.run", args)
    run.error, run.progress = "", {}
    run.save(update_fields=["job", "error", "progress", "state", "started_at", "automations", "set_off"])
    _note(kind, run, by, at)
    return run


def _mine(run_id: int, by: Actor) -> ImportRun:
    rows = ImportRun.objects.visible_to(by, "imports.run").select_for_update(of=("self",))
    run = rows.select_related("job").filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("There is no such import, or your role does not reach it."))
    return run


def _refuse_at_work(run: ImportRun) -> None:
    if run.is_at_work:
        raise ImportAtWork(_("This import is being worked on. Wait for it, or stop it first."))


def _checked(recipe: str) -> str:
    if len(recipe) > LONGEST_RECIPE:
        raise InvalidInput({"recipe": _("The recipe is too long.")})
    read_recipe(recipe)
    return recipe


def _note(kind: str, run: ImportRun, by: Actor, at: datetime, **props: Any) -> None:
    ledger.record(Fact(kind=kind, at=at, props={"run_id": run.pk, **props}), by=by)
