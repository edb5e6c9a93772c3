"""Saved views: one's own, the team's, everybody's; who may share, change and delete them."""

import pytest

from isthmus.core import commands
from isthmus.core.editing import ChangedSince, VersionMoved
from isthmus.core.refusals import NotFound, NotPermitted
from isthmus.ledger.models import InboxFact
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import change_view, delete_view, save_view
from isthmus.workspace.models import DefaultView, SavedView
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def saved_by(user, reach="own", name="Mine", **more):
    return save_view(
        list="people", name=name, reach=reach, query="owner=me", by=actor_for(user), at=MONDAY_NOON, **more
    )


def seen_by(user):
    return [str(view) for view in SavedView.objects.seen_by(actor_for(user))]


def test_a_view_of_ones_own_is_seen_by_nobody_else(rita, sam, admin):
    saved_by(rita)

    assert (seen_by(rita), seen_by(sam), seen_by(admin)) == (["Mine"], [], [])


def test_a_manager_shares_with_the_team_and_a_marketer_with_everybody(rita, sam, olga, mia):
    saved_by(sam, "team", "Inbound")
    saved_by(mia, "all", "Company")

    assert seen_by(rita) == ["Company", "Inbound"]
    assert seen_by(olga) == ["Company"]


def test_who_may_not_share_so_widely_is_refused(rita, sam, mia):
    with pytest.raises(NotPermitted, match="share a view so widely"):
        saved_by(rita, "team")
    with pytest.raises(NotPermitted, match="share a view so widely"):
        saved_by(sam, "all")
    with pytest.raises(NotPermitted, match="in no team"):
        saved_by(mia, "team")


def test_nobody_changes_a_view_of_somebody_else(rita, sam, mia, admin):
    view = saved_by(mia, "all")

    for user in (rita, sam):
        with pytest.raises(NotFound, match="somebody else's"):
            change_view(view_id=view.pk, name="Stolen", by=actor_for(user), at=MONDAY_NOON)
        with pytest.raises(NotFound):
            delete_view(view_id=view.pk, by=actor_for(user), at=MONDAY_NOON)
    change_view(view_id=view.pk, name="Tidied", by=actor_for(admin), at=MONDAY_NOON)
    own = saved_by(rita)
    with pytest.raises(NotFound):
        change_view(view_id=own.pk, name="Stolen", by=actor_for(admin), at=MONDAY_NOON)


def test_changing_and_deleting_can_be_taken_back(rita):
    view, by = saved_by(rita), actor_for(rita)

    changed = commands.run(
        "change_view", {"view_id": view.pk, "name": "New", "query": "q=pat"}, by=by, at=MONDAY_NOON
    )
    commands.undo(changed.batch, by=by, at=MONDAY_NOON)
    view.refresh_from_db()
    assert (view.name, view.query) == ("Mine", "owner=me")

    deleted = commands.run("delete_view", {"view_id": view.pk}, by=by, at=MONDAY_NOON)
    assert seen_by(rita) == []
    commands.undo(deleted.batch, by=by, at=MONDAY_NOON)
    assert seen_by(rita) == ["Mine"]
    with pytest.raises(ChangedSince):
        commands.run("restore_view", {"view_id": view.pk, "batch": changed.batch}, by=by, at=MONDAY_NOON)


def test_saving_can_be_taken_back_and_a_later_change_is_not_overwritten(rita):
    by = actor_for(rita)
    made = commands.run("save_view", {"list": "deals", "name": "Open"}, by=by, at=MONDAY_NOON)
    with pytest.raises(VersionMoved):
        change_view(view_id=made.value.pk, name="X", version=9, by=by, at=MONDAY_NOON)

    commands.undo(made.batch, by=by, at=MONDAY_NOON)

    assert seen_by(rita) == []


def test_a_list_opens_with_a_view_that_one_sees(rita, mia, olga):
    shared, by = saved_by(mia, "all"), actor_for(rita)

    chosen = commands.run("choose_view", {"list": "people", "view_id": shared.pk}, by=by, at=MONDAY_NOON)
    assert DefaultView.objects.get(user=rita).view == shared
    commands.undo(chosen.batch, by=by, at=MONDAY_NOON)

    assert not DefaultView.objects.exists()
    with pytest.raises(NotFound):
        commands.run("choose_view", {"list": "people", "view_id": saved_by(olga).pk}, by=by, at=MONDAY_NOON)


def test_the_ledger_says_that_a_view_was_saved_but_not_its_words(rita):
    saved_by(rita, name="Pat Prospect")

    props = str(InboxFact.objects.get(kind="view.saved").props)
    assert "people" in props and "Pat" not in props
