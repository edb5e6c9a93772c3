"""Rules as tests write them, and what happens when the machine goes on."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from isthmus.automation.commands import activate_rule, add_rule
from isthmus.automation.models import Rule
from isthmus.core.clock import now
from isthmus.core.queue.running import run_due
from isthmus.leads.commands import capture_lead
from isthmus.leads.models import Lead
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Notification, User

Add = Callable[..., Rule]


def act(command: str, **arguments: dict[str, Any]) -> dict[str, Any]:
    """A step that runs a command."""
    return {"kind": "act", "command": command, "arguments": arguments}


def spec(*facts: str, then: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A rule that waits for facts."""
    return {"when": {"facts": list(facts)}, "steps": then, **more}


def only_if(*each: tuple[str, str, Any], match: str = "all") -> dict[str, Any]:
    """Conditions."""
    return {"match": match, "each": [{"field": f, "op": op, "value": value} for f, op, value in each]}


@pytest.fixture
def tell(admin: User) -> Callable[[str], dict[str, Any]]:
    """Makes a step that tells the administrator something."""
    return lambda text: act("tell_colleague", user_id={"value": admin.pk}, text={"text": text})


@pytest.fixture
def on(admin: User) -> Add:
    """Adds a rule and switches it on, in the name of the administrator unless somebody else is named."""

    def make(given: dict[str, Any], *, user: User | None = None, name: str = "Rule") -> Rule:
        by = actor_for(user or admin)
        rule = add_rule(name=name, spec=given, by=by, at=now())
        return activate_rule(rule_id=rule.pk, by=by, at=now())

    return make


def captured(at: datetime | None = None, **more: Any) -> Lead:
    """A lead comes in."""
    from isthmus.core.actors import SYSTEM

    given = {"email": "pat@example.com", "full_name": "Pat Prospect", "channel": "email", **more}
    lead: Lead = capture_lead(**given, by=SYSTEM, at=at or now())
    return lead


def told() -> list[str]:
    """What the machine did once all that was due is done, in order."""
    run_due()
    return list(
        Notification.objects.filter(kind="colleague.told").order_by("pk").values_list("text", flat=True)
    )
