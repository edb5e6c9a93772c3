"""Background jobs as people repair them."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.queue import control
from isthmus.core.queue.holding import is_held, release_outgoing
from isthmus.core.refusals import Refusal
from isthmus.ledger.facts import Fact


@command(permission="jobs.manage", label=gettext_lazy("Try a job again"))
def retry_job(*, job_id: int, by: Actor, at: datetime) -> Any:
    """Put a job that gave up back in line."""
    job = control.retry(job_id)
    ledger.record(Fact(kind="job.retried", at=at, props={"job_id": job_id}), by=by)
    return job


@command(permission="jobs.manage", label=gettext_lazy("Drop a job"))
def drop_job(*, job_id: int, by: Actor, at: datetime) -> Any:
    """Give a job up for good."""
    job = control.drop(job_id)
    ledger.record(Fact(kind="job.dropped", at=at, props={"job_id": job_id}), by=by)
    return job


@command(permission="jobs.manage", label=gettext_lazy("Cancel a job"))
def cancel_job(*, job_id: int, by: Actor, at: datetime) -> Any:
    """Ask a job to stop at its next safe place."""
    job = control.cancel(job_id)
    ledger.record(Fact(kind="job.cancelled", at=at, props={"job_id": job_id}), by=by)
    return job


class NothingHeld(Refusal):
    """No backup was restored since the last release."""


@command(permission="jobs.manage", label=gettext_lazy("Release what was held back"))
def release_jobs(*, also_old: bool = False, by: Actor, at: datetime) -> dict[str, int]:
    """Let go out what a restore held back; what is older than the restore only when asked for."""
    if not is_held():
        raise NothingHeld(_("Nothing is held back: no backup was restored since the last release."))
    going, dropped = release_outgoing(at=at, also_old=also_old)
    released = {"going": going, "dropped": dropped}
    ledger.record(Fact(kind="job.released", at=at, props=released), by=by)
    return released
