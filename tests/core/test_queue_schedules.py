"""Schedules: one run per slot, whoever looks at the clock; and jobs that are over are forgotten."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from isthmus.core import queue
from isthmus.core.queue import queries, registry
from isthmus.core.queue.cleaning import clean
from isthmus.core.queue.models import Job, JobState, Schedule, WorkerBeat
from isthmus.core.queue.running import run_due
from isthmus.core.queue.scheduling import enqueue_due_slots, next_slot

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@queue.task(name="test.sweep", outgoing=False)
def sweep(room: str = "hall") -> None: ...


@pytest.fixture(autouse=True)
def only_our_schedules(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    registry.schedules()  # Rooms have declared theirs before they are set aside.
    monkeypatch.setattr(registry, "_schedules", {})
    yield


def _at(**later: Any) -> datetime:
    return NOON + timedelta(**later)


def test_a_slot_becomes_one_job_however_often_one_looks() -> None:
    queue.schedule(every="10s", args={"room": "attic"})(sweep)
    enqueue_due_slots(NOON)

    assert [job.args for job in enqueue_due_slots(_at(seconds=11))] == [{"room": "attic"}]
    assert enqueue_due_slots(_at(seconds=12)) == []
    assert Job.objects.get().key == "schedule:test.sweep:2026-03-02T12:00:10+00:00"


def test_a_new_schedule_begins_with_its_next_slot() -> None:
    queue.schedule(daily="09:00")(sweep)

    assert enqueue_due_slots(NOON) == []
    assert next_slot(NOON) == _at(hours=21)
    assert len(enqueue_due_slots(_at(hours=21))) == 1


def test_slots_that_passed_while_nobody_was_there_are_made_up_for_once() -> None:
    queue.schedule(every="10s")(sweep)
    enqueue_due_slots(NOON)

    assert len(enqueue_due_slots(_at(hours=5))) == 1


def test_a_run_that_is_still_at_it_is_not_joined_by_the_next() -> None:
    queue.schedule(every="10s")(sweep)
    enqueue_due_slots(NOON)
    enqueue_due_slots(_at(seconds=10))

    assert enqueue_due_slots(_at(seconds=20)) == []
    run_due()
    assert len(enqueue_due_slots(_at(seconds=30))) == 1


def test_runs_may_overlap_where_that_is_said() -> None:
    queue.schedule(every="10s", overlap=True)(sweep)
    enqueue_due_slots(NOON)
    enqueue_due_slots(_at(seconds=10))

    assert len(enqueue_due_slots(_at(seconds=20))) == 1


def test_a_daily_schedule_keeps_the_companys_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_zone", [lambda: ZoneInfo("America/New_York")])
    queue.schedule(daily="09:00")(sweep)

    assert next_slot(NOON) == datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def test_the_overview_says_when_each_schedule_ran_and_runs_next() -> None:
    queue.schedule(every="1h")(sweep)
    enqueue_due_slots(NOON)
    (job,) = enqueue_due_slots(_at(hours=1))

    (line,) = queries.schedule_lines(_at(hours=1, minutes=5))

    assert (line.name, line.last_slot, line.next_slot) == ("test.sweep", _at(hours=1), _at(hours=2))
    assert line.last_job == job


def test_a_schedule_says_either_an_interval_or_a_time_of_day() -> None:
    with pytest.raises(ValueError, match="either every= or daily="):
        queue.schedule()
    with pytest.raises(ValueError, match="either every= or daily="):
        queue.schedule(every="1h", daily="09:00")


@pytest.mark.django_db(transaction=True)
def test_two_runners_that_look_at_the_same_moment_start_a_slot_once() -> None:
    queue.schedule(every="10s", overlap=True)(sweep)
    enqueue_due_slots(NOON)
    started: list[Job] = []
    barrier = threading.Barrier(4)

    def look() -> None:
        barrier.wait()
        for slot in range(1, 6):
            started.extend(enqueue_due_slots(_at(seconds=10 * slot)))
        connection.close()

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(started) == Job.objects.count()
    assert len({job.key for job in started}) == len(started)
    assert Schedule.objects.get().last_slot == _at(seconds=50)


def test_jobs_that_are_over_are_forgotten_and_failed_ones_are_kept() -> None:
    ends = {JobState.DONE: 8, JobState.CANCELLED: 31, JobState.DEAD: 400}
    for state, days in ends.items():
        for age in (days, 1):
            Job.objects.create(
                name="test.sweep",
                state=state,
                run_at=NOON,
                created_at=NOON,
                max_attempts=1,
                finished_at=_at(days=-age),
            )
    WorkerBeat.objects.create(name="gone", host="h", pid=1, threads=1, started_at=NOON, beat_at=_at(days=-2))

    assert clean(NOON) == 2
    kept = sorted(Job.objects.values_list("state", flat=True))
    assert kept == ["cancelled", "dead", "dead", "done"]
    assert not WorkerBeat.objects.exists()
