"""Steering single runs of rules."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.automation.models import KIND
from isthmus.automation.queries import runs_for
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import NotFound
from isthmus.flows import steering
from isthmus.flows.models import Flow, FlowRun
from isthmus.ledger.facts import Fact

MAY = "automation.edit"


@command(permission=MAY, label=gettext_lazy("Stop a run of a rule"), trade="system")
def stop_rule_run(*, run_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """End what a rule has under way about one record."""
    run = _locked(run_id, by)
    steering.stop(run, _("Somebody stopped it."), at)
    return _done("rule.run_stopped", run, by, at)


@command(permission=MAY, label=gettext_lazy("Hold a run of a rule"), trade="system", undo="resume_rule_run")
def pause_rule_run(*, run_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Hold what a rule has under way about one record."""
    run = _locked(run_id, by)
    steering.pause(run)
    return _done("rule.run_paused", run, by, at)


@command(permission=MAY, label=gettext_lazy("Let a run of a rule go on"), trade="system")
def resume_rule_run(*, run_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Let what was held go on."""
    run = _locked(run_id, by)
    if run.flow.state == Flow.State.PAUSED:
        raise steering.FlowIsOff(
            _("The whole rule is paused. Resume that, and all it has under way goes on.")
        )
    steering.resume(run)
    return _done("rule.run_resumed", run, by, at)


@command(permission=MAY, label=gettext_lazy("Try a run of a rule again"), trade="system")
def retry_rule_run(*, run_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Take the step again at which a run failed, and go on from there."""
    run = _locked(run_id, by)
    steering.try_again(run, at)
    return _done("rule.run_retried", run, by, at)


def _locked(run_id: int, by: Actor) -> FlowRun:
    if not runs_for(by).filter(pk=run_id).exists():
        raise NotFound(_("There is no such run, or its rule is not yours to look after."))
    return steering.locked_run(run_id, KIND)


def _done(kind: str, run: FlowRun, by: Actor, at: datetime) -> dict[str, Any]:
    ledger.record(Fact(kind=kind, at=at, props={"rule_id": run.flow_id, "run_id": run.pk}), by=by)
    return {"id": run.pk, "state": run.state}
