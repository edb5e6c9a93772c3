"""Who may coach whom: the same reach that `visible_to` gives to rows, for people."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor, Scope
from isthmus.core.refusals import NotFound
from isthmus.sales.models.skills import COACHED_ROLES
from isthmus.workspace.models import User

COACHED = tuple(role for role, _text in COACHED_ROLES)


def coached_by(actor: Actor, permission: str = "coaching.view") -> "QuerySet[User]":
    """Everybody whom a right about coaching reaches: oneself, and whom one leads."""
    users = User.objects.filter(role__in=COACHED)
    scope = actor.scope(permission)
    if scope is None:
        return users.none()
    if actor.unlimited or (scope is Scope.ALL and permission != "coaching.notes"):
        return users
    condition = Q(pk=actor.id) if actor.id is not None else Q(pk__in=[])
    if scope is not Scope.OWN and actor.team_ids:
        led = Q(team_id__in=actor.team_ids)
        condition |= led & (Q(role="seller") | ~Q(team_id=actor.team_id))
    if scope is Scope.ALL:
        condition |= Q(team=None)
    return users.filter(condition)


def need_coached(number: int, by: Actor, permission: str) -> Any:
    """One seller whom the right reaches. Raises NotFound."""
    found = coached_by(by, permission).filter(pk=number).first()
    if found is None:
        raise NotFound(_("There is no such seller, or your role does not coach them."))
    return found
