"""What is in the queue: failed jobs, running jobs, schedules, workers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, QuerySet

from isthmus.core.queue.models import Job, JobState, Schedule, WorkerBeat
from isthmus.core.queue.registry import company_zone, schedules

SILENT_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class ScheduleLine:
    """One schedule: when it last ran, how that went, when it runs next. None: not run yet."""

    name: str
    last_slot: datetime | None
    last_job: Job | None
    next_slot: datetime


@dataclass(frozen=True)
class QueueHealth:
    """Counts by state, and how long the oldest due job has been waiting (None: nothing waits)."""

    waiting: int
    running: int
    dead: int
    oldest_due_at: datetime | None
    workers: int
    held: int


def jobs(*, states: Sequence[JobState] = (), name: str = "") -> QuerySet[Job]:
    """Jobs, the newest first, by state and by task."""
    found = Job.objects.order_by("-id")
    if states:
        found = found.filter(state__in=states)
    return found.filter(name=name) if name else found


def dead_jobs() -> QuerySet[Job]:
    """Jobs that failed for good and wait for somebody to decide, the latest first."""
    return Job.objects.filter(state=JobState.DEAD).order_by("-finished_at", "-id")


def running_jobs() -> QuerySet[Job]:
    """Jobs at work now, the longest-waiting first, with their progress."""
    return Job.objects.filter(state=JobState.RUNNING).order_by("run_at", "id")


def schedule_lines(now: datetime) -> list[ScheduleLine]:
    """Every schedule by name."""
    rows = {row.name: row for row in Schedule.objects.select_related("last_job")}
    zone = company_zone()
    lines = []
    for name, entry in sorted(schedules().items()):
        row = rows.get(name)
        lines.append(
            ScheduleLine(
                name=name,
                last_slot=row.last_slot if row else None,
                last_job=row.last_job if row else None,
                next_slot=entry.timing.next_slot(now, zone),
            )
        )
    return lines


def living_workers(now: datetime) -> QuerySet[WorkerBeat]:
    """Workers that gave a sign of life within the last minute."""
    return WorkerBeat.objects.filter(beat_at__gt=now - SILENT_AFTER).order_by("name")


def oldest_due_at(now: datetime) -> datetime | None:
    """Since when the job that is due for longest waits; None when none is due. One step into an index."""
    due = Job.objects.filter(state=JobState.READY, run_at__lte=now)
    found: datetime | None = due.aggregate(at=Min("run_at"))["at"]
    return found


def health(now: datetime) -> QueueHealth:
    """How the queue stands, for readiness checks and the doctor."""
    counts = {row["state"]: row["n"] for row in Job.objects.values("state").annotate(n=Count("id"))}
    return QueueHealth(
        waiting=counts.get(JobState.READY, 0),
        running=counts.get(JobState.RUNNING, 0),
        dead=counts.get(JobState.DEAD, 0),
        oldest_due_at=oldest_due_at(now),
        workers=living_workers(now).count(),
        held=counts.get(JobState.HELD, 0),
    )
