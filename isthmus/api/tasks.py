"""The API's own housekeeping."""

from isthmus.api.idempotency import forget_old
from isthmus.core import queue


@queue.schedule(every="1h")
@queue.task(name="api.forget_answers", outgoing=False, max_attempts=3)
def forget_answers() -> None:
    """Delete kept answers that nobody will ask for again."""
    forget_old()
