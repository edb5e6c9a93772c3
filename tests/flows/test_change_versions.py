"""Editing while runs are under way: nobody is stranded, whatever is edited, paused, moved or killed."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from isthmus.core.clock import now
from isthmus.flows import steering, versions
from isthmus.flows.advancing import LEASE, advance_due, claim_steps
from isthmus.flows.invariants import stranded
from isthmus.flows.models import Flow, FlowRun, RunState, StepRun, StepState
from isthmus.flows.running import begin_run
from isthmus.flows.versions import move_runs
from isthmus.workspace.models import Notification, User
from tests.cast import MONDAY_NOON
from tests.flows.conftest import KIND, wait

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
KEYS = ("a", "b", "c", "d", "e")


def _flow(*steps: dict[str, Any]) -> Flow:
    flow = versions.new_flow(KIND, "Flow", {"steps": list(steps)}, user_id=None, at=now())
    versions.activate(flow, user_id=None, runs="stay", at=now())
    return flow


def _run(flow: Flow, key: str = "one") -> FlowRun:
    assert flow.active is not None
    run = begin_run(flow.active, key=key, at=now())
    assert run is not None
    return run


def _edit(flow: Flow, runs: versions.Runs, *steps: dict[str, Any]) -> None:
    versions.save_draft(flow, {"steps": list(steps)}, user_id=None, at=now())
    version = versions.activate(flow, user_id=None, runs=runs, at=now())
    if runs == "move":
        move_runs(version.pk, now())


@pytest.fixture(autouse=True)
def monday(company: object) -> Any:
    """It is Monday noon."""
    with time_machine.travel(MONDAY_NOON, tick=False) as traveller:
        yield traveller


def test_a_run_keeps_the_version_that_it_began_with(tell: Any, monday: Any) -> None:
    flow = _flow(wait(1, key="w"), tell("old", "t"))
    _run(flow)
    _edit(flow, "stay", wait(1, key="w"), tell("new", "t"))
    _run(flow, "two")

    monday.shift(timedelta(days=2))
    advance_due()

    assert sorted(Notification.objects.values_list("text", flat=True)) == ["new", "old"]


def test_a_run_moves_to_the_step_of_the_same_key_and_a_longer_wait_counts_from_its_beginning(
    tell: Any, monday: Any
) -> None:
    flow = _flow(wait(5, key="w"), tell("old", "t"))
    run = _run(flow)
    monday.shift(timedelta(days=1))

    _edit(flow, "move", wait(2, key="w"), tell("new", "t"))

    assert run.steps.get(state=StepState.WAITING).due_at == MONDAY_NOON + timedelta(days=2)
    monday.shift(timedelta(days=1))
    advance_due()
    assert Notification.objects.get().text == "new"


def test_a_run_whose_step_is_gone_goes_on_with_the_next_that_is_there(tell: Any) -> None:
    flow = _flow(wait(5, key="w"), tell("gone", "g"), tell("kept", "k"))
    run = _run(flow)

    _edit(flow, "move", tell("kept", "k"))
    advance_due()

    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert Notification.objects.get().text == "kept"
    assert "Version 2" in run.steps.get(number=1).error


def test_a_run_of_which_nothing_is_left_ends_with_the_reason(tell: Any) -> None:
    flow = _flow(wait(5, key="w"), tell("gone", "g"))
    run = _run(flow)

    _edit(flow, "move", tell("other", "o"))

    run.refresh_from_db()
    assert run.state == RunState.STOPPED
    assert "neither the step" in run.reason


def test_what_is_switched_on_already_has_no_draft(tell: Any) -> None:
    flow = _flow(tell("x"))

    with pytest.raises(versions.NoDraft):
        versions.activate(flow, user_id=None, runs="stay", at=now())
    with pytest.raises(versions.NoDraft):
        versions.discard_draft(flow)


class Edited(RuleBasedStateMachine):
    """Runs begin, wait, act; their flow is edited, moved, paused; workers die with a step in hand."""

    def __init__(self) -> None:
        super().__init__()
        self.number = 0
        self.clock = time_machine.travel(MONDAY_NOON, tick=False)
        self.traveller = self.clock.start()

    def teardown(self) -> None:
        self.clock.stop()

    @initialize(keys=st.permutations(KEYS))
    def write(self, keys: list[str]) -> None:
        FlowRun.objects.all().delete()
        Flow.objects.all().delete()
        Notification.objects.all().delete()
        self.rita = User.objects.get(email="rita@example.com")
        self.flow = _flow(*self._steps(keys[:3], 1))

    def _steps(self, keys: list[str], days: int) -> list[dict[str, Any]]:
        arguments = {"user_id": {"value": self.rita.pk}, "text": {"text": "{run.key}"}}
        steps: list[dict[str, Any]] = []
        for key in keys:
            steps.append(wait(days, key=f"wait-{key}"))
            steps.append({"kind": "act", "command": "tell_colleague", "arguments": arguments, "key": key})
        return steps

    @rule()
    def begins(self) -> None:
        self.number += 1
        active = self.flow.active
        if active is not None:
            begin_run(active, key=str(self.number), at=now(), fact={"run.key": str(self.number)})

    @rule(hours=st.integers(1, 40))
    def time_passes(self, hours: int) -> None:
        self.traveller.shift(timedelta(hours=hours))
        advance_due()

    @rule()
    def a_worker_dies_with_what_it_took(self) -> None:
        claim_steps(lease=LEASE, at=now())
        self.traveller.shift(LEASE)

    @rule(keys=st.lists(st.sampled_from(KEYS), min_size=1, unique=True), days=st.integers(0, 3),
          move=st.booleans())  # fmt: skip
    def is_edited(self, keys: list[str], days: int, move: bool) -> None:
        _edit(self.flow, "move" if move else "stay", *self._steps(keys, days))

    @rule()
    def is_paused(self) -> None:
        steering.pause_all(self.flow.pk)

    @rule()
    def is_resumed(self) -> None:
        steering.resume_all(self.flow.pk)

    @rule(data=st.data())
    def one_is_stopped(self, data: st.DataObject) -> None:
        runs = list(FlowRun.objects.filter(ended_at=None).values_list("pk", flat=True))
        if runs:
            steering.stop_all([data.draw(st.sampled_from(sorted(runs)))], "Enough.", now())

    @invariant()
    def nobody_is_stranded(self) -> None:
        assert stranded() == []

    @invariant()
    def each_act_is_done_once(self) -> None:
        acts = StepRun.objects.filter(kind="act", state=StepState.DONE)
        assert Notification.objects.count() == acts.count()
        done = list(acts.values_list("run", "key"))
        assert len(done) == len(set(done))

    @invariant()
    def an_ended_run_says_why_unless_it_did_all(self) -> None:
        assert not FlowRun.objects.filter(state=RunState.STOPPED, reason="").exists()


def test_no_history_of_edits_pauses_and_kills_strands_a_run(rita: User) -> None:
    run_state_machine_as_test(
        Edited,
        settings=settings(
            max_examples=12,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
