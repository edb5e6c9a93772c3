"""Saving, changing, sharing and deleting views of lists; and with which one a list opens."""

from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor, Scope
from isthmus.core.commands import command, current_batch
from isthmus.core.editing import ChangedSince, need_version
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted, Refusal
from isthmus.ledger.facts import Fact
from isthmus.workspace.models import DefaultView, SavedView, ViewReach

Lists = Literal["people", "accounts", "leads", "deals", "quotes", "tasks"]
Reach = Literal["own", "team", "all"]
_LONGEST = 4000
_MOST = 100  # views of one person: a row of tabs has an end
_KEPT = ("name", "query", "reach", "team_id")


class TooManyViews(Refusal):
    """One person keeps no more views than that."""


class NothingChanged(Refusal):
    """The view is saved like this already."""


@command(permission="views.save", label=gettext_lazy("Save a view"), undo="delete_view",
         undo_arguments=lambda view, _: {"view_id": view.pk})  # fmt: skip
def save_view(
    *, list: Lists, name: str, by: Actor, at: datetime, query: str = "", reach: Reach = "own"
) -> SavedView:
    """Keep the address of a list as a view, for oneself, for the team or for everybody."""
    if by.id is None:
        raise NotPermitted(_("A view is somebody's: sign in as a user to save one."))
    if SavedView.objects.filter(owner=by.id, deleted_at=None).count() >= _MOST:
        raise TooManyViews(_("You keep %(most)s views already. Delete one first.") % {"most": _MOST})
    view = SavedView(list=list, owner_id=by.id, updated_at=at)
    _set(view, name, query, reach, by)
    view.save()
    _record("view.saved", view, by, at)
    return view


@command(permission="views.save", label=gettext_lazy("Change a view"), undo="restore_view")
def change_view(
    *,
    view_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    query: str | None = None,
    reach: Reach | None = None,
    version: int | None = None,
) -> SavedView:
    """Rename a view, put another address in its place, or share it with others."""
    view = _changeable(view_id, by)
    need_version(view, version)
    before = {field: getattr(view, field) for field in _KEPT}
    _set(
        view,
        view.name if name is None else name,
        view.query if query is None else query,
        view.reach if reach is None else reach,
        by,
    )
    if before == {field: getattr(view, field) for field in _KEPT}:
        raise NothingChanged(_("The view is saved like this already."))
    _keep(view, before, at)
    _record("view.changed", view, by, at)
    return view


@command(permission="views.save", label=gettext_lazy("Take back a change of a view"), undo="restore_view")
def restore_view(*, view_id: int, batch: str, by: Actor, at: datetime) -> SavedView:
    """Put back what the last change of a view replaced, or bring it back where that deleted it."""
    view = _changeable(view_id, by, deleted=True)
    if str(view.replaced_by) != batch:
        raise ChangedSince(_("The view was changed once more since, so it stays. Change it by hand."))
    before = {field: getattr(view, field) for field in _KEPT}
    for field in _KEPT:
        setattr(view, field, view.replaced.get(field, before[field]))
    view.deleted_at = None
    _keep(view, before, at)
    _record("view.changed", view, by, at)
    return view


@command(permission="views.save", label=gettext_lazy("Delete a view"), undo="restore_view")
def delete_view(*, view_id: int, by: Actor, at: datetime) -> SavedView:
    """Take a view away from all who see it. Records are not touched."""
    view = _changeable(view_id, by)
    view.deleted_at = at
    _keep(view, {field: getattr(view, field) for field in _KEPT}, at)
    DefaultView.objects.filter(view=view).delete()
    _record("view.deleted", view, by, at)
    return view


@command(permission="views.save", label=gettext_lazy("Open a list with a view"), undo="choose_view",
         undo_arguments=lambda chosen, _: {"list": chosen["list"], "view_id": chosen["before"]})  # fmt: skip
def choose_view(*, list: Lists, by: Actor, at: datetime, view_id: int | None = None) -> dict[str, Any]:
    """Have a list open with one of the views that one sees; without a view as it is."""
    mine = DefaultView.objects.filter(user=by.id, list=list)
    before = mine.values_list("view", flat=True).first()
    mine.delete()
    if view_id is not None:
        view = SavedView.objects.seen_by(by).filter(pk=view_id, list=list).first()
        if view is None or by.id is None:
            raise _no_such_view()
        DefaultView.objects.create(user_id=by.id, list=list, view=view)
    ledger.record(Fact(kind="view.chosen", at=at, props={"list": list, "view": view_id}), by=by)
    return {"list": list, "view": view_id, "before": before}


def _set(view: SavedView, name: str, query: str, reach: str, by: Actor) -> None:
    if not name.strip():
        raise InvalidInput({"name": _("Give the view a name.")})
    if len(name.strip()) > SavedView.LONGEST_NAME:
        raise InvalidInput({"name": _("This name is too long. Take a shorter one.")})
    if len(query) > _LONGEST:
        raise InvalidInput({"query": _("A view cannot hold as many filters. Take some away.")})
    if reach != view.reach:
        _need_sharing(reach, by)
        view.team_id = by.team_id if reach == ViewReach.TEAM else None
    view.name, view.query, view.reach = name.strip(), query.lstrip("?"), reach


def _need_sharing(reach: str, by: Actor) -> None:
    if reach == ViewReach.OWN:
        return
    scope = by.scope("views.share")
    if scope is None or (reach == ViewReach.ALL and scope is not Scope.ALL):
        raise NotPermitted(
            _("Your role does not allow to share a view so widely. Save it for yourself, or ask a manager.")
        )
    if reach == ViewReach.TEAM and by.team_id is None:
        raise NotPermitted(_("You are in no team that could see it. Save it for yourself or for everybody."))


def _keep(view: SavedView, before: dict[str, Any], at: datetime) -> None:
    view.replaced, view.replaced_by = before, current_batch()
    view.updated_at, view.version = at, view.version + 1
    view.save()


def _changeable(view_id: int, by: Actor, *, deleted: bool = False) -> SavedView:
    """A view that is the actor's own; a shared one is also theirs who may share with everybody."""
    view = SavedView.objects.select_for_update().filter(pk=view_id).first()
    shared = view is not None and view.reach != ViewReach.OWN and by.scope("views.share") is Scope.ALL
    mine = view is not None and view.owner_id == by.id
    if view is None or not (mine or shared or by.unlimited) or (view.deleted_at and not deleted):
        raise _no_such_view()
    return view


def _no_such_view() -> NotFound:
    return NotFound(_("There is no such view, or it is somebody else's. Save one of your own."))


def _record(kind: str, view: SavedView, by: Actor, at: datetime) -> None:
    # Its name and its words may name a person: they stay out of the ledger.
    told = {"list": view.list, "view": view.pk, "reach": str(view.reach)}
    ledger.record(Fact(kind=kind, at=at, props=told), by=by)
