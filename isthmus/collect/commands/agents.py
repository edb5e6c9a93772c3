"""Programs: what a person decides of one, and all of them judged anew by the rules."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.collect.models import Agent
from isthmus.core import queue
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import NotFound
from isthmus.ledger.facts import Fact
from isthmus.ledger.machines import judge_agents

TASK = "collect.rejudge_agents"


def _as_before(row: Agent, arguments: Any) -> dict[str, Any]:
    return {"agent_id": row.pk, "machine": row.judged_before}


@command(
    permission="sources.edit",
    label=gettext_lazy("Judge a program"),
    undo="judge_agent",
    undo_arguments=_as_before,
)
def judge_agent(*, agent_id: int, by: Actor, at: datetime, machine: bool | None = None) -> Agent:
    """Say whether a program is a machine or a person's, or leave it to the rules again.

    What it sent is read so from now on, what came long ago too. Nothing is taken away.
    """
    row = Agent.objects.select_for_update().filter(pk=agent_id).first()
    if row is None:
        raise NotFound(_("There is no such program."))
    before, row.judged_before = row.is_machine, row.judged
    row.judged, row.judged_at = machine, None if machine is None else at
    row.save(update_fields=["judged", "judged_at"])
    if row.is_machine != before:
        judge_agents({row.pk: row.is_machine})
    props = {"agent_id": row.pk, "machine": machine}
    ledger.record(Fact(kind="agent.judged", at=at, props=props), by=by)
    return row


@command(permission="sources.edit", label=gettext_lazy("Judge all programs anew"))
def rejudge_agents(*, by: Actor, at: datetime) -> dict[str, int]:
    """Have every program judged by the rules of this version, in the background. Persons' words stand."""
    programs = Agent.objects.count()
    queue.enqueue(TASK)
    ledger.record(Fact(kind="agents.rejudging", at=at, props={"programs": programs}), by=by)
    return {"programs": programs}
