"""Work is put into the queue with the act that asks for it, once per key."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.queue.models import Job, JobState
from isthmus.core.queue.running import run_due

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FACT = bytes(range(16))
seen: list[dict[str, Any]] = []


@pytest.fixture(autouse=True)
def nothing_seen_yet() -> None:
    seen.clear()


@queue.task(name="test.greet", outgoing=False, max_attempts=5, priority=3)
def greet(name: str) -> None:
    seen.append({"name": name})


@queue.reaction("test.arrived", "test.left", name="test.note_movement", outgoing=False)
def note_movement(fact: dict[str, Any]) -> None:
    seen.append(fact)


@queue.reaction("test.arrived", name="test.ring_bell", outgoing=False)
def ring_bell(fact: dict[str, Any]) -> None:
    seen.append({"bell": fact["id"]})


def test_a_job_carries_its_tasks_attempts_and_priority_and_gets_its_args() -> None:
    job = greet.enqueue(name="Rita")

    assert (job.max_attempts, job.priority, job.state) == (5, 3, JobState.READY)
    assert run_due() == 1
    assert seen == [{"name": "Rita"}]


def test_work_asked_for_in_an_act_that_fails_is_never_done() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        queue.enqueue("test.greet", {"name": "Rita"}, key="greet:rita")
        raise RuntimeError

    assert not Job.objects.exists()
    assert run_due() == 0


def test_the_same_key_asks_for_the_same_job() -> None:
    first = queue.enqueue("test.greet", {"name": "Rita"}, key="greet:rita")
    run_due()

    again = queue.enqueue("test.greet", {"name": "Rita"}, key="greet:rita")

    assert again.pk == first.pk
    assert again.state == JobState.DONE
    assert run_due() == 0


def test_a_job_for_later_waits_for_its_time() -> None:
    job = queue.enqueue("test.greet", {"name": "Sam"}, run_at=now() + timedelta(days=1))

    assert run_due() == 0
    assert run_due(at=job.run_at) == 1


def test_a_task_that_nobody_declares_cannot_be_asked_for() -> None:
    with pytest.raises(LookupError, match="No task is called"):
        queue.enqueue("test.unheard_of", {})


def test_two_tasks_cannot_share_a_name() -> None:
    with pytest.raises(ValueError, match="give one another name"):

        @queue.task(name="test.greet", outgoing=False)
        def somebody_else() -> None: ...


def test_every_handler_of_a_kind_hears_of_a_fact_once() -> None:
    fact = {"id": FACT, "kind": "test.arrived", "lead_id": 7, "deal_id": None}

    queue.react([fact])
    queue.react([fact])
    run_due()

    assert Job.objects.count() == 2
    assert sorted(map(str, seen)) == sorted(
        map(str, [{"id": FACT.hex(), "kind": "test.arrived", "lead_id": 7}, {"bell": FACT.hex()}])
    )


def test_one_handler_may_hear_of_many_kinds() -> None:
    queue.react([{"id": FACT, "kind": "test.left"}, {"id": FACT[::-1], "kind": "test.stayed"}])

    assert list(Job.objects.values_list("name", "key")) == [
        ("test.note_movement", f"test.note_movement:{FACT.hex()}")
    ]


def test_a_fact_that_is_taken_back_with_its_act_has_no_reactions() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        queue.react([{"id": FACT, "kind": "test.arrived"}])
        raise RuntimeError

    assert not Job.objects.exists()


def test_times_in_a_fact_reach_the_handler_as_text() -> None:
    queue.react([{"id": FACT, "kind": "test.left", "at": datetime(2026, 3, 2, 12, tzinfo=UTC)}])
    run_due()

    assert seen[0]["at"] == "2026-03-02T12:00:00+00:00"
