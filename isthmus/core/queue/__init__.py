"""The job queue: a lease table in the operational database. At least once, so handlers are idempotent by key.

Rooms declare tasks in their `tasks.py` and enqueue inside their own transaction:

    @queue.schedule(every="10s")
    @queue.task(name="ledger.seal", outgoing=False, max_attempts=8)
    def seal() -> None: ...

    @queue.reaction("lead.captured", name="handoff.score", outgoing=False, label=_("Score new leads"))
    def score(fact: dict[str, Any]) -> None: ...

    queue.enqueue("imports.run", {"run_id": 7}, key="import:7")
"""

from isthmus.core.queue.enqueueing import enqueue, enqueue_many, react
from isthmus.core.queue.offering import offered_reactions
from isthmus.core.queue.registry import Task, listener, reaction, schedule, task, zone_from
from isthmus.core.queue.running import (
    JobCancelled,
    LeaseLost,
    WorkerStopping,
    check_cancelled,
    confirm_lease,
    progress,
    run_due,
)

__all__ = [
    "JobCancelled",
    "LeaseLost",
    "Task",
    "WorkerStopping",
    "check_cancelled",
    "confirm_lease",
    "enqueue",
    "enqueue_many",
    "listener",
    "offered_reactions",
    "progress",
    "react",
    "reaction",
    "run_due",
    "schedule",
    "task",
    "zone_from",
]
