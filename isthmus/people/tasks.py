"""What people have done by the queue: the files of whoever was erased."""

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.people.finishing import finish_erasing


@queue.task(name="people.finish_erasing", outgoing=False, max_attempts=20)
def finish() -> None:
    """Rewrite the ledger's files and overwrite what was freed, for all who wait for it."""
    finish_erasing(at=now())


@queue.schedule(daily="02:15")
@queue.task(name="people.finish_erasing_nightly", outgoing=False, max_attempts=3)
def finish_nightly() -> None:
    """Whatever a failed job left."""
    finish_erasing(at=now())
