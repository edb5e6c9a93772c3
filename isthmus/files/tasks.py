"""What the queue does for attached files."""

from isthmus.core import queue
from isthmus.core.clock import now


@queue.schedule(daily="03:20")
@queue.task(name="files.sweep", outgoing=False, max_attempts=3)
def sweep() -> None:
    """Destroy files that were removed some weeks ago, and bytes that belong to nothing."""
    from isthmus.files.sweeping import sweep as sweep_files

    sweep_files(at=now())
