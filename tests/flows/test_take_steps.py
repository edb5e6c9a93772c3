"""Runs go from step to step: each act once, together with the step that follows."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from isthmus.core.clock import now
from isthmus.flows import advancing, running, steering
from isthmus.flows.advancing import LEASE, advance_due, claim_steps, take_step
from isthmus.flows.invariants import check, stranded
from isthmus.flows.models import FlowRun, RunState, StepRun, StepState
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON
from tests.flows.conftest import Begin, told, wait

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
Tell = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def clock(company: object) -> Any:
    """The clock of the machine stands at Monday noon until a test moves it."""
    with time_machine.travel(MONDAY_NOON, tick=False) as traveller:
        yield traveller


def test_acts_are_done_in_order_and_the_run_is_done(begin: Begin, tell: Tell) -> None:
    run = begin(tell("Call {person.name}"), tell("Then write"), at=now(), **{"person.name": "Pat"})

    advance_due()

    run.refresh_from_db()
    assert (run.state, run.ended_at) == (RunState.DONE, MONDAY_NOON)
    assert told() == ["Call Pat", "Then write"]
    first = run.steps.get(number=1)
    assert first.input["arguments"]["text"] == "Call Pat"
    assert first.output["facts"] == 1
    assert first.batch


def test_a_wait_is_over_at_its_time_and_not_before(begin: Begin, tell: Tell, clock: Any) -> None:
    begin(wait(1, "business_days"), tell("Good morning"), at=now())

    clock.move_to(MONDAY_NOON + timedelta(hours=23, minutes=59))
    advance_due()
    assert told() == []
    clock.move_to(MONDAY_NOON + timedelta(days=1))
    advance_due()

    assert told() == ["Good morning"]


def test_a_branch_goes_the_way_that_the_values_say(begin: Begin, tell: Tell) -> None:
    large = {"match": "all", "each": [{"field": "amount", "op": "gt", "value": "100"}]}
    steps = [
        {"kind": "branch", "if": large, "then": "large", "else": "small"},
        tell("large", "large"), {"kind": "stop", "key": "end", "reason": "That was all"},
        tell("small", "small"),
    ]  # fmt: skip

    big = begin(*steps, at=now(), key="big", amount=200)
    begin(*steps, at=now(), key="little", amount=50)
    advance_due()

    assert sorted(told()) == ["large", "small"]
    assert FlowRun.objects.get(pk=big.pk).reason == "That was all"
    assert big.steps.get(number=1).output == {"met": True, "way": "large"}


def test_a_refusal_ends_the_run_with_its_sentence_and_can_be_tried_again(
    begin: Begin, tell: Tell, rita: User
) -> None:
    run = begin(tell("Hello"), at=now())
    User.objects.filter(pk=rita.pk).update(is_active=False)
    advance_due()
    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "no such colleague" in run.reason

    User.objects.filter(pk=rita.pk).update(is_active=True)
    steering.try_again(FlowRun.objects.get(pk=run.pk), now())
    advance_due()

    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert told() == ["Hello"]
    assert [step.state for step in run.steps.all()] == ["failed", "done"]


def test_an_accident_leaves_nothing_behind_and_is_tried_again(
    begin: Begin, tell: Tell, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(tell("Once"), at=now())

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as during:
        during.setattr(advancing, "go_on", broken)  # After the act, before the end of its transaction.
        advance_due()

    step = run.steps.get()
    assert (step.state, step.attempts) == (StepState.WAITING, 1)
    assert "the disk is full" in step.error
    assert told() == []
    clock.move_to(MONDAY_NOON + timedelta(minutes=1))
    advance_due()
    assert told() == ["Once"]


def test_a_step_that_always_stops_ends_the_run(
    begin: Begin, tell: Tell, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(tell("Never"), at=now())

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(advancing, "go_on", broken)
    for hour in range(1, 10):
        advance_due()
        clock.move_to(MONDAY_NOON + timedelta(hours=hour))

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert stranded() == []


def test_whoever_lost_a_step_to_another_changes_nothing(begin: Begin, tell: Tell) -> None:
    begin(tell("Once"), at=now())
    ((step, slow),) = claim_steps(lease=LEASE, at=now())
    assert claim_steps(lease=LEASE, at=now()) == []
    ((_same, heir),) = claim_steps(lease=LEASE, at=now() + LEASE)

    assert not take_step(step, slow)
    assert take_step(step, heir)
    assert not take_step(step, heir)

    assert told() == ["Once"]


def test_a_step_at_which_the_worker_always_dies_ends_the_run(begin: Begin, tell: Tell) -> None:
    run = begin(tell("Deadly"), at=now())
    for number in range(advancing.MOST_CLAIMS + 1):
        ((step, fence),) = claim_steps(lease=LEASE, at=now() + number * 2 * LEASE)
    take_step(step, fence)

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "died every time" in run.reason


def test_a_paused_run_waits_and_goes_on(begin: Begin, tell: Tell) -> None:
    run = begin(tell("Later"), at=now())
    steering.pause(run)
    advance_due()
    assert told() == []
    assert check() == []

    steering.resume(run)
    advance_due()

    assert told() == ["Later"]


def test_a_stopped_run_does_no_more(begin: Begin, tell: Tell) -> None:
    run = begin(tell("Never"), at=now())

    assert steering.stop_all([run.pk], "They answered.", now()) == 1
    advance_due()

    run.refresh_from_db()
    assert (run.state, run.reason, told()) == (RunState.STOPPED, "They answered.", [])
    assert run.steps.get().state == StepState.DROPPED
    with pytest.raises(steering.RunHasEnded):
        steering.pause(run)


def test_a_run_begins_once_for_its_key(begin: Begin, tell: Tell) -> None:
    from isthmus.flows.running import begin_run

    run = begin(tell("Once"), at=now())

    assert begin_run(run.version, key=run.key, at=now()) is None
    assert StepRun.objects.count() == 1


def test_steps_that_lead_back_for_ever_come_to_an_end(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "MOST_STEPS", 20)
    always = {"match": "all", "each": []}
    run = begin({"kind": "branch", "key": "back", "if": always, "then": "back"}, at=now())

    advance_due()

    run.refresh_from_db()
    assert run.state == RunState.FAILED
    assert "without coming to an end" in run.reason
