"""A rule of three acts on many leads, and whether each act was done exactly once."""

from collections import Counter
from typing import Any

from isthmus.automation.commands import activate_rule, add_rule
from isthmus.automation.models import Rule
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.flows.invariants import stranded
from isthmus.flows.models import FlowRun, RunState, StepRun, StepState
from isthmus.leads.commands import capture_lead
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Notification, User

ACTS = ("one", "two", "three")
FIRES = 1  # Each lead sets the rule off once.


def begin_rule(admin: User) -> Rule:
    """A rule that tells of each lead three times, the second time after a branch."""
    has_mail = {"match": "all", "each": [{"field": "person.has_email", "op": "yes"}]}
    steps: list[dict[str, Any]] = [
        _tell(admin, "one"),
        {"kind": "wait", "key": "w", "pause": {"amount": 0, "unit": "minutes"}},
        {"kind": "branch", "key": "b", "if": has_mail, "then": "two"},
        _tell(admin, "two"),
        _tell(admin, "three"),
    ]
    by = actor_for(admin)
    spec = {"when": {"facts": ["lead.captured"]}, "steps": steps}
    rule = add_rule(name="Thrice", spec=spec, by=by, at=now())
    return activate_rule(rule_id=rule.pk, by=by, at=now())


def capture(number: int) -> None:
    """One lead more; what it is called is how its acts are counted."""
    name = f"Lead-{number}"
    capture_lead(email=f"lead{number}@example.com", full_name=name, by=SYSTEM, at=now())


def problems(leads: int) -> list[str]:
    """What is not as it should be once all is quiet; empty when each act was done exactly once."""
    told = Counter(Notification.objects.filter(kind="colleague.told").values_list("text", flat=True))
    wanted = {f"{act} Lead-{number}" for act in ACTS for number in range(leads)}
    found = [f"{text} was not done" for text in sorted(wanted - set(told))[:5]]
    found += [f"{text} was done {count} times" for text, count in told.items() if count != 1][:5]
    found += [f"{text} was not asked for" for text in sorted(set(told) - wanted)[:5]]
    runs = FlowRun.objects.count()
    if runs != leads * FIRES:
        found.append(f"{runs} runs for {leads} leads")
    if not_done := FlowRun.objects.exclude(state=RunState.DONE).count():
        found.append(f"{not_done} runs are not done")
    acts = StepRun.objects.filter(kind="act", state=StepState.DONE).count()
    if acts != sum(told.values()):
        found.append(f"the log has {acts} acts, {sum(told.values())} were done")
    if hanging := stranded():
        found.append(f"{len(hanging)} runs are stranded")
    return found


def are_quiet(leads: int) -> bool:
    """Whether every run has ended."""
    ended = FlowRun.objects.exclude(ended_at=None).count()
    return ended >= leads and not FlowRun.objects.filter(ended_at=None).exists()


def _tell(user: User, word: str) -> dict[str, Any]:
    arguments = {"user_id": {"value": user.pk}, "text": {"text": word + " {person.name}"}}
    return {"kind": "act", "key": word, "command": "tell_colleague", "arguments": arguments}
