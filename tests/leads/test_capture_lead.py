"""Capturing leads: who they are about, what is stored, what is refused."""

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotPermitted
from isthmus.leads.capturing import LeadAlreadyCaptured, LeadHasNoPerson, PersonOutOfReach
from isthmus.leads.commands import capture_lead, capture_leads
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.people.models import Account, Identifier, Person
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def facts(kind):
    return list(InboxFact.objects.filter(kind=kind).order_by("seq"))


def test_a_new_lead_brings_its_person_and_company(company):
    lead = capture_lead(
        full_name="Pat Prospect",
        email="Pat@Nordlager.example",
        company="Nordlager Brewery",
        company_domain="www.nordlager.example",
        channel="paid_search",
        by=SYSTEM,
        at=MONDAY_NOON,
    )

    assert lead.state == "captured"
    assert lead.person.email == "pat@nordlager.example"
    assert lead.account.domain == "nordlager.example"
    (captured,) = facts("lead.captured")
    assert (captured.lead_id, captured.channel, captured.subject) == (
        lead.pk,
        "paid_search",
        lead.person.subject,
    )
    assert len(facts("person.created")) == len(facts("account.created")) == 1


def test_the_same_address_in_another_spelling_is_the_same_person(company):
    spellings = [
        "pat@bücher.example",
        " PAT@BÜCHER.example ",
        "pat@xn--bcher-kva.example",
        "pat@bu\u0308cher.example",
        "\u200bpat@bücher.example",
    ]

    leads = capture_leads(rows=[{"email": text, "at": MONDAY_NOON} for text in spellings], by=SYSTEM)

    assert {lead.person_id for lead in leads} == {leads[0].person_id}
    assert Lead.objects.count() == len(spellings)


def test_dots_and_plus_tags_stay_distinct_people(company):
    rows = [
        {"email": text, "at": MONDAY_NOON} for text in ("a.b@x.example", "ab@x.example", "ab+1@x.example")
    ]

    leads = capture_leads(rows=rows, by=SYSTEM)

    assert len({lead.person_id for lead in leads}) == 3


def test_a_known_person_keeps_what_is_known_and_gains_what_was_missing(company):
    first = capture_lead(email="pat@x.example", full_name="Pat Prospect", by=SYSTEM, at=MONDAY_NOON)

    capture_lead(email="pat@x.example", full_name="Patricia P.", title="Buyer", by=SYSTEM, at=MONDAY_NOON)

    person = Person.objects.get()
    assert (person.pk, person.full_name, person.title) == (first.person_id, "Pat Prospect", "Buyer")


def test_a_placeholder_identifies_nobody(company):
    rows = [
        {"full_name": name, "email": "test@test.com", "at": MONDAY_NOON} for name in ("Pat One", "Pat Two")
    ]

    one, two = capture_leads(rows=rows, by=SYSTEM)

    assert one.person_id != two.person_id
    assert not Identifier.objects.exists()
    assert set(one.person.identity_events.values_list("act", "value")) == {("junk", "test@test.com")}


def test_a_weaker_identifier_of_somebody_else_stays_theirs(company):
    pat = capture_lead(email="pat@x.example", phone="+46701234567", by=SYSTEM, at=MONDAY_NOON).person
    kim = capture_lead(email="kim@x.example", phone="+46701234567", by=SYSTEM, at=MONDAY_NOON).person

    assert kim != pat
    assert Identifier.objects.get(kind="phone").person == pat
    assert kim.identity_events.filter(act="conflict", other=pat).exists()


def test_a_lead_that_says_nothing_of_who_it_is_is_refused(company):
    with pytest.raises(LeadHasNoPerson, match="Give a name"):
        capture_lead(channel="email", by=SYSTEM, at=MONDAY_NOON)

    assert not Lead.objects.exists()


def test_a_bad_row_does_not_take_the_good_ones_down(company):
    rows = [
        {"email": "pat@x.example", "at": MONDAY_NOON},
        {"channel": "email", "at": MONDAY_NOON},
        {"email": "kim@x.example", "custom": {"nosuch": 1}, "at": MONDAY_NOON},
        {"email": "lee@x.example", "at": MONDAY_NOON},
    ]

    outcomes = capture_leads(rows=rows, by=SYSTEM)

    assert [type(outcome) for outcome in outcomes] == [Lead, LeadHasNoPerson, InvalidInput, Lead]
    assert Lead.objects.count() == len(facts("lead.captured")) == 2


def test_an_id_of_another_system_is_captured_once(company):
    capture_lead(external_id="crm:1", full_name="Pat", by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(LeadAlreadyCaptured, match="captured before"):
        capture_lead(external_id="crm:1", full_name="Pat", by=SYSTEM, at=MONDAY_NOON)

    assert Lead.objects.count() == 1


def test_a_seller_owns_the_lead_that_they_capture(company, rita):
    lead = capture_lead(email="pat@x.example", by=actor_for(rita), at=MONDAY_NOON)

    assert lead.owner == rita
    assert Lead.objects.visible_to(actor_for(rita)).get() == lead


def test_an_analyst_may_not_capture(company, ada):
    with pytest.raises(NotPermitted, match="Your role does not allow"):
        capture_lead(email="pat@x.example", by=actor_for(ada), at=MONDAY_NOON)

    assert not Person.objects.exists()


def test_two_companies_of_one_name_with_different_domains_stay_two(company):
    rows = [
        {"email": f"pat@{domain}", "company": "Alt Brewery", "company_domain": domain, "at": MONDAY_NOON}
        for domain in ("alt.example", "alt-brewery.example")
    ]

    capture_leads(rows=rows, by=SYSTEM)

    assert Account.objects.count() == 2


def test_capturing_many_takes_no_query_per_row(company, django_assert_max_num_queries):
    rows = [
        {
            "email": f"pat{n}@x{n % 7}.example",
            "company": f"Firm {n % 7}",
            "phone": f"+4670{n:07d}",
            "at": MONDAY_NOON,
        }
        for n in range(300)
    ]

    with django_assert_max_num_queries(60):
        outcomes = capture_leads(rows=rows, by=SYSTEM)

    assert all(isinstance(outcome, Lead) for outcome in outcomes)


def test_a_seller_does_not_reach_somebody_elses_customer_by_capturing_them(company, rita, olga):
    capture_lead(email="pat@x.example", by=actor_for(olga), at=MONDAY_NOON)

    with pytest.raises(PersonOutOfReach, match="ask a manager"):
        capture_lead(email="PAT@x.example", by=actor_for(rita), at=MONDAY_NOON)

    assert not Person.objects.visible_to(actor_for(rita)).exists()
