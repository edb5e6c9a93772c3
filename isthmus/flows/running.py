"""Runs: how they begin, go from step to step and end. Everything here is in the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from isthmus.core import queue
from isthmus.flows.causes import Chain
from isthmus.flows.kinds import kind_of
from isthmus.flows.models import FlowRun, FlowVersion, RunState, StepRun, StepState
from isthmus.flows.steps import Step

TASK = "flows.advance"
MOST_STEPS = 500  # Of one run: branches that lead back must end somewhere.


def begin_run(
    version: FlowVersion,
    *,
    key: str,
    at: datetime,
    record: tuple[str, int | None] = ("", None),
    person_id: int | None = None,
    fact: Mapping[str, Any] | None = None,
    chain: Chain = (),
) -> FlowRun | None:
    """Begin a run of a version once for that key; None when there is one already. `kick` has it worked on."""
    run = FlowRun(
        flow=version.flow,
        version=version,
        key=key,
        record_kind=record[0],
        record_id=record[1],
        person_id=person_id,
        fact=dict(fact or {}),
        chain=[list(cause) for cause in chain],
        began_at=at,
    )
    if not _is_new(run):
        return None
    enter(run, version.plan.steps[0], at)
    return run


def note_looped(version: FlowVersion, *, key: str, at: datetime, reason: str, **about: Any) -> FlowRun | None:
    """Note a run that does nothing, as it would be caused by itself once more; None when noted already."""
    run = FlowRun(flow=version.flow, version=version, key=key, state=RunState.STOPPED, looped=True,
                  reason=reason[:300], began_at=at, ended_at=at, **about)  # fmt: skip
    return run if _is_new(run) else None


def _is_new(run: FlowRun) -> bool:
    if FlowRun.objects.filter(flow=run.flow, key=run.key).exists():
        return False
    try:
        with transaction.atomic():
            run.save(force_insert=True)
    except IntegrityError:  # Somebody was quicker: theirs counts.
        return False
    return True


def enter(run: FlowRun, step: Step, at: datetime, *, number: int = 1) -> StepRun:
    """Have a step wait: one that acts is due at once, one that waits when its time is over."""
    due = at
    told: dict[str, Any] = {}
    if step.pause is not None:
        due = step.pause.end(at, kind_of(run).calendar(run))
        told = {"until": due.isoformat()}
    return StepRun.objects.create(
        run=run, number=number, key=step.key, kind=step.kind, entered_at=at, due_at=due, input=told
    )


def go_on(run: FlowRun, done: StepRun, following: Step | None, at: datetime) -> StepRun | None:
    """Enter the step that follows one that is done; without one the run has done all."""
    following = not_yet_done(run, following)
    if following is None:
        end_run(run, RunState.DONE, at)
        return None
    if done.number >= MOST_STEPS:
        end_run(run, RunState.FAILED, at, reason=_("It took %d steps without coming to an end.") % MOST_STEPS)
        return None
    return enter(run, following, at, number=done.number + 1)


def not_yet_done(run: FlowRun, step: Step | None) -> Step | None:
    """The step, or the first after it that is no act which the run did in a former version."""
    plan = run.version.plan
    while step is not None and step.kind == "act" and step.key in run.done_before:
        step = plan.after(step.key)
    return step


def end_run(run: FlowRun, state: RunState, at: datetime, *, reason: str = "") -> None:
    """End a run; a step that still waits is left out, with the same reason."""
    for step in run.steps.filter(state__in=[StepState.WAITING, StepState.HELD]):
        step.end(StepState.DROPPED, at, error=reason)
    run.state, run.ended_at, run.reason = state, at, reason[:300]
    run.save(update_fields=["state", "ended_at", "reason"])


def kick() -> None:
    """Have what is due worked on at once, when the caller's transaction is committed."""
    queue.enqueue(TASK)
