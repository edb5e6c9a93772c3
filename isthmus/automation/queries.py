"""Reading rules, their runs and rehearsals: for those who may change rules."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from isthmus.automation.firing import active_versions
from isthmus.automation.models import KIND, DryRun
from isthmus.core.actors import Actor, Scope
from isthmus.flows.models import Flow, FlowRun, RunState

MAY = "automation.edit"
LATELY = timedelta(days=30)


def reach(actor: Actor, to_flow: str = "") -> Q:
    """The condition for rules that the actor may look after: all, their team's, their own."""
    scope = actor.scope(MAY)
    if scope is None:
        return Q(pk__in=[])
    if scope is Scope.ALL:
        return Q()
    theirs = Q(**{f"{to_flow}rule__owner": actor.id})
    if scope is Scope.TEAM and actor.team_ids:
        theirs |= Q(**{f"{to_flow}rule__owner__team__in": actor.team_ids})
    return theirs


def rules_for(actor: Actor) -> Any:
    """The rules that are kept."""
    kept = Flow.objects.filter(reach(actor), kind=KIND).exclude(state=Flow.State.REMOVED)
    return kept.select_related("rule__owner").prefetch_related("versions")


def counted(rules: Any, at: datetime) -> Any:
    """Rules with how often each went off lately, how often that failed, and how much still waits."""
    since = Q(runs__began_at__gt=at - LATELY)
    return rules.annotate(
        fired=Count("runs", filter=since & Q(runs__looped=False)),
        failed=Count("runs", filter=since & Q(runs__state=RunState.FAILED)),
        circles=Count("runs", filter=since & Q(runs__looped=True)),
        waiting=Count("runs", filter=Q(runs__state__in=[RunState.RUNNING, RunState.PAUSED])),
    )


def runs_for(actor: Actor, *, rule_id: int | None = None, state: str = "") -> Any:
    """Runs of rules, the latest first."""
    runs = FlowRun.objects.filter(reach(actor, "flow__"), flow__kind=KIND).select_related("flow", "version")
    if rule_id is not None:
        runs = runs.filter(flow=rule_id)
    if state == "looped":
        runs = runs.filter(looped=True)
    elif state in RunState.values:
        runs = runs.filter(state=state, looped=False)
    return runs


def cadences(record: str = "") -> list[tuple[int, str]]:
    """The cadences that somebody can be enrolled in (of one kind of record): the whole company's."""
    found = active_versions().filter(spec__when__enrolled=True).order_by("flow__name")
    if record:
        found = found.filter(spec__when__record=record)
    return list(found.values_list("flow_id", "flow__name"))


def dry_runs_for(actor: Actor) -> Any:
    """Rehearsals of rules."""
    return DryRun.objects.filter(reach(actor, "version__flow__")).select_related("version__flow", "asked_by")
