"""What people may do with a job: try again, drop, cancel. Plain functions; the commands call them."""

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.core.clock import now
from isthmus.core.queue.holding import must_wait
from isthmus.core.queue.models import Job, JobState
from isthmus.core.refusals import NotFound, Refusal


class JobNotFailed(Refusal):
    """Only a failed job can be tried again or dropped."""


class JobAlreadyOver(Refusal):
    """The job has ended; there is nothing left to cancel."""


@transaction.atomic
def retry(job_id: int) -> Job:
    """Give a failed job all its attempts again and have it run at once (an outgoing one: when released)."""
    job = _failed(job_id)
    job.state = JobState.HELD if must_wait(job.name) else JobState.READY
    job.attempts, job.run_at, job.finished_at = 0, now(), None
    job.cancel_requested = False
    job.save()
    return job


@transaction.atomic
def drop(job_id: int) -> Job:
    """Give up on a failed job. It stays in the list as cancelled, with its error, until it is cleaned up."""
    job = _failed(job_id)
    job.state, job.finished_at = JobState.CANCELLED, now()
    job.save()
    return job


@transaction.atomic
def cancel(job_id: int) -> Job:
    """Stop a job: a waiting one at once, a running one at its next step."""
    job = _locked(job_id)
    if job.state in (JobState.READY, JobState.HELD):
        job.state, job.finished_at = JobState.CANCELLED, now()
    elif job.state != JobState.RUNNING:
        raise JobAlreadyOver(
            _("This job is already over (%(state)s); there is nothing left to cancel.")
            % {"state": str(JobState(job.state).label).lower()}
        )
    job.cancel_requested = True
    job.save(update_fields=["state", "finished_at", "cancel_requested"])
    return job


def _failed(job_id: int) -> Job:
    job = _locked(job_id)
    if job.state != JobState.DEAD:
        raise JobNotFailed(
            _("Only a failed job can be tried again or dropped; this one is %(state)s.")
            % {"state": str(JobState(job.state).label).lower()}
        )
    return job


def _locked(job_id: int) -> Job:
    job = Job.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound(_("There is no such job; it may have been cleaned up. Look at the list of jobs."))
    return job
