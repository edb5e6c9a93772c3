"""After a restore nothing goes out until somebody releases it."""

from datetime import timedelta

import pytest

from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.models import Job
from isthmus.core.queue import control
from isthmus.core.queue.holding import hold_outgoing, is_held, release_outgoing
from isthmus.core.queue.registry import tasks
from isthmus.core.queue.running import run_due

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

sent: list[str] = []


@queue.task(name="test.send", outgoing=True)
def send() -> None:
    """Reaches somebody outside."""
    sent.append("sent")


@queue.reaction("test.happened", name="test.tell", outgoing=True)
def tell(fact: dict[str, object]) -> None:
    """Reaches somebody outside, too."""
    sent.append("told")


@queue.task(name="test.stay", outgoing=False)
def stay() -> None:
    """Stays at home."""


@pytest.fixture(autouse=True)
def nothing_sent_yet() -> None:
    """Each test begins with an empty post."""
    sent.clear()


def _states() -> dict[int, str]:
    return dict(Job.objects.values_list("pk", "state"))


def test_a_task_must_say_whether_it_goes_out() -> None:
    with pytest.raises(TypeError, match="outgoing"):
        queue.task(name="test.silent")  # type: ignore[call-arg]


def test_mail_goes_out() -> None:
    assert {task.name for task in tasks() if task.outgoing} >= {"web.send_password_reset"}


def test_what_waited_and_what_comes_is_held_and_the_rest_goes_on() -> None:
    old = send.enqueue(run_at=now() + timedelta(days=1))
    home = stay.enqueue()

    assert hold_outgoing(at=now()) == 1
    new = send.enqueue()
    queue.react([{"id": b"0123456789abcdef", "kind": "test.happened"}])
    run_due()

    told = Job.objects.get(name="test.tell").pk
    assert _states() == {old.pk: "held", home.pk: "done", new.pk: "held", told: "held"}
    assert sent == []


def test_a_job_that_runs_by_mistake_is_held_before_it_sends() -> None:
    hold_outgoing(at=now())
    job = send.enqueue()
    Job.objects.filter(pk=job.pk).update(state="ready")

    run_due()

    assert (_states(), sent) == ({job.pk: "held"}, [])


def test_a_failed_one_that_is_tried_again_waits_too() -> None:
    job = send.enqueue()
    Job.objects.filter(pk=job.pk).update(state="dead", finished_at=now())
    hold_outgoing(at=now())

    control.retry(job.pk)
    run_due()

    assert (_states(), sent) == ({job.pk: "held"}, [])


def test_what_is_held_can_be_cancelled() -> None:
    hold_outgoing(at=now())
    job = send.enqueue()

    assert control.cancel(job.pk).state == "cancelled"


def test_a_release_lets_new_ones_go_and_drops_what_may_have_been_sent_before() -> None:
    old = send.enqueue()
    hold_outgoing(at=now())
    new = send.enqueue()

    assert release_outgoing(at=now(), also_old=False) == (1, 1)
    run_due()

    assert _states() == {old.pk: "cancelled", new.pk: "done"}
    assert sent == ["sent"]
    assert not is_held()


def test_old_ones_go_too_when_asked() -> None:
    send.enqueue()
    hold_outgoing(at=now())

    assert release_outgoing(at=now(), also_old=True) == (1, 0)
