"""The kinds of records that users star and come back to; each room above says how its own are read."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import QuerySet

from isthmus.core.actors import Actor

Rows = Callable[[Actor], "QuerySet[Any]"]
_kinds: dict[str, Rows] = {}


def register(kind: str, rows: Rows) -> None:
    """Say how the records of a kind are read: those that an actor may see, the merged and erased left out."""
    _kinds[kind] = rows


def kinds() -> list[str]:
    """Every kind there is."""
    return sorted(_kinds)


def visible(kind: str, ids: Iterable[int], actor: Actor) -> Mapping[int, Any]:
    """Those of the records that the actor may see, by number."""
    if kind not in _kinds:
        return {}
    return {row.pk: row for row in _kinds[kind](actor).filter(pk__in=list(ids))}
