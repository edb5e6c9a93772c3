"""Holding what goes out (mail, calls of other systems): after a restore it may have been sent before."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from isthmus.core.queue.models import Hold, Job, JobState
from isthmus.core.queue.registry import find_task, tasks


def is_held() -> bool:
    """Whether nothing may go out now."""
    return Hold.objects.exists()


def held_since() -> datetime | None:
    """When what goes out was held back; None when it may go."""
    return Hold.objects.values_list("since", flat=True).first()


def must_wait(name: str) -> bool:
    """Whether a task of this name reaches somebody outside while nothing may go out."""
    task = find_task(name)
    return task is not None and task.outgoing and is_held()


def hold_outgoing(*, at: datetime) -> int:
    """Hold every outgoing job, those that come from now on too. Answers how many wait."""
    outgoing = [task.name for task in tasks() if task.outgoing]
    with transaction.atomic():
        Hold.objects.get_or_create(pk=1, defaults={"since": at})
        unfinished = (JobState.READY, JobState.RUNNING)
        hold_back(Job.objects.filter(name__in=outgoing, state__in=unfinished))
        return Job.objects.filter(state=JobState.HELD).count()


def hold_back(jobs: QuerySet[Job]) -> int:
    """Have these jobs wait until a release. Answers how many they are."""
    return jobs.update(state=JobState.HELD, lease_until=None, leased_by="")


def release_outgoing(*, at: datetime, also_old: bool) -> tuple[int, int]:
    """Let go of what came since the hold, and drop what is older unless it shall go too: (going, dropped)."""
    with transaction.atomic():
        hold = Hold.objects.select_for_update().first()
        if hold is None:
            return 0, 0
        waiting = Job.objects.filter(state=JobState.HELD)
        dropped = 0
        if not also_old:
            old = waiting.filter(created_at__lt=hold.since)
            dropped = old.update(state=JobState.CANCELLED, finished_at=at)
        going = waiting.update(state=JobState.READY)
        hold.delete()
    return going, dropped
