"""Ways in: invitations, one-time links, API keys. Tokens are shown once; only their SHA-256 is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.workspace.commands.users import add_user, let_in
from isthmus.workspace.models import ApiKey, Invitation, SignInLink, User
from isthmus.workspace.roles import PERMISSIONS

INVITATION_DAYS = 7
LINK_HOURS = 24


class LinkNotValid(Refusal):
    """The link was used, has expired, or never was."""


@dataclass(frozen=True)
class Issued:
    """A new way in, with the token that is shown this once."""

    row: Any
    token: str

    @property
    def pk(self) -> int:
        """The row's number."""
        return int(self.row.pk)


def token_hash(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@command(permission="settings.edit", label=gettext_lazy("Invite a user"))
def invite_user(
    *,
    email: str,
    role: Literal["admin", "marketer", "seller", "manager", "analyst"],
    by: Actor,
    at: datetime,
    name: str = "",
    team_id: int | None = None,
    territory_id: int | None = None,
) -> Issued:
    """Invite somebody by e-mail; an earlier open invitation to the same address ends."""
    email = email.strip().lower()
    if User.objects.filter(email=email, is_active=True).exists():
        raise InvalidInput({"email": _("%(email)s works here already.") % {"email": email}})
    Invitation.objects.filter(email=email, accepted_at=None, revoked_at=None).update(revoked_at=at)
    token = secrets.token_urlsafe(32)
    row = Invitation.objects.create(
        email=email,
        name=name.strip(),
        role=role,
        team_id=team_id,
        territory_id=territory_id,
        token_hash=token_hash(token),
        invited_by_id=by.id,
        invited_at=at,
        expires_at=at + timedelta(days=INVITATION_DAYS),
    )
    ledger.record(Fact(kind="user.invited", at=at, team=team_id, props={"role": role}), by=by)
    return Issued(row, token)


@command(permission="settings.edit", label=gettext_lazy("Revoke an invitation"))
def revoke_invitation(*, invitation_id: int, by: Actor, at: datetime) -> Invitation:
    """End an invitation that was not accepted yet."""
    row = Invitation.objects.filter(pk=invitation_id, accepted_at=None).first()
    if row is None:
        raise NotFound(_("There is no such open invitation."))
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    ledger.record(Fact(kind="user.invitation_revoked", at=at, props={"invitation_id": row.pk}), by=by)
    return row


def open_invitation(token: str, at: datetime) -> Invitation:
    """The invitation that a token opens. Raises LinkNotValid."""
    row = Invitation.objects.filter(token_hash=token_hash(token)).first()
    if row is None or not row.is_open(at):
        raise LinkNotValid(_("This invitation has expired or was used. Ask for a new one."))
    return row


def accept_invitation(*, token: str, name: str, password: str, at: datetime) -> User:
    """Become a user by an invitation's token, with a password of one's own.

    Whoever is here already without being able to sign in (an import added them) keeps what is theirs. Raises
    LinkNotValid, InvalidInput.
    """
    row = open_invitation(token, at)
    try:
        validate_password(password, User(email=row.email, name=name))
    except ValidationError as error:
        raise InvalidInput({"password": " ".join(error.messages)}) from None
    claimed = Invitation.objects.filter(pk=row.pk, accepted_at=None).update(accepted_at=at)
    if not claimed:
        raise LinkNotValid(_("This invitation was used a moment ago. Sign in instead."))
    here = User.objects.filter(email=row.email, is_active=False).first()
    if here is not None:
        return let_in(here, row, name=name, password=password, at=at)
    user: User = add_user(
        email=row.email,
        name=name or row.name,
        role=row.role,  # type: ignore[arg-type]
        password=password,
        team_id=row.team_id,
        territory_id=row.territory_id,
        by=SYSTEM,
        at=at,
    )
    return user


def make_sign_in_link(*, user: User, at: datetime, is_local: bool = False, hours: int = LINK_HOURS) -> str:
    """The token of a link that signs a user in once.

    `is_local`: printed in the terminal of the machine itself.
    """
    token = secrets.token_urlsafe(32)
    SignInLink.objects.create(
        user=user,
        token_hash=token_hash(token),
        is_local=is_local,
        created_at=at,
        expires_at=at + timedelta(hours=hours),
    )
    return token


def find_sign_in_link(*, token: str, at: datetime) -> SignInLink:
    """The link that a token opens, not used up. Raises LinkNotValid."""
    link = SignInLink.objects.select_related("user").filter(token_hash=token_hash(token)).first()
    if link is None or link.used_at or at >= link.expires_at or not link.user.is_active:
        raise LinkNotValid(_("This link was used or has expired. Ask for a new one."))
    return link


def use_sign_in_link(*, token: str, at: datetime) -> User:
    """Use up a sign-in link: the user it signs in. Raises LinkNotValid."""
    link = find_sign_in_link(token=token, at=at)
    if not SignInLink.objects.filter(pk=link.pk, used_at=None).update(used_at=at):
        raise LinkNotValid(_("This link was used a moment ago."))
    return link.user


@command(permission="keys.edit", label=gettext_lazy("Create an API key"))
def create_api_key(
    *,
    user_id: int,
    label: str,
    by: Actor,
    at: datetime,
    permissions: list[str] | None = None,
    days: int | None = 365,
) -> Issued:
    """Make a key for a program: it may what its user may, or only the rights named; it ends some day."""
    unknown = sorted(set(permissions or ()) - set(PERMISSIONS))
    if unknown:
        raise InvalidInput(
            {"permissions": _("There is no right called %(names)s.") % {"names": ", ".join(unknown)}}
        )
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        raise NotFound(_("There is no such user any more."))
    prefix = secrets.token_hex(4)
    token = f"ism_{prefix}_{secrets.token_urlsafe(32)}"
    row = ApiKey.objects.create(
        user_id=user_id,
        label=label.strip()[:120],
        prefix=prefix,
        key_hash=token_hash(token),
        permissions=sorted(permissions or []),
        created_at=at,
        expires_at=at + timedelta(days=days) if days else None,
    )
    ledger.record(Fact(kind="api_key.created", at=at, props={"key_id": row.pk, "user_id": user_id}), by=by)
    return Issued(row, token)


@command(permission="keys.edit", label=gettext_lazy("Revoke an API key"))
def revoke_api_key(*, key_id: int, by: Actor, at: datetime) -> ApiKey:
    """End a key at once."""
    row = ApiKey.objects.filter(pk=key_id, revoked_at=None).first()
    if row is None:
        raise NotFound(_("There is no such key, or it was revoked already."))
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    ledger.record(Fact(kind="api_key.revoked", at=at, props={"key_id": row.pk}), by=by)
    return row
