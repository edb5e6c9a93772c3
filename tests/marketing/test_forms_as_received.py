"""From a call of a browser to a lead: the form sealed, its sender known, the reaction run."""

import pytest

from isthmus.core import queue
from isthmus.leads.models import Lead
from tests.collect.received import page, receive, sealed, track, website

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]


def contact(who, email="", **fields):
    properties = {"form": "contact", "fields": fields}
    traits = {"email": email, "name": "Pat Prospect"} if email else {}
    return track("Form Submitted", who=who, properties=properties, context={"traits": traits})


def captured():
    """The leads there are once everything was sealed and reacted to."""
    sealed()
    queue.run_due()
    return list(Lead.objects.order_by("pk").select_related("person"))


def test_a_form_that_a_browser_sends_becomes_the_lead_of_its_sender(company):
    receive(website(), page("https://shop.example/prices"), contact("pat", "pat@acme.example", size="40"))

    (lead,) = captured()

    assert (lead.person.email, lead.person.full_name) == ("pat@acme.example", "Pat Prospect")
    assert (lead.form, lead.message) == ("contact", "size: 40")


def test_on_a_browser_of_somebody_else_the_lead_is_whose_address_was_typed(company):
    site = website()
    receive(site, contact("shared", "anna@acme.example"))
    assert [lead.person.email for lead in captured()] == ["anna@acme.example"]

    receive(site, contact("shared", "bob@acme.example"))

    assert [lead.person.email for lead in captured()] == ["anna@acme.example", "bob@acme.example"]


def test_a_form_that_names_nobody_makes_no_lead(company):
    receive(website(), contact("pat", question="Do you ship?"))

    assert captured() == []
    assert sealed("kind, event", "kind = 'form.submitted'") == [("form.submitted", "contact")]
