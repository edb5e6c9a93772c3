"""Whether an import can be undone, and by whom."""

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.refusals import NotFound, NotPermitted, Refusal
from isthmus.imports.models import ImportBatch, ImportRun, RunState


class AlreadyUndone(Refusal):
    """An import is undone once."""


class NothingToUndo(Refusal):
    """The import has brought nothing in."""


class NotNoted(Refusal):
    """Nothing says what the run changed."""


def undoable(run_id: int, by: Actor, *, lock: bool = False) -> ImportRun:
    """The run. Raises a Refusal that says why it cannot be undone by this actor."""
    if not by.allows("imports.run"):
        raise NotPermitted(_("Your role does not allow imports, so it does not allow undoing one."))
    runs = ImportRun.objects.visible_to(by)
    if lock:
        runs = runs.select_for_update(of=("self",))
    run = runs.select_related("job").filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("There is no such import, or your role does not reach it."))
    if run.state == RunState.DRAFT:
        raise NothingToUndo(_("Nothing of this import is in yet, so there is nothing to undo."))
    if run.state == RunState.UNDONE:
        raise AlreadyUndone(_("This import was undone already."))
    if ImportBatch.objects.filter(run=run, made__isnull=True).exists():
        raise NotNoted(
            _(
                "An earlier version of Isthmus ran this import and did not note what it changed, so it "
                "cannot be undone."
            )
        )
    return run
