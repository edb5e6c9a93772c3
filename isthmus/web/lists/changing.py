"""Which cells of a list its reader may change, and where."""

from collections.abc import Container, Sequence
from typing import Any

from django.urls import get_script_prefix

from isthmus.core.actors import Actor, Scope
from isthmus.web.lists.spec import ListSpec


def base(spec: ListSpec) -> str:
    """Where the addresses of the list's cells begin."""
    return f"{get_script_prefix()}cells/{spec.name}/"


def changeable(spec: ListSpec, actor: Actor, rows: Sequence[Any]) -> Container[int]:
    """The ids of those rows that the actor may change: one query at the most for all of them."""
    scope = actor.scope(spec.editing.permission) if spec.editing else None
    if spec.editing is None or scope is None or not rows:
        return ()
    ids = [row.pk for row in rows]
    if scope is Scope.ALL:
        return frozenset(ids)
    reached = type(rows[0]).objects.visible_to(actor, spec.editing.permission).filter(pk__in=ids)
    return frozenset(reached.values_list("pk", flat=True))


def may_change_many(spec: ListSpec, actor: Actor) -> bool:
    """Whether the actor may change many records of the list at once."""
    allowed = spec.editing is not None and actor.allows(spec.editing.permission)
    return allowed and actor.allows("records.change_many") and actor.id is not None
