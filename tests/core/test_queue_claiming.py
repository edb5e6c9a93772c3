"""A job is with one worker at a time: leases, their end, and what an old holder may still do."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.queue.claiming import claim, extend, give_back
from isthmus.core.queue.models import Job, JobState
from isthmus.core.queue.running import LeaseLost, Run, execute

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LEASE = timedelta(seconds=30)
done: list[str] = []


@queue.task(name="test.carry", outgoing=False, max_attempts=2)
def carry(what: str = "") -> None:
    done.append(what)


@queue.task(name="test.carry_on", outgoing=False)
def carry_on() -> None:
    queue.confirm_lease()


@pytest.fixture(autouse=True)
def nothing_done_yet() -> None:
    done.clear()


def _take(worker: str, at: datetime, limit: int = 1) -> list[Job]:
    return claim(worker=worker, limit=limit, lease=LEASE, now=at)


def test_the_urgent_and_then_the_oldest_job_is_taken_first() -> None:
    at = now()
    ordinary = queue.enqueue("test.carry", {"what": "new"}, run_at=at)
    older = queue.enqueue("test.carry", {"what": "old"}, run_at=at - timedelta(hours=1))
    urgent = queue.enqueue("test.carry", {"what": "urgent"}, run_at=at, priority=5)

    assert [job.pk for job in _take("first", at, limit=9)] == [urgent.pk, older.pk, ordinary.pk]


def test_a_job_under_lease_is_not_handed_out_until_the_lease_ends() -> None:
    carry.enqueue()
    at = now()
    (job,) = _take("first", at)

    assert _take("second", at + LEASE - timedelta(microseconds=1)) == []
    (again,) = _take("second", at + LEASE)
    assert (again.pk, again.attempts, again.leased_by) == (job.pk, 2, "second")
    assert again.fence == job.fence + 1


def test_a_beating_heart_keeps_the_lease() -> None:
    carry.enqueue()
    at = now()
    (job,) = _take("first", at)

    lost = extend(worker="first", held=[(job.pk, job.fence)], lease=LEASE, now=at + LEASE / 2)

    assert lost == set()
    assert _take("second", at + LEASE) == []
    assert len(_take("second", at + LEASE * 1.5)) == 1


def test_a_worker_learns_that_its_lease_was_lost() -> None:
    carry.enqueue()
    at = now()
    (job,) = _take("first", at)
    _take("second", at + LEASE)

    assert extend(worker="first", held=[(job.pk, job.fence)], lease=LEASE, now=at + LEASE) == {job.pk}


def test_a_worker_whose_lease_was_lost_cannot_mark_the_job_done() -> None:
    carry.enqueue(what="box")
    at = now()
    (stale,) = _take("first", at)
    (fresh,) = _take("second", at + LEASE)

    outcome = execute(Run(job=stale))

    job = Job.objects.get()
    assert outcome == JobState.RUNNING
    assert (job.state, job.leased_by) == (JobState.RUNNING, "second")
    assert execute(Run(job=fresh)) == JobState.DONE
    assert done == ["box", "box"]  # At least once: handlers are idempotent.


def test_what_a_worker_writes_under_a_lost_lease_does_not_count() -> None:
    carry_on.enqueue()
    at = now()
    (stale,) = _take("first", at)
    _take("second", at + LEASE)

    run = Run(job=stale)

    assert execute(run) == JobState.RUNNING
    assert run.lost.is_set()


def test_a_held_lease_is_confirmed() -> None:
    carry_on.enqueue()
    (job,) = _take("first", now())

    assert execute(Run(job=job)) == JobState.DONE


def test_outside_a_worker_there_is_no_lease_to_lose() -> None:
    carry_on()

    with pytest.raises(LeaseLost):
        raise LeaseLost  # It is no Exception, so that a handler's `except Exception` lets it pass.
    assert not issubclass(LeaseLost, Exception)


def test_a_job_whose_worker_dies_every_time_ends_as_failed() -> None:
    carry.enqueue()
    at = now()
    for attempt in range(2):
        assert len(_take("mortal", at + LEASE * attempt)) == 1

    assert _take("next", at + LEASE * 2) == []
    job = Job.objects.get()
    assert (job.state, job.attempts) == (JobState.DEAD, 2)
    assert job.last_error == "The worker died every time it ran this job."


def test_a_job_that_is_handed_back_does_not_lose_an_attempt() -> None:
    carry.enqueue()
    at = now()
    (job,) = _take("leaving", at)

    assert give_back(job_id=job.pk, fence=job.fence, now=at)
    (again,) = _take("next", at)
    assert again.attempts == 1
    assert not give_back(job_id=job.pk, fence=job.fence, now=at)


@pytest.mark.django_db(transaction=True)
def test_many_threads_never_take_the_same_job() -> None:
    expected = {carry.enqueue(what=str(number)).pk for number in range(60)}
    at = now()
    taken: list[int] = []
    barrier = threading.Barrier(6)

    def take_all(name: str) -> None:
        barrier.wait()
        while jobs := _take(name, at, limit=3):
            taken.extend(job.pk for job in jobs)
        connection.close()

    threads = [threading.Thread(target=take_all, args=(f"thread-{n}",)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(taken) == 60
    assert set(taken) == expected
    assert set(Job.objects.values_list("attempts", flat=True)) == {1}
