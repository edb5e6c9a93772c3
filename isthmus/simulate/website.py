"""The sample company's website as a source of events, and the programs that visit it."""

from datetime import datetime

from isthmus.collect.agents.known import known_agents
from isthmus.collect.commands import add_source
from isthmus.collect.models import Source
from isthmus.core.actors import SYSTEM
from isthmus.simulate import site


def add_website(*, at: datetime) -> Source:
    """The source that its visits came from."""
    return add_source(name="Website", kind="site", origins=[f"https://{site.HOST}"], by=SYSTEM, at=at)


def add_agents(*, at: datetime) -> list[int]:
    """The programs' numbers, in the order of the catalogue, each judged by how it calls itself."""
    # One after the other: the same numbers each time.
    return [known_agents({text}, at)[text] for text, _share, _machine in site.AGENTS]
