"""What the queue does for flows."""

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.flows.advancing import advance_due
from isthmus.flows.running import TASK
from isthmus.flows.versions import MOVE_TASK, move_runs


@queue.schedule(every="10s")
@queue.task(name=TASK, outgoing=False, max_attempts=3)
def advance() -> None:
    """Do the steps that are due. A kick does the same at once; the clock finds what a wait or a kill left."""
    advance_due()


@queue.task(name=MOVE_TASK, outgoing=False)
def move(version_id: int) -> None:
    """Move the open runs of former versions to a new one."""
    move_runs(version_id, now())
