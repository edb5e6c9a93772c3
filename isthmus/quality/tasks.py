"""What the queue does for the quality of records."""

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.quality import finding


@queue.schedule(daily="03:05")
@queue.task(name="quality.find_flaws", outgoing=False, max_attempts=3)
def find_flaws() -> None:
    """Look for the flaws that no index tells."""
    finding.find_flaws(at=now(), progress=queue.progress)
