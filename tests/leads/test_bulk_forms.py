"""Bulk forms do exactly what single acts do, one after the other."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import Refusal
from isthmus.leads.commands import capture_lead, capture_leads
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.people.models import Account, Identifier, IdentityEvent, Person, SearchToken
from isthmus.workspace.commands import update_company
from tests.cast import MONDAY_NOON

EMAILS = ["", "pat@x.example", "PAT@x.example", "kim@x.example", "test@test.com", "no address"]
PHONES = ["", "+46701234567", "+46709999999", "0000000"]
COMPANIES = ["", "Nordlager", "NORDLAGER ", "Altbach"]
DOMAINS = ["", "nordlager.example", "www.altbach.example"]
ROWS = st.fixed_dictionaries(
    {
        "full_name": st.sampled_from(["", "Pat", "Kim Lee"]),
        "email": st.sampled_from(EMAILS),
        "phone": st.sampled_from(PHONES),
        "company": st.sampled_from(COMPANIES),
        "company_domain": st.sampled_from(DOMAINS),
        "channel": st.sampled_from(["", "email"]),
        "external_id": st.sampled_from([None, None, "crm:1", "crm:2"]),
        "consent": st.sampled_from([[], ["email"]]),
    }
)


class BulkIsOneByOne(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(st.lists(ROWS, max_size=8))
    def test_capturing_in_bulk_leaves_what_capturing_singly_leaves(self, rows: list[dict[str, Any]]):
        update_company(name="Tarnfell", by=SYSTEM, at=MONDAY_NOON)
        singly = [_one(row) for row in rows]
        left_singly = _everything()
        _forget()

        outcomes = capture_leads(rows=[{**row, "at": MONDAY_NOON} for row in rows], by=SYSTEM)

        assert [_said(outcome) for outcome in outcomes] == [_said(outcome) for outcome in singly]
        assert _everything() == left_singly


def _one(row: dict[str, Any]) -> Any:
    try:
        return capture_lead(**row, by=SYSTEM, at=MONDAY_NOON)
    except Refusal as refusal:
        return refusal


def _said(outcome: Any) -> str:
    return str(outcome) if isinstance(outcome, Refusal) else "captured"


def _forget() -> None:
    for model in (Lead, InboxFact, SearchToken, IdentityEvent, Identifier):
        model.objects.all().delete()
    Person.objects.all().delete()
    Account.objects.all().delete()


def _everything() -> dict[str, Any]:
    """All that was left behind, without the numbers that only say in which order rows were made."""
    people = {
        one.pk: (one.full_name, one.email, one.phone, str(one.account or "")) for one in Person.objects.all()
    }
    return {
        "people": sorted(people.values()),
        "accounts": sorted(Account.objects.values_list("name", "domain")),
        "identifiers": sorted(
            (row.kind, row.value, people[row.person_id]) for row in Identifier.objects.all()
        ),
        "leads": [
            (people[lead.person_id], lead.channel, lead.external_id) for lead in Lead.objects.order_by("pk")
        ],
        "facts": sorted(
            (kind, channel or "")
            for kind, channel in InboxFact.objects.exclude(kind="company.changed").values_list(
                "kind", "channel"
            )
        ),
        "journal": sorted(
            (people[row.person_id], row.act, row.kind, row.value) for row in IdentityEvent.objects.all()
        ),
        "words": sorted(SearchToken.objects.values_list("token", "party")),
    }
