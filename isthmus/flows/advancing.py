"""Doing what is due: steps are claimed some at a time under a lease; each is done in its own transaction.

In that transaction the act happens, the step is noted as done and the next one waits: all of it or nothing. A
worker that is killed leaves a lease that runs out; whoever claims the step then has another fence, so that a
worker that was only slow changes nothing any more.
"""

import logging
import random
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from isthmus.core import commands, queue
from isthmus.core.clock import now
from isthmus.core.crash import crash_point
from isthmus.core.queue.rules import retry_delay
from isthmus.core.refusals import Refusal
from isthmus.flows import causes
from isthmus.flows.filling import filled
from isthmus.flows.kinds import kind_of
from isthmus.flows.models import FlowRun, RunState, StepRun, StepState
from isthmus.flows.running import end_run, go_on
from isthmus.flows.steps import Step
from isthmus.workspace.changing import NothingChanged


class NotYet(Refusal):
    """An act has to wait until some time; then it is tried again."""

    def __init__(self, sentence: str, until: datetime) -> None:
        self.until = until
        super().__init__(sentence)


log = logging.getLogger("isthmus.flows")
LEASE = timedelta(minutes=2)
AT_ONCE = 50
MOST_TRIES = 5  # of a step that stops with an error nobody expected
MOST_CLAIMS = 20  # of a step at which the worker dies each time


def advance_due(*, limit: int = 100_000) -> int:
    """Do steps that are due until none is left; how many were done."""
    done = 0
    while done < limit and (claimed := claim_steps(lease=LEASE, at=now())):
        crash_point("flows.after_claim")
        for step_id, fence in claimed:
            queue.check_cancelled()
            done += take_step(step_id, fence)
    return done


def claim_steps(*, lease: timedelta, at: datetime, limit: int = AT_ONCE) -> list[tuple[int, int]]:
    """Take steps that are due, those due longest first: their numbers, each with the fence of this claim."""
    due = StepRun.objects.filter(state=StepState.WAITING, due_at__lte=at).filter(
        Q(lease_until=None) | Q(lease_until__lte=at)
    )
    if not due.exists():  # Look before locking: an idle worker must not take SQLite's write lock.
        return []
    with transaction.atomic():
        rows = list(
            due.select_for_update(skip_locked=True, of=("self",))
            .order_by("due_at", "pk")
            .values_list("pk", "fence")[:limit]
        )
        StepRun.objects.filter(pk__in=[pk for pk, _fence in rows]).update(
            lease_until=at + lease, fence=F("fence") + 1
        )
    return [(pk, fence + 1) for pk, fence in rows]


def take_step(step_id: int, fence: int) -> bool:
    """Do one claimed step; False when it is no longer this claim's, or has to be tried again."""
    try:
        with transaction.atomic():
            held = _held(step_id, fence)
            if held is None:
                return False
            _do(*held, now())
            crash_point("flows.before_commit")
    except Exception as error:  # Whatever it is, the others must go on; it is noted and tried again.
        log.exception("A step of a flow stopped.")
        _note_accident(step_id, fence, error)
        return False
    crash_point("flows.after_commit")
    return True


def _held(step_id: int, fence: int) -> tuple[FlowRun, StepRun] | None:
    """The run and the step, both locked, as long as this claim stands. Runs are always locked first."""
    run_id = StepRun.objects.filter(pk=step_id).values_list("run_id", flat=True).first()
    if run_id is None:
        return None
    run = (
        FlowRun.objects.select_for_update(of=("self",))
        .select_related("flow", "version__acts_as")
        .filter(pk=run_id, state=RunState.RUNNING)
        .first()
    )
    if run is None:
        return None
    step = (
        StepRun.objects.select_for_update().filter(pk=step_id, fence=fence, state=StepState.WAITING).first()
    )
    return None if step is None else (run, step)


def _do(run: FlowRun, step: StepRun, at: datetime) -> None:
    plan = run.version.plan
    planned = plan.get(step.key)
    assert planned is not None, "a version is never changed, so its steps stay"
    if step.fence > MOST_CLAIMS:
        _fail(run, step, _("The worker died every time it came to this step."), at)
        return
    following = plan.after(step.key)
    try:
        if planned.kind == "act":
            _act(run, step, planned, at)
        elif planned.kind == "branch":
            following = plan.get(_way(run, step, planned, at)) or following
        elif planned.kind == "stop":
            step.end(StepState.DONE, at)
            end_run(run, RunState.DONE, at, reason=planned.reason)
            return
    except NotYet as refusal:
        step.due_at, step.lease_until, step.error = refusal.until, None, str(refusal)[:500]
        step.fence = 0
        step.save()
        return
    except Refusal as refusal:
        _fail(run, step, str(refusal), at)
        return
    step.end(StepState.DONE, at)
    go_on(run, step, following, at)


def _act(run: FlowRun, step: StepRun, planned: Step, at: datetime) -> None:
    kind = kind_of(run)
    arguments = filled(planned.arguments, kind.values(run, at), at, kind.calendar(run))
    step.input = {"command": planned.command, "arguments": arguments}
    kind.before_act(run, planned.command, at)
    chain = causes.extended(causes.read(run.chain), run.flow_id, int(at.timestamp()))
    try:
        with causes.caused_by(chain):
            result = commands.run(planned.command, arguments, by=kind.actor(run), at=at)
    except NothingChanged as refusal:  # It is so already: that is what was wanted.
        step.output = {"nothing": str(refusal)}
        return
    crash_point("flows.after_act")
    step.batch = result.batch
    step.output = {"made": _number(result.value), "facts": result.facts}


def _way(run: FlowRun, step: StepRun, planned: Step, at: datetime) -> str:
    values = kind_of(run).values(run, at)
    met = planned.conditions.hold(values, at)
    step.input = {"values": {name: _plain(values.get(name)) for name in sorted(planned.conditions.fields)}}
    way = planned.then if met else planned.otherwise
    step.output = {"met": met, "way": way}
    return way


def _fail(run: FlowRun, step: StepRun, sentence: str, at: datetime) -> None:
    step.end(StepState.FAILED, at, error=sentence)
    end_run(run, RunState.FAILED, at, reason=sentence)


def _note_accident(step_id: int, fence: int, error: Exception) -> None:
    at = now()
    with transaction.atomic():
        held = _held(step_id, fence)
        if held is None:
            return
        run, step = held
        said = str(error).strip().partition("\n")[0].rstrip(".")[:300]
        sentence = _("It stopped with an error nobody expected: %(what)s.") % {
            "what": f"{type(error).__name__} ({said})" if said else type(error).__name__
        }
        step.attempts += 1
        if step.attempts >= MOST_TRIES:
            _fail(run, step, sentence, at)
            return
        step.lease_until, step.error = None, sentence
        step.due_at = at + retry_delay(step.attempts, jitter=random.random())
        step.save()


def _number(value: Any) -> Any:
    return getattr(value, "pk", None) if not isinstance(value, list) else [_number(one) for one in value]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
