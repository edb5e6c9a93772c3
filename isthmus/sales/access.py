"""Who owns a deal or an order reaches its person and account too."""

from typing import Any

from django.db.models import QuerySet

from isthmus.core.actors import Actor, Scope
from isthmus.people.models.parties import account_paths, person_paths
from isthmus.sales.models import Deal, Order


def _own(model: Any, column: str, actor: Actor, scope: Scope) -> "QuerySet[Any]":
    rows = model.objects.all()
    return rows.filter(rows.reach(actor, scope)).exclude(**{column: None}).values(column)


def open_paths() -> None:
    """Let people and accounts be reached through deals and orders (called once, when the room starts)."""
    for model in (Deal, Order):
        person_paths.append(lambda actor, scope, model=model: _own(model, "person_id", actor, scope))
        account_paths.append(lambda actor, scope, model=model: _own(model, "account_id", actor, scope))
