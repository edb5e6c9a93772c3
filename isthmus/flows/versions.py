"""Drafts, activation, and what happens to runs of the version before. In the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.core import queue
from isthmus.core.crash import crash_point
from isthmus.core.refusals import NotFound, Refusal
from isthmus.flows.models import Flow, FlowRun, FlowVersion, RunState, StepRun, StepState
from isthmus.flows.running import end_run, enter, kick, not_yet_done
from isthmus.flows.steps import read_plan

MOVE_TASK = "flows.move"
Runs = Literal["stay", "move"]
AT_ONCE = 100


class NoDraft(Refusal):
    """There is nothing to switch on or to throw away."""


def new_flow(kind: str, name: str, spec: Mapping[str, Any], *, user_id: int | None, at: datetime) -> Flow:
    """A flow with its first draft."""
    read_plan(spec["steps"])
    flow = Flow.objects.create(kind=kind, name=name.strip()[:120], made_at=at, changed_at=at)
    FlowVersion.objects.create(flow=flow, number=1, spec=dict(spec), made_by_id=user_id, made_at=at)
    return flow


def locked_flow(flow_id: int, kind: str) -> Flow:
    """A flow of a kind, locked. Raises NotFound."""
    flow = (
        Flow.objects.select_for_update(no_key=True)
        .filter(pk=flow_id, kind=kind)
        .exclude(state=Flow.State.REMOVED)
        .first()
    )
    if flow is None:
        raise NotFound(_("It is not here any more. Look for it in the list."))
    return flow


def save_draft(flow: Flow, spec: Mapping[str, Any], *, user_id: int | None, at: datetime) -> FlowVersion:
    """Write what the next version will do. What is at work is not touched."""
    read_plan(spec["steps"])
    draft = flow.draft
    if draft is None:
        number = flow.versions.values_list("number", flat=True).first() or 0
        draft = FlowVersion(flow=flow, number=number + 1)
    draft.spec, draft.made_by_id, draft.made_at = dict(spec), user_id, at
    draft.save()
    flow.changed_at = at
    flow.save(update_fields=["changed_at"])
    return draft


def discard_draft(flow: Flow) -> None:
    """Throw the draft away. Raises NoDraft."""
    draft = flow.draft
    if draft is None or flow.active is None:
        raise NoDraft(_("There is no change to throw away."))
    draft.delete()


def activate(flow: Flow, *, user_id: int | None, runs: Runs, at: datetime) -> FlowVersion:
    """Put the draft to work. Runs of former versions stay with theirs, or move over: see `move_run`."""
    draft = flow.draft
    if draft is None:
        raise NoDraft(_("There is no draft to switch on: what you see is at work already."))
    flow.versions.filter(state=FlowVersion.State.ACTIVE).update(state=FlowVersion.State.PAST)
    draft.state, draft.activated_at, draft.acts_as_id = FlowVersion.State.ACTIVE, at, user_id
    draft.save()
    flow.state, flow.changed_at = Flow.State.ON, at
    flow.save(update_fields=["state", "changed_at"])
    if runs == "move" and _to_move(draft).exists():
        queue.enqueue(MOVE_TASK, {"version_id": draft.pk}, key=f"flows.move:{draft.pk}")
    return draft


def move_runs(version_id: int, at: datetime) -> int:
    """Move every open run of former versions to this one, some at a time; how many moved or ended."""
    version = FlowVersion.objects.select_related("flow").get(pk=version_id)
    moved = 0
    while version.state == FlowVersion.State.ACTIVE:
        queue.check_cancelled()
        with transaction.atomic():
            found = _to_move(version).select_for_update(of=("self",)).order_by("pk")
            runs = list(found.select_related("version", "flow")[:AT_ONCE])
            for run in runs:
                move_run(run, version, at)
            crash_point("flows.move.before_commit")
        if not runs:
            break
        moved += len(runs)
        version.refresh_from_db()
    if moved:
        kick()
    return moved


def move_run(run: FlowRun, version: FlowVersion, at: datetime) -> None:
    """Move an open run: to the step of the same key, else the next that is still there, else to its end."""
    step = run.steps.filter(state__in=[StepState.WAITING, StepState.HELD]).get()
    before, plan = run.version.plan, version.plan
    run.version = version
    acts = run.steps.filter(kind="act", state=StepState.DONE)
    run.done_before = sorted(set(acts.values_list("key", flat=True)))
    run.save(update_fields=["version", "done_before"])
    same = plan.get(step.key)
    if same is not None and same == before.get(step.key):
        return  # It waits for what it waited for.
    step_state = StepState(step.state)
    key = step.key if same is not None else next((k for k in before.later_keys(step.key) if plan.get(k)), "")
    following = not_yet_done(run, plan.get(key))
    told = _("Version %(number)d does not have this step as it was.") % {"number": version.number}
    step.end(StepState.DROPPED, at, error=told)
    if following is None:
        reason = _("Version %(number)d has neither the step at which it was nor any that came after it.")
        end_run(run, RunState.STOPPED, at, reason=reason % {"number": version.number})
        return
    # A wait that is now longer or shorter counts from when the run came to it.
    entered = step.entered_at if same is not None else at
    entry = enter(run, following, entered, number=step.number + 1)
    if step_state is StepState.HELD:
        StepRun.objects.filter(pk=entry.pk).update(state=StepState.HELD)


def _to_move(version: FlowVersion) -> Any:
    return FlowRun.objects.filter(flow=version.flow, state__in=[RunState.RUNNING, RunState.PAUSED]).exclude(
        version=version
    )
