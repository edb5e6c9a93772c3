"""The states of a lead, and that none is ever lost: invariant I1 over random histories."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import Refusal
from isthmus.handoff.commands import accept_lead, hand_over_lead, reopen_lead, return_lead, take_back_lead
from isthmus.leads import invariants
from isthmus.leads.commands import (
    ReasonMissing,
    capture_lead,
    disqualify_lead,
    qualify_lead,
    recycle_lead,
    unqualify_lead,
)
from isthmus.leads.models import Lead
from isthmus.sales.commands import add_pipeline
from isthmus.workspace.commands import add_user, update_company
from tests.cast import MONDAY_NOON

ACTS = {
    "qualify": lambda lead, who: qualify_lead(lead_id=lead, by=SYSTEM, at=MONDAY_NOON),
    "unqualify": lambda lead, who: unqualify_lead(lead_id=lead, by=SYSTEM, at=MONDAY_NOON),
    "hand over": lambda lead, who: hand_over_lead(lead_id=lead, owner_id=who, by=SYSTEM, at=MONDAY_NOON),
    "take back": lambda lead, who: take_back_lead(lead_id=lead, by=SYSTEM, at=MONDAY_NOON),
    "accept": lambda lead, who: accept_lead(lead_id=lead, by=SYSTEM, at=MONDAY_NOON),
    "return": lambda lead, who: return_lead(lead_id=lead, reason="no_need", by=SYSTEM, at=MONDAY_NOON),
    "reopen": lambda lead, who: reopen_lead(lead_id=lead, by=SYSTEM, at=MONDAY_NOON),
    "recycle": lambda lead, who: recycle_lead(lead_id=lead, by=SYSTEM, at=MONDAY_NOON),
    "disqualify": lambda lead, who: disqualify_lead(lead_id=lead, reason="spam", by=SYSTEM, at=MONDAY_NOON),
}


class EveryLeadIsAccountedFor(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(sorted(ACTS))), max_size=30))
    def test_whatever_is_done_the_ledger_and_the_table_tell_the_same(self, acts):
        update_company(name="Tarnfell", by=SYSTEM, at=MONDAY_NOON)
        add_pipeline(name="Sales", stages=[{"name": "Open"}], by=SYSTEM, at=MONDAY_NOON)
        rita = add_user(email="rita@x.example", name="Rita", role="seller", by=SYSTEM, at=MONDAY_NOON)
        leads = [
            capture_lead(full_name=f"Pat {n}", channel=f"channel_{n % 2}", by=SYSTEM, at=MONDAY_NOON).pk
            for n in range(4)
        ]

        refused = 0
        for which, act in acts:
            try:
                ACTS[act](leads[which], rita.pk)
            except Refusal as refusal:
                refused += 1
                assert str(refusal).endswith((".", "?"))

        assert Lead.objects.count() == 4
        assert invariants.check() == []


@pytest.mark.django_db
def test_a_lead_is_not_disqualified_without_a_reason(company):
    lead = capture_lead(full_name="Pat", by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(ReasonMissing, match="Say why"):
        disqualify_lead(lead_id=lead.pk, reason=" ", by=SYSTEM, at=MONDAY_NOON)

    lead.refresh_from_db()
    assert lead.state == "captured"


@pytest.mark.django_db
def test_the_invariant_names_a_lead_that_was_lost(company):
    lead = capture_lead(full_name="Pat", channel="email", by=SYSTEM, at=MONDAY_NOON)

    Lead.objects.filter(pk=lead.pk).delete()

    (sentence,) = invariants.check()
    assert "email" in sentence
