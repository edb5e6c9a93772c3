"""Forgetting jobs that are over, so that the table stays small."""

from datetime import datetime, timedelta

from isthmus.core.queue.models import Job, JobState, WorkerBeat

KEEP_DONE = timedelta(days=7)
KEEP_CANCELLED = timedelta(days=30)
KEEP_SILENT_WORKERS = timedelta(days=1)
CHUNK = 1000


def clean(now: datetime) -> int:
    """Delete done jobs after a week and cancelled ones after a month; failed ones stay until decided."""
    deleted = 0
    for state, keep in ((JobState.DONE, KEEP_DONE), (JobState.CANCELLED, KEEP_CANCELLED)):
        old = Job.objects.filter(state=state, finished_at__lt=now - keep)
        # In chunks: a long delete would hold SQLite's write lock.
        while ids := list(old.values_list("pk", flat=True)[:CHUNK]):
            deleted += Job.objects.filter(pk__in=ids).delete()[0]
    WorkerBeat.objects.filter(beat_at__lt=now - KEEP_SILENT_WORKERS).delete()
    return deleted
