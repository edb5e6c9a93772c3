"""What the collector has done by the clock."""

from isthmus.collect.forgetting.erasing import look_again
from isthmus.core import queue
from isthmus.core.clock import now


@queue.schedule(daily="03:50")
@queue.task(name="collect.forget_erased", outgoing=False, max_attempts=3)
def forget_erased() -> None:
    """Look for received events of whoever was erased once more, then forget by what they were known."""
    look_again(at=now())
