"""Who may do what, and how they come in."""

from datetime import timedelta

import pytest

from isthmus.core.actors import SYSTEM, Scope
from isthmus.core.refusals import InvalidInput, NotPermitted
from isthmus.ledger.models import InboxFact
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import (
    accept_invitation,
    add_team,
    add_user,
    create_api_key,
    edit_user,
    give_grant,
    invite_user,
    make_sign_in_link,
    take_grant,
    use_sign_in_link,
)
from isthmus.workspace.commands.doors import LinkNotValid
from isthmus.workspace.commands.users import LastAdministrator
from isthmus.workspace.models import ApiKey, Invitation, User
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
GOOD_PASSWORD = "correct horse battery staple"


def test_a_grant_adds_to_the_role_and_can_take_from_it(company, rita):
    give_grant(user_id=rita.pk, permission="people.merge", scope=Scope.TEAM, by=SYSTEM, at=MONDAY_NOON)
    take_grant(user_id=rita.pk, permission="deals.edit", by=SYSTEM, at=MONDAY_NOON)

    actor = actor_for(rita)
    assert actor.scope("people.merge") is Scope.TEAM
    assert not actor.allows("deals.edit")


def test_only_settings_editors_give_grants(company, rita, sam):
    with pytest.raises(NotPermitted):
        give_grant(
            user_id=rita.pk, permission="people.merge", scope=Scope.ALL, by=actor_for(sam), at=MONDAY_NOON
        )

    assert not actor_for(rita).allows("people.merge")


def test_a_manager_reaches_the_teams_below_and_not_beside(company, sam, inbound, elsewhere):
    below = add_team(name="Inbound North", parent_id=inbound.pk, by=SYSTEM, at=MONDAY_NOON)

    assert actor_for(sam).team_ids == {inbound.pk, below.pk}


def test_somebody_who_left_may_do_nothing(company, rita):
    edit_user(user_id=rita.pk, is_active=False, by=SYSTEM, at=MONDAY_NOON)

    assert not actor_for(User.objects.get(pk=rita.pk)).grants


def test_the_last_administrator_stays(company, admin):
    with pytest.raises(LastAdministrator, match="Make somebody else one first"):
        edit_user(user_id=admin.pk, role="seller", by=SYSTEM, at=MONDAY_NOON)


def test_an_invitation_is_accepted_once_with_a_good_password(company):
    token = invite_user(email="New@x.example", role="seller", by=SYSTEM, at=MONDAY_NOON).token

    with pytest.raises(InvalidInput, match=r"too short|too common"):
        accept_invitation(token=token, name="New", password="short", at=MONDAY_NOON)
    user = accept_invitation(token=token, name="New", password=GOOD_PASSWORD, at=MONDAY_NOON)

    assert (user.email, user.role, user.check_password(GOOD_PASSWORD)) == ("new@x.example", "seller", True)
    with pytest.raises(LinkNotValid):
        accept_invitation(token=token, name="New", password=GOOD_PASSWORD, at=MONDAY_NOON)
    assert token not in str(list(Invitation.objects.values()))


def test_somebody_whom_an_import_added_comes_in_by_an_invitation_and_keeps_what_is_theirs(company):
    added = add_user(
        email="kim@firm.example", name="Kim", role="seller", is_active=False, by=SYSTEM, at=MONDAY_NOON
    )
    token = invite_user(email="kim@firm.example", role="manager", by=SYSTEM, at=MONDAY_NOON).token

    user = accept_invitation(token=token, name="Kim Keen", password=GOOD_PASSWORD, at=MONDAY_NOON)

    user.refresh_from_db()
    assert (user.pk, user.name, user.role, user.is_active) == (added.pk, "Kim Keen", "manager", True)
    assert user.check_password(GOOD_PASSWORD)
    assert InboxFact.objects.filter(kind="user.changed", actor_kind="system").count() == 1


def test_an_invitation_ends_after_a_week(company):
    token = invite_user(email="new@x.example", role="seller", by=SYSTEM, at=MONDAY_NOON).token

    with pytest.raises(LinkNotValid, match="Ask for a new one"):
        accept_invitation(token=token, name="New", password=GOOD_PASSWORD, at=MONDAY_NOON + timedelta(days=8))


def test_a_sign_in_link_works_once(company, rita):
    token = make_sign_in_link(user=rita, at=MONDAY_NOON)

    assert use_sign_in_link(token=token, at=MONDAY_NOON) == rita
    with pytest.raises(LinkNotValid):
        use_sign_in_link(token=token, at=MONDAY_NOON)


def test_a_key_may_no_more_than_its_user_and_only_what_it_names(company, rita):
    issued = create_api_key(
        user_id=rita.pk, label="robot", permissions=["leads.view", "settings.edit"], by=SYSTEM, at=MONDAY_NOON
    )

    key = ApiKey.objects.get()
    assert dict(actor_for(rita, api_key=key).grants) == {"leads.view": Scope.OWN}
    assert issued.token not in str(ApiKey.objects.values().get())
    assert not key.is_valid(MONDAY_NOON + timedelta(days=366))
