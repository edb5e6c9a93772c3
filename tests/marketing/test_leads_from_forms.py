"""A form that a visitor sends becomes a lead, with how they came first."""

from datetime import timedelta

import pytest

from isthmus import ledger
from isthmus.core import queue
from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import disqualify_lead
from isthmus.leads.models import Lead
from isthmus.ledger.merges import join_visitors
from isthmus.marketing.commands import add_campaign
from isthmus.marketing.forms import capture_from_form
from isthmus.people.commands import add_person
from isthmus.people.models import Person
from tests.cast import MONDAY_NOON
from tests.ledger.collected import form, page, visitor

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
EARLIER = MONDAY_NOON - timedelta(days=9)
PAT = {"Email": "Pat@Nordlager.example", "Name": "Pat Prospect", "Message": "How much?", "Team size": "40"}


def sent(subject, at=MONDAY_NOON, name="contact", **typed):
    """The lead of a form that is sent now."""
    return capture_from_form(form(subject, at, name, **(typed or PAT)), by=SYSTEM)


def test_a_form_with_an_address_becomes_a_lead_of_whoever_has_it(company):
    lead = sent(visitor())

    assert (lead.person.full_name, lead.person.email) == ("Pat Prospect", "pat@nordlager.example")
    assert (lead.form, lead.message) == ("contact", "How much?\nTeam size: 40")
    assert lead.captured_at == MONDAY_NOON
    assert [known.kind for known in lead.person.identifiers.all()] == ["email"]


def test_the_lead_says_how_the_visitor_came_first_not_last(company):
    spring = add_campaign(name="Spring sale", channel="paid_search", by=SYSTEM, at=EARLIER)
    pat = visitor()
    tagged = {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "spring-sale"}
    page(pat, EARLIER - timedelta(minutes=1), "/imprint")  # says nothing of where from
    page(pat, EARLIER, channel="paid_search", landing_page="/pricing", click_id="gclid:x1", **tagged)
    page(pat, MONDAY_NOON, "/", channel="direct", landing_page="/")

    lead = sent(pat, MONDAY_NOON + timedelta(minutes=1))

    assert (lead.channel, lead.landing_page, lead.click_id) == ("paid_search", "/pricing", "gclid:x1")
    assert (lead.utm_source, lead.utm_medium, lead.utm_campaign) == ("google", "cpc", "spring-sale")
    assert lead.campaign_id == spring.pk


def test_a_visitor_who_comes_back_later_did_not_come_by_it(company):
    pat = visitor()
    page(pat, MONDAY_NOON + timedelta(hours=1), "/", channel="email")

    lead = sent(pat)

    assert (lead.channel, lead.landing_page) == ("", "/contact")


def test_a_form_without_an_address_is_the_lead_of_whose_visits_these_are(company):
    pat = add_person(full_name="Pat Prospect", email="pat@nordlager.example", by=SYSTEM, at=EARLIER)
    stranger = visitor()
    join_visitors([(stranger, pat.subject)], by=SYSTEM, at=EARLIER)
    page(stranger, EARLIER, "/", channel="email")

    lead = sent(stranger, Question="Do you ship?")

    assert (lead.person, lead.channel, lead.message) == (pat, "email", "Do you ship?")


def test_a_form_of_somebody_unknown_makes_no_lead_and_nobody(company):
    assert sent(visitor(), Name="Nobody", Message="Hello") is None
    assert sent(visitor(), Email="test@test.com") is None
    assert not Lead.objects.exists()
    assert not Person.objects.exists()


def test_two_clicks_are_one_lead_and_the_next_day_brings_another(company):
    pat = visitor()
    first = sent(pat)

    assert sent(pat, MONDAY_NOON + timedelta(seconds=1)) is None
    assert sent(pat, MONDAY_NOON + timedelta(seconds=2), "newsletter") is not None
    assert sent(pat, MONDAY_NOON + timedelta(days=1)) is not None
    assert first.person.leads.count() == 3


def test_a_form_sent_again_after_its_lead_ended_is_a_new_lead(company):
    pat = visitor()
    disqualify_lead(lead_id=sent(pat).pk, reason="spam", by=SYSTEM, at=MONDAY_NOON)

    assert sent(pat, MONDAY_NOON + timedelta(minutes=5)) is not None


def test_a_job_that_runs_twice_captures_once(company):
    fact = form(visitor(), MONDAY_NOON, "contact", **PAT)
    lead = capture_from_form(fact, by=SYSTEM)
    disqualify_lead(lead_id=lead.pk, reason="spam", by=SYSTEM, at=MONDAY_NOON)

    assert capture_from_form(fact, by=SYSTEM) is None
    assert Lead.objects.count() == 1


def test_the_reaction_to_a_form_captures_its_lead(company):
    fact = form(visitor(), MONDAY_NOON, "contact", **PAT)

    queue.react([{**fact, "id": bytes.fromhex(fact["id"])}])
    queue.run_due()

    assert Lead.objects.get().form == "contact"


def test_what_an_erased_person_typed_is_read_by_nobody(company):
    pat = visitor()
    fact = form(pat, MONDAY_NOON, "contact", **PAT)
    ledger.destroy_keys([pat], at=MONDAY_NOON)

    assert capture_from_form(fact, by=SYSTEM) is None
