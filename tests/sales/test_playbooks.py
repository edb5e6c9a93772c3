"""What good looks like in a stage, its checklist, and that a stage stays shut while an item is open."""

from decimal import Decimal

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.sales.commands import (
    edit_stage,
    move_deal,
    move_deals,
    open_deal,
    set_playbook,
    tick_item,
    untick_item,
)
from isthmus.sales.commands.working import ItemNotAsked
from isthmus.sales.gates import GateClosed
from isthmus.sales.models import ChecklistItem, ItemTick, Stage
from isthmus.sales.playbooks import Playbooks, checklist
from isthmus.workspace.actors import actor_for
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.models import Territory
from tests.cast import MONDAY_NOON
from tests.sales.told import facts_of

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
AT = MONDAY_NOON


@pytest.fixture
def stages(pipeline):
    return list(Stage.objects.filter(kind="open").order_by("position"))


@pytest.fixture
def deal(stages, rita):
    return open_deal(name="Boats", owner_id=rita.pk, amount=Decimal(10), by=SYSTEM, at=AT)


def written(stage, *items, text="", territory=None):
    asked = [{"text": one.lstrip("?"), "required": not one.startswith("?")} for one in items]
    arguments = {"stage_id": stage.pk, "text": text, "items": asked}
    arguments |= {"territory_id": territory.pk} if territory else {}
    return commands.run("set_playbook", arguments, by=SYSTEM, at=AT)


def item(text):
    return ChecklistItem.objects.get(text=text)


def test_a_stage_stays_shut_while_a_required_item_is_open(stages, deal, rita):
    written(stages[1], "Budget confirmed", "?Demo seen", text="They know what it costs.")

    with pytest.raises(GateClosed, match="this must be done and ticked off: “Budget confirmed”") as told:
        move_deal(deal_id=deal.pk, stage_id=stages[1].pk, by=actor_for(rita), at=AT)
    assert told.value.items == [item("Budget confirmed").pk]

    tick_item(deal_id=deal.pk, item_id=item("Budget confirmed").pk, by=actor_for(rita), at=AT)
    moved = move_deal(deal_id=deal.pk, stage_id=stages[1].pk, by=actor_for(rita), at=AT)
    assert moved.stage == stages[1]


def test_ticks_say_who_and_when_and_are_taken_back(stages, deal, rita):
    written(stages[1], "Budget confirmed")
    asked = {"deal_id": deal.pk, "item_id": item("Budget confirmed").pk}

    done = commands.run("tick_item", asked, by=actor_for(rita), at=AT)

    (one,) = checklist(deal, stages[1], Playbooks([stages[1].pk]))
    assert one.tick and one.tick.by == rita and one.tick.at == AT
    told = {"item_id": asked["item_id"], "item": "Budget confirmed", "stage_id": stages[1].pk}
    assert facts_of(deal, "deal.item_ticked") == [told]
    with pytest.raises(NothingChanged):
        tick_item(**asked, by=SYSTEM, at=AT)
    commands.undo(done.batch, by=actor_for(rita), at=AT)
    assert not ItemTick.objects.exists()
    with pytest.raises(NothingChanged):
        untick_item(**asked, by=SYSTEM, at=AT)


def test_a_move_ticks_off_on_the_way_and_fills_in_what_is_missing(stages, deal):
    written(stages[1], "Budget confirmed")
    edit_stage(stage_id=stages[1].pk, gate=["expected_close_on"], by=SYSTEM, at=AT)

    with pytest.raises(GateClosed, match="Expected close, and that “Budget confirmed” is ticked off"):
        move_deal(deal_id=deal.pk, stage_id=stages[1].pk, by=SYSTEM, at=AT)
    move_deal(
        deal_id=deal.pk,
        stage_id=stages[1].pk,
        item_ids=[item("Budget confirmed").pk],
        expected_close_on=AT.date(),
        by=SYSTEM,
        at=AT,
    )

    assert ItemTick.objects.get().deal == deal


def test_a_deal_that_goes_back_is_asked_nothing(stages, deal):
    move_deal(deal_id=deal.pk, stage_id=stages[1].pk, by=SYSTEM, at=AT)
    written(stages[0], "Budget confirmed")

    assert move_deal(deal_id=deal.pk, stage_id=stages[0].pk, by=SYSTEM, at=AT).stage == stages[0]


def test_of_many_deals_only_those_with_open_items_stay(stages, deal, rita):
    other = open_deal(name="Sails", owner_id=rita.pk, by=SYSTEM, at=AT)
    written(stages[1], "Budget confirmed")
    tick_item(deal_id=other.pk, item_id=item("Budget confirmed").pk, by=SYSTEM, at=AT)

    rows = [{"deal_id": one.pk, "stage_id": stages[1].pk, "at": AT} for one in (deal, other)]
    kept, moved = move_deals(rows=rows, by=SYSTEM)

    assert isinstance(kept, Refusal) and moved == other


def test_words_of_a_territory_take_the_place_of_the_general_ones_and_its_items_come_on_top(stages, deal):
    north = Territory.objects.create(name="North")
    fjord = Territory.objects.create(name="Fjord", parent=north)
    written(stages[1], "Budget confirmed", text="Everywhere")
    written(stages[1], "Permit seen", text="In the north", territory=north)
    books = Playbooks([stages[1].pk])

    def said():
        return books.text(stages[1], deal), [str(one) for one in books.items(stages[1], deal)]

    assert said() == ("Everywhere", ["Budget confirmed"])
    deal.territory = fjord
    assert said() == ("In the north", ["Budget confirmed", "Permit seen"])


def test_an_item_that_is_not_asked_of_a_deal_cannot_be_ticked(stages, deal):
    north = Territory.objects.create(name="North")
    written(stages[1], "Permit seen", territory=north)

    with pytest.raises(ItemNotAsked, match="No stage asks this"):
        tick_item(deal_id=deal.pk, item_id=item("Permit seen").pk, by=SYSTEM, at=AT)


def test_items_keep_their_ticks_while_their_words_stay_and_a_playbook_is_taken_back(stages, deal):
    written(stages[1], "Budget confirmed", text="First")
    tick_item(deal_id=deal.pk, item_id=item("Budget confirmed").pk, by=SYSTEM, at=AT)

    changed = written(stages[1], "Demo seen", "?budget confirmed", text="Second")
    assert [one.tick is not None for one in checklist(deal, stages[1], Playbooks([stages[1].pk]))] == [
        False,
        True,
    ]
    with pytest.raises(NothingChanged):
        written(stages[1], "Demo seen", "?budget confirmed", text="Second")

    commands.undo(changed.batch, by=SYSTEM, at=AT)
    books = Playbooks([stages[1].pk])
    assert books.text(stages[1], deal) == "First"
    assert [str(one) for one in books.items(stages[1], deal)] == ["Budget confirmed"]


def test_what_cannot_be_a_playbook_is_refused(stages, pipeline):
    won = Stage.objects.get(kind="won")

    with pytest.raises(InvalidInput, match="Only open stages"):
        set_playbook(stage_id=won.pk, text="Cheer", by=SYSTEM, at=AT)
    with pytest.raises(InvalidInput, match="Two items say the same"):
        written(stages[1], "Demo seen", "demo  seen")
    with pytest.raises(InvalidInput, match="no such territory"):
        set_playbook(stage_id=stages[1].pk, territory_id=999, by=SYSTEM, at=AT)
