"""Deals: opened, moved, won, lost with a reason, reopened."""

from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import NotFound
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_person
from isthmus.sales.commands import edit_deal, lose_deal, move_deal, open_deal, reopen_deal, win_deal
from isthmus.sales.commands.deals import DealClosed, DealStillOpen, ReasonMissing
from isthmus.sales.models import Deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.changing import NothingChanged
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def deal(company, pipeline, rita):
    """Rita's open deal with Pat."""
    pat = add_person(full_name="Pat", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    return open_deal(person_id=pat.pk, amount=Decimal(300), owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)


def test_a_deal_moves_and_the_ledger_knows_from_where(deal, pipeline):
    proposal = pipeline.stages.get(name="Proposal")

    move_deal(deal_id=deal.pk, stage_id=proposal.pk, by=SYSTEM, at=MONDAY_NOON)

    assert Deal.objects.get().stage == proposal
    props = InboxFact.objects.get(kind="deal.stage_changed").props
    assert "Discovery" in str(props)
    assert "Proposal" in str(props)


def test_a_deal_is_not_won_by_moving_it(deal, pipeline):
    with pytest.raises(DealStillOpen, match="needs its reason"):
        move_deal(deal_id=deal.pk, stage_id=pipeline.stages.get(kind="lost").pk, by=SYSTEM, at=MONDAY_NOON)


def test_a_lost_deal_needs_its_reason(deal):
    with pytest.raises(ReasonMissing, match="Say why"):
        lose_deal(deal_id=deal.pk, reason="", by=SYSTEM, at=MONDAY_NOON)

    assert Deal.objects.get().state == "open"


def test_a_closed_deal_is_left_alone(deal):
    win_deal(deal_id=deal.pk, by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(DealClosed, match="won already"):
        lose_deal(deal_id=deal.pk, reason="price", by=SYSTEM, at=MONDAY_NOON)


def test_a_reopened_deal_is_open_and_its_end_is_retracted(deal):
    win_deal(deal_id=deal.pk, by=SYSTEM, at=MONDAY_NOON)

    reopened = reopen_deal(deal_id=deal.pk, by=SYSTEM, at=MONDAY_NOON)

    assert (reopened.state, reopened.closed_at, reopened.stage.kind) == ("open", None, "open")
    from isthmus.ledger.reading import snapshot

    with snapshot() as ledger:
        assert ledger.execute("SELECT count(*) FROM facts WHERE kind = 'deal.won'", []).fetchone() == (0,)


def test_the_ledger_keeps_before_and_after_but_never_a_deals_name(deal):
    edit_deal(deal_id=deal.pk, name="Pat's secret plan", amount=Decimal(400), by=SYSTEM, at=MONDAY_NOON)

    props = str(InboxFact.objects.get(kind="deal.changed").props)
    assert "300000000" in props
    assert "400000000" in props
    assert "secret" not in props


def test_a_change_that_changes_nothing_is_said_so(deal):
    with pytest.raises(NothingChanged, match="says this already"):
        edit_deal(deal_id=deal.pk, amount=Decimal(300), by=SYSTEM, at=MONDAY_NOON)


def test_an_outsider_finds_no_deal_to_win(deal, olga):
    with pytest.raises(NotFound, match="no such deal"):
        win_deal(deal_id=deal.pk, by=actor_for(olga), at=MONDAY_NOON)

    assert Deal.objects.get().state == "open"
