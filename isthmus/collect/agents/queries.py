"""Reading programs: those with the most events lately, and those that a person decided on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from isthmus.collect.models import Agent
from isthmus.core.actors import Actor
from isthmus.ledger.busiest import busiest_agents

MAY = "sources.edit"
_MOST_FOUND = 1000  # programs that a search looks at


@dataclass(frozen=True)
class Program:
    """A program with its events since a time, and when the last of them happened."""

    agent: Agent
    events: int
    last_at: datetime | None


def agents_for(actor: Actor) -> "QuerySet[Agent]":
    """The programs that somebody may judge."""
    return Agent.objects.all() if actor.allows(MAY) else Agent.objects.none()


def programs_for(
    actor: Actor, *, since: datetime, which: str = "", text: str = "", most: int
) -> Sequence[Program]:
    """Programs with their events since a time, those with the most first.

    `which`: "machines", "people", or "decided" for those that a person judged; `text` stands in their names.
    Those that were searched for, or decided on, are there without events too.
    """
    agents = agents_for(actor)
    if not agents.exists():
        return []
    named: list[int] | None = None
    if text or which == "decided":
        wanted = agents.filter(text__icontains=text) if text else agents
        if which == "decided":
            wanted = wanted.exclude(judged=None)
        named = list(wanted.order_by("-seen_at", "-pk").values_list("pk", flat=True)[:_MOST_FOUND])
    machine = {"machines": True, "people": False}.get(which)
    busy = busiest_agents(since=since, machine=machine, among=named, most=most)
    rows = agents.in_bulk([*(one.agent for one in busy), *(named or [])[:most]])
    found = [Program(rows.pop(one.agent), one.facts, one.last_at) for one in busy if one.agent in rows]
    quiet = [row for row in rows.values() if machine is None or row.is_machine == machine]
    quiet.sort(key=lambda row: (row.seen_at, row.pk), reverse=True)
    return [*found, *(Program(row, 0, None) for row in quiet)][:most]
