"""Whose turn it is on a team's page, as a pure function."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime

_NEVER = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Turn:
    """A colleague with what they have: how many meetings are ahead within the horizon, when booked last."""

    user_id: int
    upcoming: int = 0
    booked_at: datetime | None = None


def next_in_turn(free: Collection[Turn]) -> Turn | None:
    """Of those who are free: whoever has the fewest ahead, of equals whoever waited longest."""
    return min(free, key=lambda one: (one.upcoming, one.booked_at or _NEVER, one.user_id), default=None)
