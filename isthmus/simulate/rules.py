"""The sample company's rules: three at work, one being tried, and a cadence with a few leads in it."""

from datetime import datetime, timedelta

from isthmus.automation.commands import activate_rule, add_rule, enrol_in_cadence
from isthmus.automation.starters import starters
from isthmus.leads.models import Lead, LeadState
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User

AT_WORK = ("large-deal", "slow-answer", "returned", "first-contact")
DRAFTS = ("stale-deal",)
ENROLLED = 3


def add_rules(*, until: datetime) -> None:
    """Written last, so that they do not go off about the history that was written before."""
    at = until - timedelta(minutes=1)
    by = actor_for(User.objects.filter(role="admin", is_active=True).order_by("pk")[0])
    for one in starters():
        if one.key not in (*AT_WORK, *DRAFTS):
            continue
        rule = add_rule(name=str(one.name), spec=dict(one.spec), by=by, at=at)
        if one.key in AT_WORK:
            activate_rule(rule_id=rule.pk, by=by, at=at)
        if one.key == "first-contact":
            _enrol(rule.pk, at)


def _enrol(cadence_id: int, at: datetime) -> None:
    """The latest leads that wait for a first contact, each by its seller."""
    waiting = Lead.objects.filter(state=LeadState.HANDED_OVER, contacted_at=None, owner__is_active=True)
    for number, owner in waiting.order_by("-handed_over_at", "-pk").values_list("pk", "owner")[:ENROLLED]:
        seller = actor_for(User.objects.get(pk=owner))
        enrol_in_cadence(cadence_id=cadence_id, lead_id=number, by=seller, at=at)
