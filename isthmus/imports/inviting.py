"""Owners that an import invites by mail: when it is really started, each once, never by a rehearsal."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.imports.recipe.model import Recipe
from isthmus.workspace.commands import add_user, invite_user
from isthmus.workspace.commands.inviting import mail_invitation
from isthmus.workspace.models import Invitation, User

INVITATIONS = "invitations"  # Among what an import set off.
_site: ContextVar[str] = ContextVar("isthmus_import_site", default="")


class NoMail(Refusal):
    """Invitations cannot be sent."""


@contextmanager
def links_to(site: str) -> Iterator[None]:
    """Where the pages are reached, for the links of invitations, when the settings do not say it."""
    token = _site.set(site)
    try:
        yield
    finally:
        _site.reset(token)


def to_invite(recipe: Recipe, at: datetime) -> dict[str, str]:
    """Address -> role of those whom a recipe invites and who neither work here nor are invited already."""
    wanted = {
        address: role
        for rows in recipe.rows
        for expression in rows.fields.values()
        for address, role in expression.invite.items()
    }
    here = set(User.objects.filter(email__in=wanted, is_active=True).values_list("email", flat=True))
    asked = Invitation.objects.filter(
        email__in=wanted, accepted_at=None, revoked_at=None, expires_at__gt=at
    ).values_list("email", flat=True)
    return {address: role for address, role in wanted.items() if address not in here | set(asked)}


def invite_owners(recipe: Recipe, *, by: Actor, at: datetime) -> int:
    """Add and invite them, in the transaction that starts the import; how many.

    They are owners from now on and can sign in once they accept. Raises NoMail where none can be sent.
    """
    wanted = to_invite(recipe, at)
    site = settings.PUBLIC_URL or _site.get()
    if wanted and not settings.SENDS_MAIL:
        raise NoMail(
            _(
                "This import invites %(count)s people by mail, and no mail server is set up. Set one up, or "
                "choose for these owners that they are added without an invitation."
            )
            % {"count": len(wanted)}
        )
    if wanted and not site:
        raise NoMail(_("Set ISTHMUS_URL first: invitations must say where your pages are."))
    here = set(User.objects.filter(email__in=wanted).values_list("email", flat=True))
    for address, role in wanted.items():
        who: dict[str, Any] = {"email": address, "role": role}
        if address not in here:
            add_user(**who, name=address.partition("@")[0], is_active=False, by=by, at=at)
        mail_invitation(invite_user(**who, by=by, at=at), site)
    return len(wanted)
