"""The queue's own housekeeping."""

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.queue.cleaning import clean


@queue.schedule(every="1h")
@queue.task(name="core.clean_queue", outgoing=False, max_attempts=3)
def clean_queue() -> None:
    """Delete jobs that have been over for long enough."""
    clean(now())
