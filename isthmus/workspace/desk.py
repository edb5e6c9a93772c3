"""Reading what a user has at hand: only what they may still see, and nobody who was merged or erased."""

from collections.abc import Iterable, Sequence
from typing import Any

from isthmus.core.actors import Actor
from isthmus.workspace import records
from isthmus.workspace.models import Favourite, SeenRecord

SEEN = 30  # How many records are remembered as seen.
STARRED = 100


def starred(user_id: int, actor: Actor, limit: int = STARRED) -> list[tuple[str, Any]]:
    """Kind and row of each starred record, the latest star first."""
    return _readable(Favourite.objects.filter(user=user_id).order_by("-at", "-pk")[:STARRED], actor)[:limit]


def seen_lately(user_id: int, actor: Actor, limit: int = SEEN) -> list[tuple[str, Any]]:
    """Kind and row of each record seen lately, the latest first."""
    return _readable(SeenRecord.objects.filter(user=user_id).order_by("-at", "-pk")[:SEEN], actor)[:limit]


def is_starred(user_id: int, kind: str, record_id: int) -> bool:
    """Whether a user starred a record."""
    return Favourite.objects.filter(user=user_id, kind=kind, record_id=record_id).exists()


def unreadable(kept: Iterable[Any], actor: Actor) -> list[int]:
    """The numbers of kept rows whose records the actor may not see any more."""
    rows = list(kept)
    known = _known(rows, actor)
    return [one.pk for one in rows if (one.kind, one.record_id) not in known]


def _readable(kept: Iterable[Any], actor: Actor) -> list[tuple[str, Any]]:
    rows = list(kept)
    known = _known(rows, actor)
    return [(one.kind, known[one.kind, one.record_id]) for one in rows if (one.kind, one.record_id) in known]


def _known(rows: Sequence[Any], actor: Actor) -> dict[tuple[str, int], Any]:
    found: dict[tuple[str, int], Any] = {}
    for kind in {one.kind for one in rows}:
        ids = [one.record_id for one in rows if one.kind == kind]
        found |= {(kind, pk): row for pk, row in records.visible(kind, ids, actor).items()}
    return found
