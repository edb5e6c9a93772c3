"""Pausing, resuming, stopping and trying again: one run, or many. In the caller's transaction."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from isthmus.core.refusals import NotFound, Refusal
from isthmus.flows.models import FlowRun, RunState, StepRun, StepState
from isthmus.flows.running import end_run, enter, kick


class RunHasEnded(Refusal):
    """There is nothing left to pause or stop."""


class RunDidNotFail(Refusal):
    """Only what failed is tried again."""


class FlowIsOff(Refusal):
    """The runs of a paused flow wait with it."""


def locked_run(run_id: int, kind: str) -> FlowRun:
    """A run of a kind of flow, locked. Raises NotFound."""
    run = (
        FlowRun.objects.select_for_update(of=("self",))
        .select_related("flow", "version")
        .filter(pk=run_id, flow__kind=kind)
        .first()
    )
    if run is None:
        raise NotFound(_("There is no such run any more."))
    return run


def pause(run: FlowRun) -> None:
    """Let nothing happen in a run until it is resumed. Times to wait go on passing."""
    _need_open(run)
    run.state = RunState.PAUSED
    run.save(update_fields=["state"])
    run.steps.filter(state=StepState.WAITING).update(state=StepState.HELD, lease_until=None)


def resume(run: FlowRun) -> None:
    """Let a paused run go on; what came due meanwhile is done at once."""
    _need_open(run)
    run.state = RunState.RUNNING
    run.save(update_fields=["state"])
    run.steps.filter(state=StepState.HELD).update(state=StepState.WAITING)
    kick()


def stop(run: FlowRun, reason: str, at: datetime) -> None:
    """End a run before it has done all."""
    _need_open(run)
    end_run(run, RunState.STOPPED, at, reason=reason)


def try_again(run: FlowRun, at: datetime) -> None:
    """Take the step once more at which a run failed, and go on from there."""
    if run.state != RunState.FAILED:
        raise RunDidNotFail(_("This run did not fail, so there is nothing to try again."))
    last = run.steps.order_by("-number").first()
    planned = run.version.plan.get(last.key) if last else None
    if last is None or planned is None:
        raise RunDidNotFail(_("This run has no step that could be tried again."))
    run.state = RunState.PAUSED if run.flow.state == "paused" else RunState.RUNNING
    run.ended_at, run.reason = None, ""
    run.save(update_fields=["state", "ended_at", "reason"])
    again = enter(run, planned, at, number=last.number + 1)
    if run.state == RunState.PAUSED:
        StepRun.objects.filter(pk=again.pk).update(state=StepState.HELD)
    kick()


def pause_all(flow_id: int) -> int:
    """Hold all runs of a flow; how many."""
    runs = FlowRun.objects.filter(flow=flow_id, state=RunState.RUNNING)
    numbers = list(runs.select_for_update().values_list("pk", flat=True))
    FlowRun.objects.filter(pk__in=numbers).update(state=RunState.PAUSED)
    waiting = StepRun.objects.filter(run__in=numbers, state=StepState.WAITING)
    waiting.update(state=StepState.HELD, lease_until=None)
    return len(numbers)


def resume_all(flow_id: int) -> int:
    """Let all held runs of a flow go on; how many."""
    runs = FlowRun.objects.filter(flow=flow_id, state=RunState.PAUSED)
    numbers = list(runs.select_for_update().values_list("pk", flat=True))
    FlowRun.objects.filter(pk__in=numbers).update(state=RunState.RUNNING)
    StepRun.objects.filter(run__in=numbers, state=StepState.HELD).update(state=StepState.WAITING)
    kick()
    return len(numbers)


def stop_all(runs: Iterable[int], reason: str, at: datetime) -> int:
    """End those of the runs that are open, with the reason; how many. A listener on facts may call it."""
    stopped = 0
    for run in FlowRun.objects.select_for_update().filter(
        pk__in=list(runs), state__in=[RunState.RUNNING, RunState.PAUSED]
    ):
        end_run(run, RunState.STOPPED, at, reason=reason)
        stopped += 1
    return stopped


def _need_open(run: FlowRun) -> None:
    if not run.is_open:
        raise RunHasEnded(
            _("This run has ended already: %(how)s.") % {"how": run.get_state_display().lower()}
        )
