"""Which programs made the most facts lately: counted where the facts lie."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from isthmus.core.clock import from_us, to_us
from isthmus.ledger.reading import snapshot

_SECONDS = 20.0


class Busy(NamedTuple):
    """A program by its number, how many facts it made since then, and when the last one happened."""

    agent: int
    facts: int
    last_at: datetime


def busiest_agents(
    *, since: datetime, machine: bool | None = None, among: Sequence[int] | None = None, most: int
) -> list[Busy]:
    """The programs with the most facts since a time, those with more first; only these by number, if named.

    `machine`: only those that are machines (or are none) by their verdicts of now.
    """
    conditions, given = ["agent IS NOT NULL", "occurred_us >= ?"], [to_us(since)]
    if machine is not None:
        conditions.append("machine" if machine else "NOT machine")
    if among is not None:
        listed = ", ".join(str(int(one)) for one in among)
        conditions.append(f"agent IN ({listed})" if listed else "false")
    with snapshot() as facts:
        rows = facts.execute(
            "SELECT agent, count(*) AS made, max(occurred_us) FROM facts "  # noqa: S608 (our own words)
            f"WHERE {' AND '.join(conditions)} GROUP BY agent ORDER BY made DESC, agent LIMIT {most:d}",
            given,
            seconds=_SECONDS,
            subjects=False,
        ).fetchall()
    return [Busy(agent, made, from_us(last)) for agent, made, last in rows]
