"""A worker among accidents: a database that is away for a while, an outcome that cannot be written."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection

from isthmus.core.queue import registry
from isthmus.core.queue.claiming import claim
from isthmus.core.queue.models import Job, JobState
from isthmus.core.queue.running import execute
from isthmus.jobs.worker import Worker
from tests.jobs import work
from tests.jobs.conftest import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def no_schedules(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.schedules()
    monkeypatch.setattr(registry, "_schedules", {})


@pytest.fixture
def worker() -> Iterator[Worker]:
    """A worker in a thread of its own, to be started by `_start`."""
    made = Worker(threads=1)
    yield made
    made.stop()
    for thread in threading.enumerate():
        if thread.name == "worker-under-test":
            thread.join(timeout=60)


def _start(worker: Worker) -> None:
    def run() -> None:
        worker.run()
        connection.close()

    threading.Thread(target=run, name="worker-under-test", daemon=True).start()


def _done() -> bool:
    return Job.objects.filter(name="test.quick", state=JobState.DONE).exists()


def test_a_worker_outlives_a_database_that_is_away_for_a_while(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    accidents = [OperationalError("the server is restarting"), InterfaceError("connection already closed")]

    def unlucky(**arguments: Any) -> list[Job]:
        if accidents:
            raise accidents.pop()
        return claim(**arguments)

    monkeypatch.setattr("isthmus.jobs.worker.claim", unlucky)
    work.quick.enqueue(number=1)

    _start(worker)

    until(_done)
    assert accidents == []


def test_a_job_whose_outcome_cannot_be_written_leaves_its_worker_at_work(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    accidents = [OperationalError("the disk is full")]

    def unlucky(run: Any) -> JobState:
        if accidents:
            raise accidents.pop()
        return execute(run)

    monkeypatch.setattr("isthmus.jobs.worker.execute", unlucky)
    first = work.quick.enqueue(number=1)
    work.quick.enqueue(number=2)

    _start(worker)

    until(_done)
    assert Job.objects.get(pk=first.pk).state == JobState.RUNNING  # Until its lease ends.
