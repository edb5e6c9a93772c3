"""Who approves the discounts of a quote."""

from django.db.models import Q

from isthmus.core.actors import Scope
from isthmus.sales.models import Quote
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from isthmus.workspace.roles import ROLES

_APPROVE = "discounts.approve"
_ASKED_AT_MOST = 20  # users of whom it is asked whether they may approve


def approvers(quote: Quote) -> list[User]:
    """Who may approve the quote's discounts: those set over its team, else whoever may approve all."""
    roles = [name for name, grants in ROLES.items() if _APPROVE in grants]
    found = User.objects.filter(Q(role__in=roles) | Q(grants__permission=_APPROVE), is_active=True)
    near: list[User] = []
    far: list[User] = []
    for user in found.distinct().order_by("name", "pk")[:_ASKED_AT_MOST]:
        actor = actor_for(user)
        scope = actor.scope(_APPROVE)
        if scope is Scope.ALL:
            far.append(user)
        elif scope is not None and (
            quote.owner_id == user.pk or (scope is Scope.TEAM and quote.team_id in actor.team_ids)
        ):
            near.append(user)
    return near or far
