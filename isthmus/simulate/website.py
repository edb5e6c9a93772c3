"""The sample company's website as a source of events, and the programs that visit it."""

import hashlib
from datetime import datetime

from isthmus.collect.commands import add_source
from isthmus.collect.models import Agent, Source
from isthmus.core.actors import SYSTEM
from isthmus.ledger.machines import judge_agents
from isthmus.simulate import site


def add_website(*, at: datetime) -> Source:
    """The source that its visits came from."""
    return add_source(name="Website", kind="site", origins=[f"https://{site.HOST}"], by=SYSTEM, at=at)


def add_agents(*, at: datetime) -> list[int]:
    """The programs' numbers, in the order of the catalogue; those that are machines are judged so."""
    rows = [
        Agent(
            text_hash=hashlib.blake2b(text.encode(), digest_size=16).digest(),
            text=text,
            machine=machine,
            reason="calls itself a robot" if machine else "",
            seen_at=at,
        )
        for text, _share, machine in site.AGENTS
    ]
    made = Agent.objects.bulk_create(rows)
    judge_agents({row.pk: True for row in made if row.machine})
    return [row.pk for row in made]
