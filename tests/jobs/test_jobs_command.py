"""`isthmus jobs`: queued work as the administrator sees it."""

import json
from typing import Any

import pytest
from click.testing import CliRunner

from isthmus.cli.jobs import jobs
from isthmus.core import queue
from isthmus.core.clock import now
from isthmus.core.queue.control import JobNotFailed
from isthmus.core.queue.holding import hold_outgoing
from isthmus.core.queue.models import Job, JobState
from isthmus.core.queue.running import run_due
from isthmus.core.refusals import Refusal
from isthmus.workspace.commands.jobs import NothingHeld

pytestmark = pytest.mark.django_db


class PrinterEmpty(Refusal):
    """A handler's answer."""


@queue.task(name="test.print_badges", outgoing=False)
def print_badges() -> None:
    raise PrinterEmpty("The printer is empty. Fill it and try again.")


@pytest.fixture
def failed() -> Job:
    print_badges.enqueue()
    run_due()
    return Job.objects.get()


def _run(*arguments: Any) -> str:
    result = CliRunner().invoke(jobs, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_failed_work_is_listed_with_its_reason_and_the_state_of_the_queue(failed: Job) -> None:
    output = _run("list", "--state", "dead")

    assert f"{failed.pk}" in output
    assert "test.print_badges" in output
    assert "The printer is empty. Fill it and try again." in output
    assert "0 waiting, 0 running, 1 failed; 0 workers alive." in output


def test_the_list_can_be_read_by_a_program(failed: Job) -> None:
    (entry,) = json.loads(_run("list", "--format", "json"))

    assert (entry["id"], entry["state"], entry["attempts"]) == (failed.pk, "dead", 1)
    assert json.loads(_run("list", "--task", "other", "--format", "json")) == []


def test_failed_work_is_tried_again(failed: Job) -> None:
    assert _run("retry", failed.pk) == "test.print_badges runs again.\n"

    assert Job.objects.get(pk=failed.pk).state == JobState.READY


def test_failed_work_is_dropped(failed: Job) -> None:
    _run("drop", failed.pk)

    assert Job.objects.get(pk=failed.pk).state == JobState.CANCELLED


def test_waiting_work_is_cancelled() -> None:
    job = print_badges.enqueue()

    _run("cancel", job.pk)

    assert Job.objects.get(pk=job.pk).state == JobState.CANCELLED


def test_work_that_waits_cannot_be_tried_again() -> None:
    job = print_badges.enqueue()

    with pytest.raises(JobNotFailed, match="this one is waiting"):
        _run("retry", job.pk)


@queue.task(name="test.send_badges", outgoing=True)
def send_badges() -> None:
    """Reaches somebody outside."""


def test_what_was_held_back_is_counted_and_released() -> None:
    send_badges.enqueue()
    hold_outgoing(at=now())
    send_badges.enqueue()

    assert "2 are held back since a backup was restored" in _run("list")
    assert _run("release") == "1 jobs go out; 1 older ones were dropped.\n"
    with pytest.raises(NothingHeld, match="Nothing is held back"):
        _run("release")
