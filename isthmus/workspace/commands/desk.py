"""Starring records, and noting which ones somebody has seen."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.workspace import desk, records
from isthmus.workspace.models import Comment, Favourite, SeenRecord, User


class StarredAlready(Refusal):
    """The record has its star."""


class NotStarred(Refusal):
    """There is no star to take away."""


class TooManyStars(Refusal):
    """A list of favourites that is too long helps nobody."""


class NobodysFavourites(Refusal):
    """Only a user has favourites."""


@command(permission="favourites.edit", label=gettext_lazy("Star a record"), undo="remove_favourite")
def add_favourite(*, kind: str, record_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Star a record (person, account, lead or deal) so that it is at hand in the palette."""
    user_id = _user_of(by)
    if kind not in records.kinds():
        raise InvalidInput(
            {"kind": _("kind must be one of: %(kinds)s.") % {"kinds": ", ".join(records.kinds())}}
        )
    if record_id not in records.visible(kind, [record_id], by):
        raise NotFound(_("There is no such record, or your role does not reach it."))
    kept = Favourite.objects.filter(user=user_id)
    kept.filter(pk__in=desk.unreadable(kept.all(), by)).delete()
    if kept.filter(kind=kind, record_id=record_id).exists():
        raise StarredAlready(_("This record has its star already."))
    if kept.count() >= desk.STARRED:
        raise TooManyStars(
            _("You have %(count)s stars. Take one away before you give another.") % {"count": desk.STARRED}
        )
    Favourite.objects.create(user_id=user_id, kind=kind, record_id=record_id, at=at)
    about = {"record": kind, "record_id": record_id}
    ledger.record(Fact(kind="favourite.added", at=at, props=about), by=by)
    return {"kind": kind, "record_id": record_id}


@command(permission="favourites.edit", label=gettext_lazy("Take a star away"), undo="add_favourite")
def remove_favourite(*, kind: str, record_id: int, by: Actor, at: datetime) -> dict[str, Any]:
    """Take the star of a record away."""
    gone, _each = Favourite.objects.filter(user=_user_of(by), kind=kind, record_id=record_id).delete()
    if not gone:
        raise NotStarred(_("This record has no star of yours."))
    about = {"record": kind, "record_id": record_id}
    ledger.record(Fact(kind="favourite.removed", at=at, props=about), by=by)
    return {"kind": kind, "record_id": record_id}


def mark_seen(*, user: User, by: Actor, kind: str, record_id: int, at: datetime) -> bool:
    """Note that a user opened a record's page; False where they may not see it.

    Only the latest are kept, and none that the user may no longer see. It is no fact of the company.
    """
    if record_id not in records.visible(kind, [record_id], by):
        return False
    SeenRecord.objects.update_or_create(user=user, kind=kind, record_id=record_id, defaults={"at": at})
    kept = SeenRecord.objects.filter(user=user).order_by("-at", "-pk")
    beyond = list(kept.values_list("pk", flat=True)[desk.SEEN :])
    SeenRecord.objects.filter(pk__in=[*beyond, *desk.unreadable(kept[: desk.SEEN], by)]).delete()
    return True


def forget_record(kind: str, record_id: int) -> int:
    """Take a record from stars, memory and comments (called when it is erased); how many rows went."""
    about = {"kind": kind, "record_id": record_id}
    return sum(model.objects.filter(**about).delete()[0] for model in (Favourite, SeenRecord, Comment))


def _user_of(by: Actor) -> int:
    if by.kind != "user" or by.id is None:
        raise NobodysFavourites(_("Only somebody who signs in has favourites."))
    return by.id
