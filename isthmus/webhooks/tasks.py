"""What the queue does for webhooks."""

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.webhooks.delivering import deliver, forget_old, note_lost
from isthmus.webhooks.listening import TASK, note_facts

queue.listener(note_facts)


@queue.task(name=TASK, outgoing=True, max_attempts=3, priority=-1)
def send_message(delivery_id: int) -> None:
    """Try one message; when it fails, the next try is a job of its own. Whatever is due goes first."""
    deliver(delivery_id)


@queue.schedule(every="1h")
@queue.task(name="webhooks.tidy", outgoing=False, max_attempts=3)
def tidy() -> None:
    """Forget old messages; say of those whose job was dropped that they are not on their way."""
    note_lost(now())
    forget_old(now())
