"""The sample company's website as a source of events, and the programs that visit it."""

from datetime import datetime

from isthmus.collect.agents.known import known_agents
from isthmus.collect.commands import add_source
from isthmus.collect.models import Source, SourceCount
from isthmus.core.actors import SYSTEM
from isthmus.ledger.reading import snapshot
from isthmus.simulate import site


def add_website(*, at: datetime) -> Source:
    """The source that its visits came from."""
    return add_source(name="Website", kind="site", origins=[f"https://{site.HOST}"], by=SYSTEM, at=at)


def add_agents(*, at: datetime) -> list[int]:
    """The programs' numbers, in the order of the catalogue, each judged by how it calls itself."""
    # One after the other: the same numbers each time.
    return [known_agents({text}, at)[text] for text, _share, _machine in site.AGENTS]


def count_events() -> None:
    """Tell the counts of each source what the stream brought, as the receiver would have day by day."""
    with snapshot() as facts:
        rows = facts.execute(
            "SELECT source_id, CAST(make_timestamp(received_us) AS DATE), count(*), max(received_us) "
            "FROM facts WHERE source_id IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
    SourceCount.objects.bulk_create(
        SourceCount(source_id=source, day=day, acknowledged=count, facts=count, last_us=last)
        for source, day, count, last in rows
    )
