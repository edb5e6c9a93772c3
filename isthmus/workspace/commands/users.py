"""Users and what they may do."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import SYSTEM, Actor, Scope
from isthmus.core.changes import note_made
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.workspace.models import Grant, Invitation, User
from isthmus.workspace.roles import PERMISSIONS

Role = Literal["admin", "marketer", "seller", "manager", "analyst"]


class UserExists(Refusal):
    """Somebody with this address or id works here already; `user_id` is their number."""

    def __init__(self, sentence: str, user_id: int) -> None:
        self.user_id = user_id
        super().__init__(sentence)


class LastAdministrator(Refusal):
    """Somebody must be left who can change settings."""


def add_users(*, rows: Sequence[Mapping[str, Any]], by: Actor) -> list[Any]:
    """Bulk form of `add_user`; a row without a password makes a user who can only come in by a link."""

    def act(chunk: Sequence[Mapping[str, Any]]) -> list[Any]:
        known = dict(User.objects.values_list("email", "pk"))
        external = {row["external_id"] for row in chunk if row.get("external_id")}
        known_ids: dict[str | None, int] = dict(
            User.objects.filter(external_id__in=external).values_list("external_id", "pk")
        )
        outcomes: list[Any] = []
        for row in chunk:
            try:
                outcomes.append(_new_user(row, known, known_ids))
            except Refusal as refusal:
                outcomes.append(refusal)
        made = [one for one in outcomes if isinstance(one, User)]
        User.objects.bulk_create(made)
        note_made(made)
        ledger.record([_user_fact("user.created", user, user.joined_at) for user in made], by=by)
        return outcomes

    return bulk_call("add_user", "settings.edit", rows, by, act)


@command(permission="settings.edit", label=gettext_lazy("Add a user"), bulk=add_users)
def add_user(
    *,
    email: str,
    name: str,
    role: Role,
    by: Actor,
    at: datetime,
    password: str | None = None,
    team_id: int | None = None,
    territory_id: int | None = None,
    external_id: str | None = None,
    is_active: bool = True,
) -> User:
    """Add somebody who works here. Without a password they come in by an invitation or a link."""
    row = {key: value for key, value in locals().items() if key != "by"}
    user: User = only(add_users(rows=[row], by=by))
    return user


@command(permission="settings.edit", label=gettext_lazy("Change a user"))
def edit_user(
    *,
    user_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    role: Role | None = None,
    team_id: int | None = None,
    territory_id: int | None = None,
    is_active: bool | None = None,
) -> User:
    """Change somebody's name, role, team or territory, or close their access.

    Their sessions end at once then.
    """
    given = {
        key: value
        for key, value in locals().items()
        if key not in ("by", "at", "user_id") and value is not None
    }
    user = _user(user_id)
    loses_admin = user.role == "admin" and (
        given.get("role", "admin") != "admin" or given.get("is_active") is False
    )
    if loses_admin and not User.objects.filter(role="admin", is_active=True).exclude(pk=user.pk).exists():
        raise LastAdministrator(
            _("%(name)s is the last administrator. Make somebody else one first.") % {"name": user.name}
        )
    props = {key: [getattr(user, key), value] for key, value in given.items() if key != "name"}
    for key, value in given.items():
        setattr(user, key, value)
    if given.get("is_active") is False:
        user.set_unusable_password()
    user.save()
    ledger.record(_user_fact("user.changed", user, at, props=props), by=by)
    return user


@command(permission="settings.edit", label=gettext_lazy("Give a right"))
def give_grant(*, user_id: int, permission: str, scope: Scope, by: Actor, at: datetime) -> Grant:
    """Give one right beyond the role, with its reach: own, team or all."""
    return _set_grant(user_id, permission, scope.value, by, at)


@command(permission="settings.edit", label=gettext_lazy("Take a right"))
def take_grant(*, user_id: int, permission: str, by: Actor, at: datetime) -> Grant:
    """Take one right away, also where the role has it."""
    return _set_grant(user_id, permission, "", by, at)


def let_in(user: User, invitation: Invitation, *, name: str, password: str, at: datetime) -> User:
    """Let somebody sign in who is here without being able to, as what they were invited as.

    Rights of their own that they were given once end: the invitation says what they may do.
    """
    props = {"role": [user.role, invitation.role], "is_active": [False, True]}
    user.name = name.strip() or invitation.name or user.name
    user.role, user.is_active = invitation.role, True
    user.team_id = invitation.team_id or user.team_id
    user.territory_id = invitation.territory_id or user.territory_id
    user.set_password(password)
    with transaction.atomic():
        user.save()
        user.grants.all().delete()
        ledger.record(_user_fact("user.changed", user, at, props=props), by=SYSTEM)
    return user


def _set_grant(user_id: int, permission: str, scope: str, by: Actor, at: datetime) -> Grant:
    user = _user(user_id)
    if permission not in PERMISSIONS:
        raise InvalidInput({"permission": _("There is no right called %(name)s.") % {"name": permission}})
    grant, _made = Grant.objects.update_or_create(
        user=user, permission=permission, defaults={"scope": scope, "given_by_id": by.id, "given_at": at}
    )
    kind = "grant.given" if scope else "grant.taken"
    ledger.record(_user_fact(kind, user, at, props={"permission": permission, "scope": scope}), by=by)
    return grant


def _new_user(row: Mapping[str, Any], known: dict[str, int], known_ids: dict[str | None, int]) -> User:
    email = row["email"].strip().lower()
    try:
        validate_email(email)
    except ValidationError:
        raise InvalidInput(
            {"email": _("“%(text)s” is not an e-mail address.") % {"text": row["email"]}}
        ) from None
    found = known.get(email, known_ids.get(row.get("external_id") or ""))
    if found is not None:
        raise UserExists(_("%(email)s works here already.") % {"email": email}, found)
    user = User(
        email=email,
        name=row["name"].strip() or email,
        role=row["role"],
        team_id=row.get("team_id"),
        territory_id=row.get("territory_id"),
        external_id=row.get("external_id") or None,
        is_active=row.get("is_active", True),
        joined_at=row["at"],
    )
    user.set_password(row.get("password"))
    known[email] = 0
    if user.external_id:
        known_ids[user.external_id] = 0
    return user


def _user(user_id: int) -> User:
    user = User.objects.filter(pk=user_id).first()
    if user is None:
        raise NotFound(_("There is no such user."))
    return user


def _user_fact(kind: str, user: User, at: datetime, props: dict[str, Any] | None = None) -> Fact:
    about = {"user_id": user.pk, "role": user.role, **(props or {})}
    return Fact(kind=kind, at=at, team=user.team_id, territory=user.territory_id, props=about)
