"""Jobs that tests hand to real worker processes. `python -m tests.jobs.work LEASE GRACE` is such a worker."""

import os
import sys
import time
from datetime import timedelta
from pathlib import Path

import django

if __name__ == "__main__":
    django.setup()

from isthmus.core import queue

FAR = timedelta(days=365)


@queue.task(name="test.effect", outgoing=False)
def effect() -> None:
    """Only ever looked at: its row is the effect of another job."""


@queue.task(name="test.mark", outgoing=False, max_attempts=5)
def mark(name: str, folder: str) -> None:
    """Leave an effect under a key, then wait until the test lets go."""
    from isthmus.core.clock import now

    queue.enqueue("test.effect", key=f"effect:{name}", run_at=now() + FAR)
    (Path(folder) / f"started-{os.getpid()}").touch()
    while not (Path(folder) / "go").exists():
        time.sleep(0.02)


@queue.task(name="test.steps", outgoing=False, max_attempts=5)
def steps(folder: str) -> None:
    """Step until told to stop, as a long import does between its chunks."""
    (Path(folder) / f"started-{os.getpid()}").touch()
    while True:
        queue.check_cancelled()
        time.sleep(0.02)


@queue.task(name="test.quick", outgoing=False)
def quick(number: int) -> None:
    """Leave an effect and be done."""
    from isthmus.core.clock import now

    queue.enqueue("test.effect", {}, key=f"quick:{number}", run_at=now() + FAR)


if __name__ == "__main__":
    from isthmus.core.queue import registry
    from isthmus.jobs.process import run_worker

    sys.modules["tests.jobs.work"] = sys.modules["__main__"]
    registry.schedules()
    registry._schedules.clear()  # The rooms' own schedules would join in.
    run_worker(
        threads=2, lease=timedelta(seconds=float(sys.argv[1])), grace=timedelta(seconds=float(sys.argv[2]))
    )
