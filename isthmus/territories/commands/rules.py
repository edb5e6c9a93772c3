"""Rules of territories: written as a draft, tried on all accounts, switched on, paused."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import NotPermitted, Refusal
from isthmus.ledger.facts import Fact
from isthmus.territories.models import RulesVersion, Trial
from isthmus.territories.spec import checked_spec
from isthmus.territories.trying import AT_ONCE, accounts_of, run_trial
from isthmus.workspace.changing import NothingChanged

MAY = "territories.edit"
State = RulesVersion.State


class NoRulesDraft(Refusal):
    """There is nothing to switch on, to try or to throw away."""


class RulesNotOn(Refusal):
    """No rules are at work."""


@command(
    permission=MAY,
    label=gettext_lazy("Write the rules of territories"),
    undo="write_territory_rules",
    undo_arguments=lambda version, _: version.before,
)
def write_territory_rules(*, spec: dict[str, Any] | None = None, by: Actor, at: datetime) -> RulesVersion:
    """Write what the next rules will be, in their order. Those at work stay until the draft is switched on.

    Without `spec` the draft is thrown away.
    """
    draft = _locked(State.DRAFT)
    before = draft.spec if draft is not None else None
    checked = checked_spec(spec) if spec is not None else None
    if checked == before:
        raise NothingChanged(_("Nothing was changed: the draft says this already."))
    if checked is None:
        assert draft is not None
        draft.delete()
        version = draft
    else:
        version = draft or RulesVersion(number=_next_number())
        version.spec, version.made_by_id, version.made_at = checked, _user(by), at
        version.save()
    _record("territory_rules.changed", version, by, at)
    version.before = {"spec": before} if before is not None else {}
    return version


@command(permission=MAY, label=gettext_lazy("Try the rules of territories"))
def try_territory_rules(*, by: Actor, at: datetime) -> Trial:
    """Count where every account would lie by the draft, or by the rules at work. Nothing is changed."""
    if _user(by) is None:
        raise NotPermitted(_("Rules are tried with somebody's rights: sign in to do that."))
    version = _locked(State.DRAFT) or _locked(State.ACTIVE)
    if version is None:
        raise NoRulesDraft(_("There are no rules yet. Write the first, then try them."))
    total = accounts_of(by).count()
    trial = Trial.objects.create(
        version=version, spec=version.spec, total=total, asked_by_id=_user(by), asked_at=at
    )
    if total <= AT_ONCE:
        run_trial(trial, by, at)
    else:
        queue.enqueue("territories.try", {"trial_id": trial.pk}, key=f"territories.try:{trial.pk}")
    _record("territory_rules.tried", version, by, at)
    return trial


@command(
    permission=MAY,
    label=gettext_lazy("Switch the rules of territories on"),
    undo="pause_territory_rules",
    undo_arguments=lambda version, _: version.before,
)
def switch_on_territory_rules(*, by: Actor, at: datetime) -> RulesVersion:
    """Put the draft to work: what comes in is placed by it. What is there stays until it is reassigned."""
    draft = _need_draft()
    checked_spec(draft.spec)  # What it names may be gone since it was written.
    former = _locked(State.ACTIVE)
    if former is not None:
        former.state = State.PAST
        former.save(update_fields=["state"])
    draft.before = {"again": former.number} if former is not None else {}
    draft.state, draft.activated_at = State.ACTIVE, at
    draft.save(update_fields=["state", "activated_at"])
    _record("territory_rules.switched_on", draft, by, at)
    return draft


@command(
    permission=MAY,
    label=gettext_lazy("Pause the rules of territories"),
    undo="switch_on_territory_rules",
)
def pause_territory_rules(*, by: Actor, at: datetime, again: int | None = None) -> RulesVersion:
    """Let no rules place what comes in: its country decides. They become the draft, unless there is one.

    `again` names an earlier version that goes to work in their place.
    """
    active = _locked(State.ACTIVE)
    if active is None:
        raise RulesNotOn(_("No rules are at work, so there is nothing to pause."))
    active.state = State.PAST if _locked(State.DRAFT) is not None else State.DRAFT
    active.save(update_fields=["state"])
    if again is not None:
        RulesVersion.objects.filter(number=again, state=State.PAST).update(state=State.ACTIVE)
    _record("territory_rules.paused", active, by, at)
    return active


def _locked(state: State) -> RulesVersion | None:
    return RulesVersion.objects.select_for_update(of=("self",)).filter(state=state).first()


def _need_draft() -> RulesVersion:
    draft = _locked(State.DRAFT)
    if draft is None:
        raise NoRulesDraft(_("There is no draft: what you see is at work already."))
    return draft


def _next_number() -> int:
    return (RulesVersion.objects.values_list("number", flat=True).first() or 0) + 1


def _user(by: Actor) -> int | None:
    return by.id if by.kind == "user" else None


def _record(kind: str, version: RulesVersion, by: Actor, at: datetime) -> None:
    told = {"version": version.number, "rules": len(version.spec.get("rules", ()))}
    ledger.record(Fact(kind=kind, at=at, props=told), by=by)
