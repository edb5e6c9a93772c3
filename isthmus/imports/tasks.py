"""What the queue does for imports: rehearsals, runs, undoing, and forgetting files."""

from isthmus.core import queue
from isthmus.core.clock import now


@queue.task(name="imports.run", outgoing=False)
def run_in_the_queue(run_id: int, rehearse: bool = False) -> None:
    """Bring a run's files in, or rehearse it; a run that was cut off goes on where it was."""
    from isthmus.imports.working import work_on

    work_on(run_id, is_rehearsal=rehearse)


@queue.task(name="imports.undo", outgoing=False, max_attempts=5)
def undo(run_id: int, user_id: int | None = None) -> None:
    """Undo an import that was begun to be undone; killed in the middle, the next attempt goes on."""
    from isthmus.imports.working import work_on_undo

    work_on_undo(run_id, user_id)


@queue.schedule(daily="03:10")
@queue.task(name="imports.forget_files", outgoing=False, max_attempts=3)
def forget_files() -> None:
    """Forget the files of imports that nobody touched for some days."""
    from isthmus.imports.uploads import forget_old_files

    forget_old_files(now())
