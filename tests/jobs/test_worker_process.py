"""A worker as a process: killed in mid-job, stopped politely, two beside each other."""

import signal
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from isthmus.core.queue import control, queries
from isthmus.core.queue.claiming import claim
from isthmus.core.queue.models import Job, JobState, WorkerBeat
from isthmus.core.queue.running import Run, execute
from tests.jobs import work
from tests.jobs.conftest import Start, until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
LEASE = timedelta(seconds=30)


def _stop(worker: "subprocess.Popen[str]") -> str:
    worker.send_signal(signal.SIGTERM)
    output, _ = worker.communicate(timeout=60)
    return output


def test_a_job_whose_worker_is_killed_runs_again_after_its_lease_and_counts_once(
    start: Start, tmp_path: Path
) -> None:
    work.mark.enqueue(name="box", folder=str(tmp_path))
    worker = start("tests.jobs.work", LEASE.total_seconds(), 5)
    until(lambda: list(tmp_path.glob("started-*")))

    worker.kill()
    worker.wait()

    job = Job.objects.get(name="test.mark")
    assert job.state == JobState.RUNNING
    assert job.lease_until is not None
    too_early = job.lease_until - timedelta(microseconds=1)
    assert claim(worker="heir", limit=1, lease=LEASE, now=too_early) == []
    (inherited,) = claim(worker="heir", limit=1, lease=LEASE, now=job.lease_until)
    assert (inherited.pk, inherited.attempts) == (job.pk, 2)
    (tmp_path / "go").touch()
    assert execute(Run(job=inherited)) == JobState.DONE
    assert Job.objects.filter(name="test.effect").count() == 1


def test_a_worker_that_is_stopped_finishes_its_job_first(start: Start, tmp_path: Path) -> None:
    work.mark.enqueue(name="box", folder=str(tmp_path))
    waiting = work.mark.enqueue(name="never", folder=str(tmp_path))
    control.cancel(waiting.pk)
    worker = start("tests.jobs.work", LEASE.total_seconds(), 60)
    until(lambda: list(tmp_path.glob("started-*")))
    assert queries.living_workers(Job.objects.get(pk=waiting.pk).created_at).count() == 1

    worker.send_signal(signal.SIGTERM)
    (tmp_path / "go").touch()
    output, _ = worker.communicate(timeout=60)

    assert worker.returncode == 0
    assert "Stopped." in output
    assert Job.objects.get(key=None, name="test.mark", state=JobState.DONE).attempts == 1
    assert not WorkerBeat.objects.exists()


def test_a_worker_that_is_stopped_hands_back_what_takes_too_long(start: Start, tmp_path: Path) -> None:
    work.mark.enqueue(name="box", folder=str(tmp_path))
    worker = start("tests.jobs.work", LEASE.total_seconds(), 0.2)
    until(lambda: list(tmp_path.glob("started-*")))

    output = _stop(worker)

    job = Job.objects.get(name="test.mark")
    assert "go back to the queue" in output
    assert (job.state, job.attempts, job.lease_until) == (JobState.READY, 0, None)


def test_a_long_job_that_looks_up_stops_with_its_worker(start: Start, tmp_path: Path) -> None:
    work.steps.enqueue(folder=str(tmp_path))
    worker = start("tests.jobs.work", LEASE.total_seconds(), 1)
    until(lambda: list(tmp_path.glob("started-*")))

    output = _stop(worker)

    job = Job.objects.get()
    assert "Stopped." in output
    assert (job.state, job.attempts) == (JobState.READY, 0)


def test_a_running_job_is_cancelled_from_another_process(start: Start, tmp_path: Path) -> None:
    job = work.steps.enqueue(folder=str(tmp_path))
    start("tests.jobs.work", LEASE.total_seconds(), 5)
    until(lambda: list(tmp_path.glob("started-*")))

    control.cancel(job.pk)

    until(lambda: Job.objects.get().state not in (JobState.READY, JobState.RUNNING))
    assert Job.objects.get().state == JobState.CANCELLED


def test_the_heart_of_a_worker_keeps_a_job_longer_than_its_lease(start: Start, tmp_path: Path) -> None:
    work.mark.enqueue(name="box", folder=str(tmp_path))
    start("tests.jobs.work", 2, 5)
    until(lambda: list(tmp_path.glob("started-*")))
    first = Job.objects.get(name="test.mark")

    until(lambda: Job.objects.filter(pk=first.pk, lease_until__gt=first.lease_until).exists())

    assert Job.objects.get(pk=first.pk).fence == first.fence


def test_two_workers_share_the_jobs_and_do_each_once(start: Start) -> None:
    for number in range(40):
        work.quick.enqueue(number=number)
    for _ in range(2):
        start("tests.jobs.work", LEASE.total_seconds(), 5)

    until(lambda: Job.objects.filter(name="test.quick", state=JobState.DONE).count() == 40)

    assert set(Job.objects.filter(name="test.quick").values_list("attempts", "fence")) == {(1, 1)}
    assert Job.objects.filter(name="test.effect").count() == 40
