"""The crossing: accepted, returned, decided once, taken back."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.commands import run, undo
from isthmus.core.refusals import NotFound
from isthmus.core.runs import CommandRun
from isthmus.handoff.commands import (
    LeadAlreadyDecided,
    LeadNotQualified,
    ReturnReasonMissing,
    accept_lead,
    accept_leads,
    hand_over_lead,
    return_lead,
)
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.sales.models import Deal
from isthmus.sales.opening import NoPipeline
from isthmus.workspace.actors import actor_for
from isthmus.workspace.queries import NoRate
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def waiting(company, pipeline, rita):
    """A lead of Pat's that was handed over to Rita."""
    lead = capture_lead(full_name="Pat", channel="email", company="Nordlager", by=SYSTEM, at=MONDAY_NOON)
    qualify_lead(lead_id=lead.pk, score=80, by=SYSTEM, at=MONDAY_NOON)
    return hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)


def test_accepting_a_lead_opens_a_deal_for_the_rep(waiting, rita):
    deal = accept_lead(lead_id=waiting.pk, amount="1200.50", by=actor_for(rita), at=MONDAY_NOON)

    assert deal.owner == rita
    assert deal.opened_at == MONDAY_NOON
    assert deal.amount == 1_200_500_000
    assert (deal.channel, deal.name, deal.stage.name) == ("email", "Nordlager", "Discovery")
    batches = InboxFact.objects.filter(kind__in=["lead.accepted", "deal.opened"]).values_list(
        "batch", flat=True
    )
    assert len(batches) == 2
    assert len(set(batches)) == 1


def test_whoever_gets_a_lead_owns_its_person_and_account_where_nobody_does(waiting, rita, olga):
    waiting.person.refresh_from_db()
    assert waiting.person.owner == rita
    assert waiting.account.owner == rita

    again = capture_lead(
        full_name="Pat", email="pat@x.example", company="Nordlager", by=SYSTEM, at=MONDAY_NOON
    )
    qualify_lead(lead_id=again.pk, by=SYSTEM, at=MONDAY_NOON)
    hand_over_lead(lead_id=again.pk, owner_id=olga.pk, by=SYSTEM, at=MONDAY_NOON)

    again.account.refresh_from_db()
    assert again.account.owner == rita


def test_a_returned_lead_is_not_accepted_by_mistake(waiting, rita):
    return_lead(lead_id=waiting.pk, reason="no_budget", by=actor_for(rita), at=MONDAY_NOON)

    with pytest.raises(LeadAlreadyDecided, match="already returned"):
        accept_lead(lead_id=waiting.pk, by=actor_for(rita), at=MONDAY_NOON)

    assert not Deal.objects.exists()


def test_a_return_needs_one_of_the_reasons(waiting, rita):
    with pytest.raises(ReturnReasonMissing, match="no_budget"):
        return_lead(lead_id=waiting.pk, reason="because", by=actor_for(rita), at=MONDAY_NOON)


def test_a_lead_that_is_not_qualified_does_not_cross(company, rita):
    lead = capture_lead(full_name="Pat", by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(LeadNotQualified, match="Qualify it first"):
        hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)


def test_somebody_elses_lead_looks_as_if_it_were_not_there(waiting, olga):
    with pytest.raises(NotFound, match="no such lead"):
        accept_lead(lead_id=waiting.pk, by=actor_for(olga), at=MONDAY_NOON)


def test_an_acceptance_whose_deal_cannot_be_opened_is_none(company, rita):
    lead = capture_lead(full_name="Pat", by=SYSTEM, at=MONDAY_NOON)
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=MONDAY_NOON)
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(NoPipeline, match="no pipeline"):
        accept_lead(lead_id=lead.pk, by=actor_for(rita), at=MONDAY_NOON)

    assert Lead.objects.get().state == "handed_over"
    assert not InboxFact.objects.filter(kind="lead.accepted").exists()


def test_undoing_a_return_takes_the_verdict_back(waiting, rita):
    by = actor_for(rita)
    result = run("return_lead", {"lead_id": waiting.pk, "reason": "no_need"}, by=by, at=MONDAY_NOON)

    undo(result.batch, by=by, at=MONDAY_NOON)

    lead = Lead.objects.get()
    assert (lead.state, lead.return_reason) == ("handed_over", "")
    assert accept_lead(lead_id=lead.pk, by=by, at=MONDAY_NOON).lead == lead


def test_in_bulk_too_an_acceptance_without_its_deal_is_none(waiting, rita):
    other = capture_lead(full_name="Kim", by=SYSTEM, at=MONDAY_NOON)
    qualify_lead(lead_id=other.pk, by=SYSTEM, at=MONDAY_NOON)
    hand_over_lead(lead_id=other.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    rows = [
        {"lead_id": waiting.pk, "at": MONDAY_NOON},
        {"lead_id": other.pk, "at": MONDAY_NOON, "amount": 1, "currency": "XXX"},
    ]

    opened, refused = accept_leads(rows=rows, by=actor_for(rita))

    assert isinstance(opened, Deal)
    assert isinstance(refused, NoRate)
    assert Lead.objects.get(pk=other.pk).state == "handed_over"
    assert InboxFact.objects.filter(kind="lead.accepted").count() == 1
    run_row = CommandRun.objects.filter(command="accept_lead").get()
    assert (run_row.rows, run_row.facts) == (1, 2)
