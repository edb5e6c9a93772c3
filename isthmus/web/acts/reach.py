"""Whether an actor may do something to one row: asked before a button is offered."""

from typing import Any

from isthmus.core.actors import Actor, Scope


def reaches(actor: Actor, row: Any, permission: str) -> bool:
    """Whether the grant covers this row. The command asks again; this only keeps useless buttons away."""
    scope = actor.scope(permission)
    if scope is None or scope is Scope.ALL:
        return scope is not None
    return bool(type(row).objects.visible_to(actor, permission).filter(pk=row.pk).exists())
