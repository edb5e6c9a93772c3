"""Running one claimed job to its outcome, and what its handler may ask meanwhile."""

import logging
import random
import threading
import traceback
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from django.db.models import Case, F, PositiveIntegerField, Value, When
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from isthmus.core.clock import now
from isthmus.core.queue.claiming import claim, give_back, held
from isthmus.core.queue.holding import hold_back, is_held
from isthmus.core.queue.models import Job, JobState
from isthmus.core.queue.registry import find_task
from isthmus.core.queue.rules import retry_delay
from isthmus.core.refusals import Refusal

log = logging.getLogger("isthmus.queue")
PROGRESS_PAUSE_SECONDS = 0.25


class JobCancelled(BaseException):
    """Somebody cancelled the running job. Not an Exception, so that no handler swallows it by accident."""


class LeaseLost(BaseException):
    """Another worker has the job now: whatever this one still does must not count."""


class WorkerStopping(BaseException):
    """The worker is going down: the job is handed back and continues elsewhere."""


@dataclass
class Run:
    """One claim of a job, in the thread that works on it."""

    job: Job
    lost: threading.Event = field(default_factory=threading.Event)
    stopping: threading.Event = field(default_factory=threading.Event)
    reported_at: float = 0.0


_current: ContextVar[Run | None] = ContextVar("isthmus_run", default=None)


def execute(run: Run) -> JobState:
    """Call the handler and write the outcome, unless the lease was lost. Answers how it went."""
    token = _current.set(run)
    try:
        return _outcome(run)
    finally:
        _current.reset(token)


def progress(done: int, total: int | None = None) -> None:
    """Say how far the job is. A job that moves forward gets its attempts back: it is not stuck.

    Also stops the handler when the job was cancelled or lost, as `check_cancelled` does.
    Outside a worker it does nothing.
    """
    run = _current.get()
    if run is None:
        return
    if done != total and monotonic() - run.reported_at < PROGRESS_PAUSE_SECONDS:
        _stop_if_told(run)
        return
    run.reported_at = monotonic()
    moved = held(run.job.pk, run.job.fence).update(
        attempts=Case(
            When(progress_best__lt=done, then=Value(1)),
            default=F("attempts"),
            output_field=PositiveIntegerField(),
        ),
        progress_best=Greatest(F("progress_best"), done),
        progress_done=done,
        progress_total=total,
    )
    _stop_unless_held(run, moved)


def check_cancelled() -> None:
    """Stop the handler here when its job was cancelled, taken over, or the worker is going down."""
    run = _current.get()
    if run is not None:
        _stop_unless_held(run, held(run.job.pk, run.job.fence).exists())


def confirm_lease() -> None:
    """Lock the job's row in the caller's transaction: what it writes counts only while the lease stands."""
    run = _current.get()
    if run is not None and not held(run.job.pk, run.job.fence).select_for_update().values_list("pk"):
        run.lost.set()
        raise LeaseLost


def _outcome(run: Run) -> JobState:
    job = run.job
    task = find_task(job.name)
    if task is None:
        return _end(
            job, JobState.DEAD, error=_("No task is called %(name)s in this version.") % {"name": job.name}
        )
    if job.cancel_requested:
        return _end(job, JobState.CANCELLED)
    if task.outgoing and is_held():
        return JobState.HELD if hold_back(held(job.pk, job.fence)) else _lost(job)
    try:
        task.handler(**job.args)
    except JobCancelled:
        return _end(job, JobState.CANCELLED)
    except LeaseLost:
        return _lost(job)
    except WorkerStopping:
        return JobState.READY if give_back(job_id=job.pk, fence=job.fence, now=now()) else _lost(job)
    except Refusal as refusal:
        # An answer, not an accident: trying again would get the same answer.
        return _end(job, JobState.DEAD, error=str(refusal))
    except Exception as error:
        return _failed(job, error)
    return _end(job, JobState.DONE)


def _failed(job: Job, error: Exception) -> JobState:
    sentence = _one_sentence(job, error)
    detail = "".join(traceback.format_exception(error))
    attempts = held(job.pk, job.fence).values_list("attempts", flat=True).first()  # Progress resets it.
    if attempts is None:
        return _lost(job)
    log.warning("%s (attempt %s of %s)", sentence, attempts, job.max_attempts)
    if attempts >= job.max_attempts:
        return _end(job, JobState.DEAD, error=sentence, detail=detail)
    at = now()
    retried = held(job.pk, job.fence).update(
        state=JobState.READY,
        run_at=at + retry_delay(attempts, jitter=random.random()),
        lease_until=None,
        leased_by="",
        last_error=sentence[:500],
        error_detail=detail,
    )
    return JobState.READY if retried else _lost(job)


def _end(job: Job, state: JobState, *, error: str = "", detail: str = "") -> JobState:
    ended = held(job.pk, job.fence).update(
        state=state,
        finished_at=now(),
        lease_until=None,
        leased_by="",
        last_error=error[:500],
        error_detail=detail,
    )
    return state if ended else _lost(job)


def _lost(job: Job) -> JobState:
    log.warning("%s was taken over by another worker; the outcome here does not count.", job.name)
    return JobState.RUNNING


def _one_sentence(job: Job, error: Exception) -> str:
    said = str(error).strip().partition("\n")[0].rstrip(".")
    return f"{job.name} stopped with {type(error).__name__}" + (f": {said}." if said else ".")


def _stop_unless_held(run: Run, still_held: int | bool) -> None:
    if not still_held:
        run.lost.set()
    _stop_if_told(run)
    if Job.objects.filter(pk=run.job.pk, cancel_requested=True).exists():
        raise JobCancelled


def _stop_if_told(run: Run) -> None:
    if run.lost.is_set():
        raise LeaseLost
    if run.stopping.is_set():
        raise WorkerStopping


def run_due(*, limit: int = 1000, at: datetime | None = None) -> int:
    """Run due jobs here and now, one after the other, until none is left; answers how many ran.

    For set-up and tests: a worker does the same with threads, a heartbeat and schedules.
    """
    ran = 0
    while ran < limit:
        jobs = claim(worker="here", limit=1, lease=timedelta(minutes=10), now=at or now())
        if not jobs:
            break
        execute(Run(job=jobs[0]))
        ran += 1
    return ran
