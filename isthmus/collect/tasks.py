"""What the queue does for the collector."""

from isthmus.collect.agents.rejudging import rejudge
from isthmus.collect.commands.agents import TASK
from isthmus.collect.forgetting.erasing import look_again
from isthmus.collect.quarantine.working import TASK as REPAIR
from isthmus.collect.quarantine.working import work_in_background
from isthmus.collect.silence import tell_of_silence
from isthmus.core import queue
from isthmus.core.clock import now


@queue.schedule(daily="03:50")
@queue.task(name="collect.forget_erased", outgoing=False, max_attempts=3)
def forget_erased() -> None:
    """Look for received events of whoever was erased once more, then forget by what they were known."""
    look_again(at=now())


@queue.task(name=REPAIR, outgoing=False)
def repair(repair_id: int) -> None:
    """Take a repair of quarantined events to its end, or to where somebody stops it."""
    work_in_background(repair_id)


@queue.schedule(every="10m")
@queue.task(name="collect.silence", outgoing=False, max_attempts=3)
def look_for_silence() -> None:
    """Tell of sources that fell silent, once each."""
    tell_of_silence(now())


@queue.schedule(daily="03:25")
@queue.task(name=TASK, outgoing=False, max_attempts=3)
def rejudge_agents() -> None:
    """Judge every program by the rules of this version: nightly, so that those of an update count."""
    rejudge(between=queue.check_cancelled)
