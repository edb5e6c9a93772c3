"""Moving deals between stages: gates, moves seen late, and taking a move or an end back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.editing import VersionMoved
from isthmus.core.refusals import InvalidInput
from isthmus.core.runs import CommandRun
from isthmus.ledger.models import InboxFact, Retraction
from isthmus.people.commands import add_person
from isthmus.sales.commands import (
    add_pipeline,
    edit_deal,
    edit_pipeline,
    edit_stage,
    lose_deal,
    move_deal,
    open_deal,
    put_deal_back,
    win_deal,
)
from isthmus.sales.gates import GateClosed
from isthmus.sales.models import Deal, Pipeline, Stage
from isthmus.sales.standing import DealMovedMeanwhile
from isthmus.workspace.actors import actor_for
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.commands import add_field
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
LATER = MONDAY_NOON + timedelta(days=3)


@pytest.fixture
def deal(company, pipeline, rita):
    """Rita's open deal with Pat, its value not known yet."""
    pat = add_person(full_name="Pat", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    return open_deal(person_id=pat.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)


@pytest.fixture
def proposal(pipeline):
    return pipeline.stages.get(name="Proposal")


def latest_batch(name: str) -> str:
    return str(CommandRun.objects.filter(command=name).latest("at").batch)


def test_a_move_taken_back_leaves_the_deal_as_if_it_had_never_moved(deal, proposal):
    move_deal(deal_id=deal.pk, stage_id=proposal.pk, by=SYSTEM, at=LATER)

    commands.undo(latest_batch("move_deal"), by=SYSTEM, at=LATER + timedelta(minutes=1))

    back = Deal.objects.get()
    assert (back.stage.name, back.stage_since) == ("Discovery", MONDAY_NOON)
    kinds = list(InboxFact.objects.filter(kind__startswith="deal.").values_list("kind", flat=True))
    assert "deal.move_undone" in kinds
    assert Retraction.objects.count() == 1


def test_a_move_is_not_taken_back_from_under_a_later_one(deal, proposal, pipeline):
    move_deal(deal_id=deal.pk, stage_id=proposal.pk, by=SYSTEM, at=LATER)
    batch = latest_batch("move_deal")
    discovery = pipeline.stages.get(name="Discovery")
    move_deal(deal_id=deal.pk, stage_id=discovery.pk, by=SYSTEM, at=LATER + timedelta(hours=1))

    with pytest.raises(DealMovedMeanwhile, match="moved this deal to Discovery"):
        commands.undo(batch, by=SYSTEM, at=LATER + timedelta(hours=2))


def test_a_move_is_not_taken_back_when_the_deal_left_and_came_again(deal, proposal, pipeline):
    move_deal(deal_id=deal.pk, stage_id=proposal.pk, by=SYSTEM, at=LATER)
    batch = latest_batch("move_deal")
    discovery = pipeline.stages.get(name="Discovery")
    for hours, stage in ((1, discovery), (2, proposal)):
        move_deal(deal_id=deal.pk, stage_id=stage.pk, by=SYSTEM, at=LATER + timedelta(hours=hours))

    with pytest.raises(DealMovedMeanwhile, match="once more since"):
        commands.undo(batch, by=SYSTEM, at=LATER + timedelta(hours=3))


@pytest.mark.parametrize("before", [None, Decimal(700)])
def test_a_win_taken_back_gives_back_the_value_from_before(deal, before):
    if before is not None:
        edit_deal(deal_id=deal.pk, amount=before, by=SYSTEM, at=MONDAY_NOON)
    win_deal(deal_id=deal.pk, amount=Decimal(900), by=SYSTEM, at=LATER)

    commands.undo(latest_batch("win_deal"), by=SYSTEM, at=LATER + timedelta(minutes=1))

    assert Deal.objects.get().amount == (None if before is None else 700_000_000)


def test_a_win_taken_back_leaves_a_value_that_somebody_changed_since(deal):
    win_deal(deal_id=deal.pk, amount=Decimal(900), by=SYSTEM, at=LATER)
    edit_deal(deal_id=deal.pk, amount=Decimal(950), by=SYSTEM, at=LATER)

    commands.undo(latest_batch("win_deal"), by=SYSTEM, at=LATER + timedelta(minutes=1))

    assert Deal.objects.get().amount == 950_000_000


def test_what_a_gate_asked_is_not_written_over_what_somebody_said_meanwhile(deal, proposal):
    seen = Deal.objects.get().version
    edit_deal(deal_id=deal.pk, amount=Decimal(500), by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(VersionMoved):
        move_deal(
            deal_id=deal.pk, stage_id=proposal.pk, amount=Decimal(900), version=seen, by=SYSTEM, at=LATER
        )
    assert Deal.objects.get().amount == 500_000_000


def test_a_move_from_where_the_deal_no_longer_is_is_refused(deal, proposal, pipeline):
    move_deal(deal_id=deal.pk, stage_id=proposal.pk, by=SYSTEM, at=LATER)
    discovery = pipeline.stages.get(name="Discovery")

    with pytest.raises(DealMovedMeanwhile, match="moved this deal to Proposal meanwhile"):
        move_deal(
            deal_id=deal.pk, stage_id=discovery.pk, from_stage_id=discovery.pk + 99, by=SYSTEM, at=LATER
        )


def test_a_deal_cannot_be_put_back_into_a_time_to_come(deal, proposal, pipeline):
    move_deal(deal_id=deal.pk, stage_id=proposal.pk, by=SYSTEM, at=LATER)
    discovery = pipeline.stages.get(name="Discovery")

    with pytest.raises(InvalidInput, match="time to come"):
        put_deal_back(
            deal_id=deal.pk,
            stage_id=discovery.pk,
            since=LATER + timedelta(days=9),
            from_stage_id=proposal.pk,
            by=SYSTEM,
            at=LATER,
        )


@pytest.mark.parametrize("end", ["win_deal", "lose_deal"])
def test_an_end_taken_back_returns_the_deal_to_its_own_stage(deal, end):
    if end == "win_deal":
        win_deal(deal_id=deal.pk, by=SYSTEM, at=LATER)
    else:
        lose_deal(deal_id=deal.pk, reason="price", by=SYSTEM, at=LATER)

    commands.undo(latest_batch(end), by=SYSTEM, at=LATER + timedelta(minutes=1))

    back = Deal.objects.get()
    assert (back.state, back.stage.name, back.stage_since) == ("open", "Discovery", MONDAY_NOON)


def test_a_stage_lets_in_only_deals_of_which_it_knows_enough(deal, proposal):
    edit_stage(stage_id=proposal.pk, gate=["amount", "expected_close_on"], by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(GateClosed, match="not known of this deal yet: Value, Expected close") as refused:
        move_deal(deal_id=deal.pk, stage_id=proposal.pk, by=SYSTEM, at=LATER)
    assert refused.value.missing == ["amount", "expected_close_on"]
    assert Deal.objects.get().stage.name == "Discovery"


def test_what_the_gate_demands_is_filled_in_by_the_move_itself(deal, proposal):
    add_field(
        model="deal", key="rival", label="Competitor", type="text", kind="analytic", by=SYSTEM, at=MONDAY_NOON
    )
    edit_stage(stage_id=proposal.pk, gate=["amount", "custom_rival"], by=SYSTEM, at=MONDAY_NOON)

    move_deal(
        deal_id=deal.pk,
        stage_id=proposal.pk,
        amount=Decimal(900),
        custom={"rival": "Nobody"},
        by=SYSTEM,
        at=LATER,
    )

    moved = Deal.objects.get()
    assert (moved.stage, moved.amount, moved.custom) == (proposal, 900_000_000, {"rival": "Nobody"})
    assert CommandRun.objects.filter(command="move_deal").count() == 1


def test_a_gate_still_closed_leaves_nothing_filled_in(deal, proposal):
    edit_stage(stage_id=proposal.pk, gate=["amount", "expected_close_on"], by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(GateClosed, match="Expected close"):
        move_deal(deal_id=deal.pk, stage_id=proposal.pk, amount=Decimal(900), by=SYSTEM, at=LATER)

    assert Deal.objects.get().amount is None


def test_a_gate_demands_only_what_deals_have(proposal):
    with pytest.raises(InvalidInput, match="no field called shoe_size"):
        edit_stage(stage_id=proposal.pk, gate=["shoe_size"], by=SYSTEM, at=MONDAY_NOON)


def test_an_end_has_no_gate(pipeline):
    with pytest.raises(InvalidInput, match="Only open stages"):
        edit_stage(stage_id=pipeline.stages.get(kind="won").pk, gate=["amount"], by=SYSTEM, at=MONDAY_NOON)


def test_a_changed_stage_is_changed_back(proposal, admin):
    actor = actor_for(admin)
    chance = proposal.probability
    edit_stage(
        stage_id=proposal.pk, name="Offer", stale_days=9, clear=["probability"], by=actor, at=MONDAY_NOON
    )
    changed = Stage.objects.get(pk=proposal.pk)
    assert (changed.stale_days, changed.probability) == (9, None)

    commands.undo(latest_batch("edit_stage"), by=actor, at=LATER)

    after = Stage.objects.get(pk=proposal.pk)
    assert (after.name, after.stale_days, after.probability) == ("Proposal", None, chance)


def test_a_pipeline_gets_its_days_and_loses_them_again(pipeline):
    edit_pipeline(pipeline_id=pipeline.pk, stale_days=21, by=SYSTEM, at=MONDAY_NOON)
    assert Pipeline.objects.get().stale_days == 21

    edit_pipeline(pipeline_id=pipeline.pk, clear=["stale_days"], by=SYSTEM, at=LATER)
    assert Pipeline.objects.get().stale_days is None
    with pytest.raises(NothingChanged):
        edit_pipeline(pipeline_id=pipeline.pk, clear=["stale_days"], by=SYSTEM, at=LATER)
    with pytest.raises(InvalidInput, match="1 to 3,650"):
        edit_pipeline(pipeline_id=pipeline.pk, stale_days=0, by=SYSTEM, at=LATER)


def test_two_stages_of_a_pipeline_do_not_share_a_name(pipeline, proposal):
    with pytest.raises(InvalidInput, match="Another stage"):
        edit_stage(stage_id=proposal.pk, name="discovery", by=SYSTEM, at=MONDAY_NOON)


def test_two_pipelines_do_not_share_a_name(pipeline):
    other = add_pipeline(name="Renewals", stages=[{"name": "Due"}], by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(commands.Refusal, match="called new business already"):
        edit_pipeline(pipeline_id=other.pk, name="new business", by=SYSTEM, at=MONDAY_NOON)
