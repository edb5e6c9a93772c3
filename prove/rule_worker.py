"""A worker for proofs of flows: `python -m prove.rule_worker LEASE` takes jobs until it is stopped.

The leases of steps are as short as that of the jobs, so that what a kill leaves is taken up soon.
"""

import sys
from datetime import timedelta

import django

if __name__ == "__main__":
    django.setup()

from isthmus.core import queue
from isthmus.flows import advancing


@queue.schedule(every="1s")
@queue.task(name="test.advance", outgoing=False)
def advance() -> None:
    """What the clock does every ten seconds, each second."""
    advancing.advance_due()


if __name__ == "__main__":
    from isthmus.core.queue import registry
    from isthmus.jobs.process import run_worker

    sys.modules["prove.rule_worker"] = sys.modules["__main__"]
    registry.schedules()
    ours = registry._schedules["test.advance"]
    registry._schedules.clear()  # The rooms' own schedules would join in.
    registry._schedules["test.advance"] = ours
    lease = timedelta(seconds=float(sys.argv[1]))
    advancing.LEASE = lease
    run_worker(threads=2, lease=lease, grace=timedelta(seconds=5))
