"""Who owns a lead reaches its person and account too."""

from typing import Any

from django.db.models import QuerySet

from isthmus.core.actors import Actor, Scope
from isthmus.leads.models import Lead
from isthmus.people.models.parties import account_paths, person_paths


def _own_leads(actor: Actor, scope: Scope) -> "QuerySet[Any]":
    leads = Lead.objects.all()
    return leads.filter(leads.reach(actor, scope))


def open_paths() -> None:
    """Let people and accounts be reached through leads (called once, when the room starts)."""
    person_paths.append(lambda actor, scope: _own_leads(actor, scope).values("person_id"))
    account_paths.append(
        lambda actor, scope: _own_leads(actor, scope).exclude(account=None).values("account_id")
    )
