"""Putting work into the queue, inside the caller's transaction: both are committed, or neither."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from isthmus.core import automations
from isthmus.core.clock import now
from isthmus.core.queue.holding import is_held
from isthmus.core.queue.models import Job, JobState
from isthmus.core.queue.registry import Task, find_task, listeners, reactions_to


def enqueue(
    name: str,
    args: Mapping[str, Any] | None = None,
    *,
    key: str | None = None,
    run_at: datetime | None = None,
    priority: int | None = None,
) -> Job:
    """Add a job and answer it. With a `key` that is known already, answer that job unchanged."""
    task = find_task(name)
    if task is None:
        raise LookupError(f"No task is called {name!r}. Tasks are declared in a room's tasks.py.")
    made = _job(task, args or {}, key=key, run_at=run_at, priority=priority)
    if key is None:
        made.save()
        return made
    Job.objects.bulk_create([made], ignore_conflicts=True)
    return Job.objects.get(key=key)


def react(facts: Iterable[Mapping[str, Any]]) -> int:
    """Add one job for each (fact, handler), once; answers how many were asked for.

    A fact is its columns, with `id` (16 bytes) and `kind`; empty columns are left out of the job. Where only
    some automations may go off (an import says which), only their reactions are asked.
    """
    recorded = list(facts)
    if automations.note_ahead(recorded):
        return 0
    jobs = [
        _job(task, {"fact": _plain(fact)}, key=f"{task.name}:{fact['id'].hex()}")
        for fact in recorded
        for task in reactions_to(fact["kind"])
        if automations.allows(task.name)
    ]
    for name, number in Counter(job.name for job in jobs).items():
        automations.count(name, number)
    Job.objects.bulk_create(jobs, ignore_conflicts=True, batch_size=1000)
    for listen in listeners():
        listen(recorded)
    return len(jobs)


def enqueue_many(name: str, wanted: Sequence[tuple[Mapping[str, Any], str]]) -> None:
    """Add many jobs of one task, each with its args and its key; known keys stand as they are."""
    task = find_task(name)
    if task is None:
        raise LookupError(f"No task is called {name!r}. Tasks are declared in a room's tasks.py.")
    held = task.outgoing and is_held()
    jobs = [_job(task, args, key=key, held=held) for args, key in wanted]
    Job.objects.bulk_create(jobs, ignore_conflicts=True, batch_size=1000)


def _job(
    task: Task,
    args: Mapping[str, Any],
    *,
    key: str | None,
    run_at: datetime | None = None,
    priority: int | None = None,
    held: bool | None = None,
) -> Job:
    at = now()
    if held is None:
        held = task.outgoing and is_held()
    return Job(
        name=task.name,
        args=dict(args),
        key=key,
        state=JobState.HELD if held else JobState.READY,
        run_at=run_at or at,
        priority=task.priority if priority is None else priority,
        max_attempts=task.max_attempts,
        created_at=at,
    )


def _plain(fact: Mapping[str, Any]) -> dict[str, Any]:
    return {column: _json(value) for column, value in fact.items() if value is not None}


def _json(value: Any) -> Any:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    return value
