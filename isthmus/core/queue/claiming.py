"""Leases: taking jobs, keeping them, giving them back. Every statement here is one short transaction."""

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from isthmus.core.queue.models import Job, JobState

# One statement, so that two workers can never read the same row as free. SQLite has one writer at a time;
# PostgreSQL passes over rows that another worker is taking. One priority at a time, so that an index gives
# the due rows in order however many wait, due or for later.
_CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT id FROM core_job WHERE state = 'ready' AND priority = %s AND run_at <= %s
    ORDER BY run_at, id LIMIT %s {skip_locked}
)
UPDATE core_job
SET state = 'running', attempts = attempts + 1, fence = fence + 1, lease_until = %s, leased_by = %s
WHERE id IN (SELECT id FROM picked)
RETURNING *
"""


def claim(*, worker: str, limit: int, lease: timedelta, now: datetime) -> list[Job]:
    """Take up to `limit` due jobs under a lease, the most urgent first."""
    if not _anything_to_take(now):
        return []
    jobs: list[Job] = []
    with transaction.atomic():
        _take_back_lost_leases(now)
        for priority in _priorities():
            jobs += _take(priority, limit - len(jobs), worker, lease, now)
            if len(jobs) == limit:
                break
    return jobs


def extend(*, worker: str, held: Collection[tuple[int, int]], lease: timedelta, now: datetime) -> set[int]:
    """Prolong the leases of the (job id, fence) pairs; answers the ids of jobs that are no longer held."""
    if not held:
        return set()
    mine = Q()
    for job_id, fence in held:
        mine |= Q(pk=job_id, fence=fence)
    running = Job.objects.filter(mine, state=JobState.RUNNING, leased_by=worker)
    with transaction.atomic():
        running.update(lease_until=now + lease)
        kept = set(running.values_list("pk", flat=True))
    return {job_id for job_id, _fence in held} - kept


def give_back(*, job_id: int, fence: int, now: datetime) -> bool:
    """Return a job that was not finished, without counting the attempt. False when it was not held."""
    return bool(
        held(job_id, fence).update(
            state=JobState.READY,
            run_at=now,
            lease_until=None,
            leased_by="",
            attempts=Greatest(F("attempts") - 1, 0),
        )
    )


def held(job_id: int, fence: int) -> QuerySet[Job]:
    """The job as long as this claim of it stands; empty once another worker has taken it."""
    return Job.objects.filter(pk=job_id, fence=fence, state=JobState.RUNNING)


def _take(priority: int, limit: int, worker: str, lease: timedelta, now: datetime) -> list[Job]:
    skip_locked = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    given = [priority, now, limit, now + lease, worker]
    taken = Job.objects.raw(_CLAIM.format(skip_locked=skip_locked), given)
    return sorted(taken, key=lambda job: (job.run_at, job.pk))


def _priorities() -> Iterator[int]:
    """The priorities of waiting jobs, the highest first: a step into an index for each."""
    ready = Job.objects.filter(state=JobState.READY).order_by("-priority").values_list("priority", flat=True)
    highest = ready.first()
    while highest is not None:
        yield highest
        highest = ready.filter(priority__lt=highest).first()


def _anything_to_take(now: datetime) -> bool:
    """Look before locking: an idle worker must not take the database's write lock."""
    due = Job.objects.filter(state=JobState.READY, run_at__lte=now)
    lost = Job.objects.filter(state=JobState.RUNNING, lease_until__lte=now)
    # In the order of their indexes, or PostgreSQL may look for the one row by reading them all.
    return any(found[:1] for found in (due.order_by("run_at"), lost.order_by("lease_until")))


def _take_back_lost_leases(now: datetime) -> None:
    """A lease that ran out means a worker that died: its job goes to another, or ends."""
    lost = Job.objects.filter(state=JobState.RUNNING, lease_until__lte=now)
    lost.filter(cancel_requested=True).update(
        state=JobState.CANCELLED, lease_until=None, leased_by="", finished_at=now
    )
    lost.filter(attempts__gte=F("max_attempts")).update(
        state=JobState.DEAD,
        lease_until=None,
        leased_by="",
        finished_at=now,
        last_error=_("The worker died every time it ran this job."),
    )
    lost.update(state=JobState.READY, lease_until=None, leased_by="")
