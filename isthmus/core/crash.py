"""Named crash points: places where tests make the process die, as a power cut would."""

import os
import signal

_visits: dict[str, int] = {}


def crash_point(name: str) -> None:
    """Die here with SIGKILL when ISTHMUS_CRASH_AT is `name`, or `name:N` on the N-th visit."""
    wanted = os.environ.get("ISTHMUS_CRASH_AT")
    if not wanted:
        return
    point, _, count = wanted.partition(":")
    if point != name:
        return
    _visits[name] = _visits.get(name, 0) + 1
    if _visits[name] >= int(count or 1):
        os.kill(os.getpid(), signal.SIGKILL)
