"""Who owns a deal or an order reaches its person and account too."""

from functools import partial
from typing import Any

from django.db.models import QuerySet

from isthmus.core.actors import Actor, Scope
from isthmus.people.models.parties import account_paths, person_paths
from isthmus.sales.models import Deal, Order


def _own(model: Any, column: str, actor: Actor, scope: Scope) -> "QuerySet[Any]":
    rows = model.objects.all()
    own: QuerySet[Any] = rows.filter(rows.reach(actor, scope)).exclude(**{column: None}).values(column)
    return own


def open_paths() -> None:
    """Let people and accounts be reached through deals and orders (called once, when the room starts)."""
    for model in (Deal, Order):
        person_paths.append(partial(_own, model, "person_id"))
        account_paths.append(partial(_own, model, "account_id"))
