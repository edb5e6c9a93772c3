"""Colleagues on a deal's team, and who decides on the other side."""

from decimal import Decimal

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import NotFound
from isthmus.people.commands import add_person
from isthmus.people.erasing import erase_person
from isthmus.people.merging.commands import merge_people
from isthmus.sales.commands import (
    edit_deal,
    open_deal,
    remove_buying_role,
    remove_deal_member,
    set_buying_role,
    set_deal_member,
)
from isthmus.sales.commands.working import NotInThatRole, NotOnTheTeam
from isthmus.sales.models import BuyingRole, Deal, DealMember
from isthmus.workspace.actors import actor_for
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.models import Notification
from tests.cast import MONDAY_NOON
from tests.sales.told import facts_of

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
AT = MONDAY_NOON


@pytest.fixture
def deal(pipeline, rita):
    pat = add_person(full_name="Pat Prospect", email="pat@prospect.example", by=SYSTEM, at=AT)
    return open_deal(name="Boats", person_id=pat.pk, owner_id=rita.pk, amount=Decimal(10), by=SYSTEM, at=AT)


def run(name, by, **arguments):
    return commands.run(name, arguments, by=actor_for(by), at=AT)


def test_a_colleague_on_the_team_sees_the_deal_and_may_not_change_it(deal, rita, olga):
    assert not Deal.objects.visible_to(actor_for(olga)).exists()

    run("set_deal_member", rita, deal_id=deal.pk, user_id=olga.pk, role="engineer")

    assert Deal.objects.visible_to(actor_for(olga)).get() == deal
    with pytest.raises(NotFound):
        edit_deal(deal_id=deal.pk, name="Mine", by=actor_for(olga), at=AT)
    assert facts_of(deal, "deal.member_set") == [{"user_id": olga.pk, "role": "engineer"}]
    assert Notification.objects.get(user=olga).record_id == deal.pk


def test_taken_off_the_team_they_see_it_no_more(deal, rita, olga):
    run("set_deal_member", rita, deal_id=deal.pk, user_id=olga.pk, role="engineer")

    run("remove_deal_member", rita, deal_id=deal.pk, user_id=olga.pk)

    assert not Deal.objects.visible_to(actor_for(olga)).exists()
    with pytest.raises(NotOnTheTeam, match="not on this deal's team"):
        remove_deal_member(deal_id=deal.pk, user_id=olga.pk, by=SYSTEM, at=AT)


def test_each_change_of_the_team_is_taken_back_to_what_stood(deal, rita, olga):
    added = run("set_deal_member", rita, deal_id=deal.pk, user_id=olga.pk, role="engineer")
    changed = run("set_deal_member", rita, deal_id=deal.pk, user_id=olga.pk, role="legal")

    commands.undo(changed.batch, by=actor_for(rita), at=AT)
    assert DealMember.objects.get().role == "engineer"

    commands.undo(added.batch, by=actor_for(rita), at=AT)
    assert not DealMember.objects.exists()

    gone = run("set_deal_member", rita, deal_id=deal.pk, user_id=olga.pk, role="legal")
    removed = run("remove_deal_member", rita, deal_id=deal.pk, user_id=olga.pk)
    commands.undo(removed.batch, by=actor_for(rita), at=AT)
    assert DealMember.objects.get().role == "legal" and gone.facts == 1


def test_the_same_role_twice_is_nothing_new(deal, rita, olga):
    set_deal_member(deal_id=deal.pk, user_id=olga.pk, role="legal", by=SYSTEM, at=AT)

    with pytest.raises(NothingChanged):
        set_deal_member(deal_id=deal.pk, user_id=olga.pk, role="legal", by=SYSTEM, at=AT)


def test_only_somebody_who_works_here_is_put_on_a_team(deal, olga):
    olga.is_active = False
    olga.save()

    with pytest.raises(NotFound, match="do not work here"):
        set_deal_member(deal_id=deal.pk, user_id=olga.pk, role="legal", by=SYSTEM, at=AT)


def test_somebody_has_several_buying_roles_and_each_is_taken_back(deal, rita):
    champion = run("set_buying_role", rita, deal_id=deal.pk, person_id=deal.person_id, role="champion")
    run("set_buying_role", rita, deal_id=deal.pk, person_id=deal.person_id, role="user")

    assert [one.role for one in deal.buying_roles.all()] == ["champion", "user"]
    told = {"person_id": deal.person_id, "role": "champion"}
    assert facts_of(deal, "deal.role_set")[0] == told

    commands.undo(champion.batch, by=actor_for(rita), at=AT)
    assert [one.role for one in deal.buying_roles.all()] == ["user"]
    with pytest.raises(NotInThatRole):
        remove_buying_role(deal_id=deal.pk, person_id=deal.person_id, role="champion", by=SYSTEM, at=AT)
    with pytest.raises(NothingChanged):
        set_buying_role(deal_id=deal.pk, person_id=deal.person_id, role="user", by=SYSTEM, at=AT)


def test_a_person_out_of_reach_gets_no_role(deal, rita, olga):
    other = add_person(full_name="Zed", email="zed@zed.example", by=SYSTEM, at=AT)

    with pytest.raises(NotFound, match="no such person"):
        run("set_buying_role", rita, deal_id=deal.pk, person_id=other.pk, role="champion")


def test_roles_move_with_a_merged_person_and_go_with_an_erased_one(deal):
    other = add_person(full_name="Pat P.", email="pat2@prospect.example", by=SYSTEM, at=AT)
    set_buying_role(deal_id=deal.pk, person_id=other.pk, role="blocker", by=SYSTEM, at=AT)

    merge_people(keep_id=deal.person_id, lose_id=other.pk, by=SYSTEM, at=AT)
    assert BuyingRole.objects.get().person_id == deal.person_id

    erase_person(person_id=deal.person_id, reason="request", by=SYSTEM, at=AT)
    assert not BuyingRole.objects.exists()
