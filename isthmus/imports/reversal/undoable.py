"""Whether an import can be undone, and by whom."""

from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.refusals import NotFound, NotPermitted, Refusal
from isthmus.imports.models import ImportBatch, ImportRun, RunState


class AlreadyUndone(Refusal):
    """An import is undone once."""


class NotNoted(Refusal):
    """Nothing says what the run changed."""


def undoable(run_id: int, by: Actor, *, lock: bool = False) -> ImportRun:
    """The run. Raises a Refusal that says why it cannot be undone by this actor."""
    if not by.allows("imports.run"):
        raise NotPermitted(_("Your role does not allow imports, so it does not allow undoing one."))
    runs = ImportRun.objects.select_for_update() if lock else ImportRun.objects
    run = runs.filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("There is no such import. Look at the list of imports."))
    if run.actor_id != by.id and not by.allows("commands.undo_others"):
        raise NotPermitted(_("Somebody else ran this import. Ask an administrator to undo it."))
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
