"""What imports have done in the background."""

from isthmus.core import queue
from isthmus.core.actors import SYSTEM
from isthmus.imports.models import ImportRun, RunState
from isthmus.imports.undoing import undo_import
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User


class _Progress:
    """Tells the queue how far a job is."""

    def __init__(self) -> None:
        self._done, self._total = 0, 0

    def phase(self, title: str, total: int | None, done: int = 0) -> None:
        """A part begins."""
        self._done, self._total = done, (total or 0) + done

    def advance(self, rows: int) -> None:
        """Some more is done."""
        self._done += rows
        queue.progress(self._done, self._total)

    def say(self, sentence: str) -> None:
        """A wait is not told: the jobs page shows how far it is."""


@queue.task(name="imports.undo", outgoing=False, max_attempts=5)
def undo(run_id: int, user_id: int | None = None) -> None:
    """Undo an import that was begun to be undone; killed in the middle, the next attempt goes on."""
    if not ImportRun.objects.filter(pk=run_id, state=RunState.UNDOING).exists():
        return
    by = actor_for(User.objects.get(pk=user_id)) if user_id is not None else SYSTEM
    undo_import(run_id, by, _Progress())
