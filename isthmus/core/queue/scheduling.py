"""Turning slots of schedules into jobs: one run per slot, however many workers look at the clock."""

from datetime import datetime

from django.db import transaction

from isthmus.core.queue.enqueueing import enqueue
from isthmus.core.queue.models import Job, JobState, Schedule
from isthmus.core.queue.registry import ScheduleEntry, company_zone, schedules


def enqueue_due_slots(now: datetime) -> list[Job]:
    """Add a job for every schedule whose slot has begun. Slots that nobody saw are not made up for."""
    zone = company_zone()
    known = {row.name: row.last_slot for row in Schedule.objects.all()}
    made = []
    for name, entry in schedules().items():
        slot = entry.timing.slot(now, zone)
        if name not in known:
            # A new schedule begins with its next slot.
            Schedule.objects.bulk_create([Schedule(name=name, last_slot=slot)], ignore_conflicts=True)
        elif known[name] < slot and (job := _take_slot(entry, slot)) is not None:
            made.append(job)
    return made


def next_slot(now: datetime) -> datetime | None:
    """When the next slot of any schedule begins."""
    zone = company_zone()
    return min((entry.timing.next_slot(now, zone) for entry in schedules().values()), default=None)


@transaction.atomic
def _take_slot(entry: ScheduleEntry, slot: datetime) -> Job | None:
    taken = Schedule.objects.filter(name=entry.name, last_slot__lt=slot).update(last_slot=slot)
    if not taken or (not entry.overlap and _still_at_it(entry)):
        return None
    job = enqueue(entry.name, entry.args, key=f"schedule:{entry.name}:{slot.isoformat()}")
    Schedule.objects.filter(name=entry.name).update(last_job=job)
    return job


def _still_at_it(entry: ScheduleEntry) -> bool:
    return Job.objects.filter(
        name=entry.name,
        state__in=[JobState.READY, JobState.RUNNING],
        key__startswith=f"schedule:{entry.name}:",
    ).exists()
