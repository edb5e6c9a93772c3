"""How often this thread found somebody else writing: who writes much can then leave others their turn."""

import threading

_seen = threading.local()


def note_wait() -> None:
    """One more write had to wait for another's."""
    _seen.waits = waits() + 1


def waits() -> int:
    """How many writes of this thread had to wait so far."""
    count: int = getattr(_seen, "waits", 0)
    return count
