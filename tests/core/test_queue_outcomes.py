"""How a job ends: done, tried again, failed for good, cancelled; and how far it says it is."""

from datetime import timedelta

import pytest

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.queue import control, queries
from isthmus.core.queue.claiming import claim
from isthmus.core.queue.models import Job, JobState
from isthmus.core.queue.running import Run, execute, run_due
from isthmus.core.refusals import NotFound, Refusal

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


class NoSuchLead(Refusal):
    """What a handler may answer."""


@queue.task(name="test.stumble", outgoing=False, max_attempts=3)
def stumble() -> None:
    raise RuntimeError("The printer is on fire\nand so is the desk")


@queue.task(name="test.refuse", outgoing=False, max_attempts=3)
def refuse() -> None:
    raise NoSuchLead("This lead was erased. Drop the job.")


@queue.task(name="test.count", outgoing=False, max_attempts=3)
def count(steps: int, fail: bool = False) -> None:
    for step in range(steps):
        queue.progress(step, steps)
    queue.progress(steps, steps)
    if fail:
        raise RuntimeError("After all that")


@queue.task(name="test.cancel_self", outgoing=False)
def cancel_self() -> None:
    control.cancel(Job.objects.get().pk)
    queue.check_cancelled()
    raise AssertionError("A cancelled job went on.")


@queue.task(name="test.swallow", outgoing=False)
def swallow() -> None:
    control.cancel(Job.objects.get().pk)
    try:
        queue.progress(1, 2)
        queue.progress(2, 2)
    except Exception as error:
        raise AssertionError("The cancellation was taken for an error.") from error


def _again() -> Job:
    """Run the job once more, however long its wait is."""
    (job,) = claim(worker="test", limit=1, lease=timedelta(minutes=1), now=now() + timedelta(days=1))
    execute(Run(job=job))
    return Job.objects.get()


def test_a_failed_job_waits_before_it_is_tried_again() -> None:
    stumble.enqueue()
    at = now()
    run_due()

    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.READY, 1)
    assert job.run_at >= at + timedelta(seconds=1)
    assert job.last_error == "test.stumble stopped with RuntimeError: The printer is on fire."
    assert "and so is the desk" in job.error_detail
    assert _again().attempts == 2
    assert Job.objects.get().run_at > job.run_at


def test_a_job_that_keeps_failing_ends_among_the_failed() -> None:
    stumble.enqueue()
    run_due()
    _again()

    job = _again()

    assert (job.state, job.attempts) == (JobState.DEAD, 3)
    assert job.finished_at is not None
    assert list(queries.dead_jobs()) == [job]


def test_a_refusal_is_an_answer_and_is_not_asked_for_again() -> None:
    refuse.enqueue()
    run_due()

    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.DEAD, 1)
    assert job.last_error == "This lead was erased. Drop the job."


def test_a_job_of_a_task_that_is_gone_fails_and_says_so() -> None:
    Job.objects.create(name="test.removed", run_at=now(), created_at=now(), max_attempts=1)
    run_due()

    assert Job.objects.get().last_error == "No task is called test.removed in this version."


def test_a_failed_job_can_be_tried_again_from_the_start() -> None:
    refuse.enqueue()
    run_due()

    job = control.retry(Job.objects.get().pk)

    assert (job.state, job.attempts, job.finished_at) == (JobState.READY, 0, None)
    assert run_due() == 1


def test_a_failed_job_can_be_dropped() -> None:
    refuse.enqueue()
    run_due()

    control.drop(Job.objects.get().pk)

    assert Job.objects.get().state == JobState.CANCELLED
    assert not queries.dead_jobs().exists()


def test_only_a_failed_job_is_tried_again_or_dropped() -> None:
    job = refuse.enqueue()

    with pytest.raises(control.JobNotFailed, match="this one is waiting"):
        control.retry(job.pk)
    with pytest.raises(control.JobNotFailed, match="this one is waiting"):
        control.drop(job.pk)


def test_a_job_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="no such job"):
        control.cancel(4711)


def test_a_waiting_job_is_cancelled_at_once() -> None:
    job = stumble.enqueue()

    control.cancel(job.pk)

    assert run_due() == 0
    assert Job.objects.get().state == JobState.CANCELLED
    with pytest.raises(control.JobAlreadyOver, match="nothing left to cancel"):
        control.cancel(job.pk)


@pytest.mark.parametrize("name", ["test.cancel_self", "test.swallow"])
def test_a_running_job_stops_at_its_next_step_when_cancelled(name: str) -> None:
    queue.enqueue(name, {})
    run_due()

    job = Job.objects.get()
    assert job.state == JobState.CANCELLED
    assert job.last_error == ""


def test_a_cancelled_job_whose_worker_died_is_not_started_again() -> None:
    stumble.enqueue()
    at = now()
    (job,) = claim(worker="mortal", limit=1, lease=timedelta(seconds=10), now=at)
    control.cancel(job.pk)

    assert claim(worker="next", limit=1, lease=timedelta(seconds=10), now=at + timedelta(seconds=10)) == []
    assert Job.objects.get().state == JobState.CANCELLED


def test_a_job_says_how_far_it_is() -> None:
    count.enqueue(steps=3)
    run_due()

    job = Job.objects.get()
    assert (job.progress_done, job.progress_total, job.progress_share) == (3, 3, 1.0)


def test_a_job_that_moves_forward_gets_its_attempts_back() -> None:
    count.enqueue(steps=3, fail=True)
    Job.objects.update(attempts=2)
    run_due()

    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.READY, 1)


def test_a_job_that_only_starts_over_does_not() -> None:
    count.enqueue(steps=3, fail=True)
    run_due()
    _again()

    job = _again()

    assert (job.state, job.attempts) == (JobState.DEAD, 3)


def test_progress_outside_a_worker_is_nobodys_business() -> None:
    count(steps=2)

    assert not Job.objects.exists()


def test_the_health_of_the_queue_is_counted() -> None:
    refuse.enqueue()
    run_due()
    stumble.enqueue()

    health = queries.health(now())

    assert (health.waiting, health.running, health.dead, health.workers) == (1, 0, 1, 0)
    assert health.oldest_due_at is not None
