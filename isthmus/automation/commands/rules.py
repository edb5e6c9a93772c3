"""Rules: written as drafts, tried on the past, switched on, paused, taken away."""

from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.automation.firing import ask_again
from isthmus.automation.models import KIND, DryRun, Rule
from isthmus.automation.queries import rules_for
from isthmus.automation.rehearsing import TASK as REHEARSE
from isthmus.automation.spec import checked_spec
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted, Refusal
from isthmus.flows import steering, versions
from isthmus.flows.models import Flow, FlowRun, FlowVersion, RunState
from isthmus.ledger.facts import Fact

MAY = "automation.edit"


class RuleNotOn(Refusal):
    """Only a rule that is at work is paused."""


class RuleNotPaused(Refusal):
    """Only a paused rule is resumed."""


class NothingToTry(Refusal):
    """The past cannot tell what people would have chosen."""


@command(
    permission=MAY,
    label=gettext_lazy("Add a rule"),
    trade="system",
    undo="remove_rule",
    undo_arguments=lambda rule, _: {"rule_id": rule.pk},
)
def add_rule(*, name: str, spec: dict[str, Any], by: Actor, at: datetime) -> Rule:
    """Write a rule as a draft: when, if, then. It does nothing until it is switched on."""
    flow = versions.new_flow(KIND, _named(name), checked_spec(spec), user_id=_user(by), at=at)
    rule = Rule.objects.create(flow=flow, owner_id=_user(by))
    _record("rule.added", flow, by, at)
    return rule


@command(permission=MAY, label=gettext_lazy("Change a rule"), trade="system")
def edit_rule(
    *, rule_id: int, by: Actor, at: datetime, name: str | None = None, spec: dict[str, Any] | None = None
) -> Rule:
    """Write what the next version of a rule will do; the one at work stays until the draft is switched on."""
    flow = _locked(rule_id, by)
    if name is not None:
        flow.name, flow.changed_at = _named(name), at
        flow.save(update_fields=["name", "changed_at"])
    if spec is not None:
        versions.save_draft(flow, checked_spec(spec), user_id=_user(by), at=at)
    _record("rule.changed", flow, by, at)
    return _rule(flow)


@command(permission=MAY, label=gettext_lazy("Throw a rule's draft away"), trade="system")
def discard_rule_draft(*, rule_id: int, by: Actor, at: datetime) -> Rule:
    """Throw away what was changed of a rule that is at work."""
    flow = _locked(rule_id, by)
    versions.discard_draft(flow)
    _record("rule.draft_discarded", flow, by, at)
    return _rule(flow)


@command(permission=MAY, label=gettext_lazy("Switch a rule on"), trade="system", undo="pause_rule")
def activate_rule(*, rule_id: int, by: Actor, at: datetime, runs: Literal["stay", "move"] = "stay") -> Rule:
    """Put a rule's draft to work with the rights of whoever does so. Runs under way stay or move over."""
    if _user(by) is None:
        raise NotPermitted(_("A rule acts with somebody's rights: sign in to switch it on."))
    flow = _locked(rule_id, by)
    draft = flow.draft
    if draft is not None:
        checked_spec(draft.spec)  # What it names may be gone since it was written.
    version = versions.activate(flow, user_id=_user(by), runs=runs, at=at)
    rule = _rule(flow)
    Rule.objects.filter(pk=rule.pk).update(owner=_user(by), looped_at=None)
    ask_again()
    _record("rule.activated", flow, by, at, version=version.number)
    return rule


@command(permission=MAY, label=gettext_lazy("Pause a rule"), trade="system", undo="resume_rule")
def pause_rule(*, rule_id: int, by: Actor, at: datetime) -> Rule:
    """Let a rule not go off any more, and hold what it has under way."""
    flow = _locked(rule_id, by)
    if flow.state != Flow.State.ON:
        raise RuleNotOn(_("This rule is not at work, so there is nothing to pause."))
    _set(flow, Flow.State.PAUSED, at)
    held = steering.pause_all(flow.pk)
    _record("rule.paused", flow, by, at, held=held)
    return _rule(flow)


@command(permission=MAY, label=gettext_lazy("Resume a rule"), trade="system", undo="pause_rule")
def resume_rule(*, rule_id: int, by: Actor, at: datetime) -> Rule:
    """Put a paused rule to work again; what it has under way goes on."""
    flow = _locked(rule_id, by)
    if flow.state != Flow.State.PAUSED:
        raise RuleNotPaused(_("This rule is not paused."))
    _set(flow, Flow.State.ON, at)
    going = steering.resume_all(flow.pk)
    _record("rule.resumed", flow, by, at, going=going)
    return _rule(flow)


@command(permission=MAY, label=gettext_lazy("Remove a rule"), trade="system")
def remove_rule(*, rule_id: int, by: Actor, at: datetime) -> dict[str, int]:
    """Take a rule away and stop what it has under way. What it did stays in its log and on the records."""
    flow = _locked(rule_id, by)
    runs = FlowRun.objects.filter(flow=flow, state__in=[RunState.RUNNING, RunState.PAUSED])
    stopped = steering.stop_all(runs.values_list("pk", flat=True), _("The rule was removed."), at)
    _set(flow, Flow.State.REMOVED, at)
    _record("rule.removed", flow, by, at, stopped=stopped)
    return {"stopped": stopped}


@command(permission=MAY, label=gettext_lazy("Try a rule on the past"), trade="system")
def rehearse_rule(*, rule_id: int, by: Actor, at: datetime) -> DryRun:
    """Count what a rule would have done in the last 90 days, with one's own rights. Nothing is done."""
    if _user(by) is None:
        raise NotPermitted(_("A rule is tried with somebody's rights: sign in to do that."))
    flow = _locked(rule_id, by)
    version: FlowVersion = flow.draft or flow.versions.filter(state=FlowVersion.State.ACTIVE).get()
    if version.spec["when"].get("enrolled"):
        raise NothingToTry(_("A cadence begins when somebody enrols a record: the past cannot tell of whom."))
    dry_run = DryRun.objects.create(version=version, spec=version.spec, asked_by_id=_user(by), asked_at=at)
    queue.enqueue(REHEARSE, {"dry_run_id": dry_run.pk}, key=f"{REHEARSE}:{dry_run.pk}")
    _record("rule.rehearsed", flow, by, at)
    return dry_run


def _locked(rule_id: int, by: Actor) -> Flow:
    if not rules_for(by).filter(pk=rule_id).exists():
        raise NotFound(_("There is no such rule, or it is not yours to look after."))
    return versions.locked_flow(rule_id, KIND)


def _rule(flow: Flow) -> Rule:
    return Rule.objects.select_related("flow").get(pk=flow.pk)


def _set(flow: Flow, state: Flow.State, at: datetime) -> None:
    flow.state, flow.changed_at = state, at
    flow.save(update_fields=["state", "changed_at"])
    ask_again()


def _named(name: str) -> str:
    if not name.strip():
        raise InvalidInput({"name": _("Give the rule a name.")})
    return name.strip()[:120]


def _user(by: Actor) -> int | None:
    return by.id if by.kind == "user" else None


def _record(kind: str, flow: Flow, by: Actor, at: datetime, **told: Any) -> None:
    ledger.record(Fact(kind=kind, at=at, props={"rule_id": flow.pk, **told}), by=by)
