"""The page of a person: what is open, who they are, how we know it, and nothing invented."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.handoff.commands import hand_over_lead
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.people.commands import add_account, edit_person, record_consent
from isthmus.sales.commands import log_activity, lose_deal, open_deal, place_order
from isthmus.web.acts.open_now import open_with
from isthmus.web.people import page
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import add_field

pytestmark = pytest.mark.django_db


def opened(person, user):
    actor = actor_for(user)
    found = page.dealings_where(actor, person=person)
    return [
        (one.text, [str(button.text) for button in one.buttons])
        for one in open_with(found.leads, found.deals, found.orders, actor, clock.now())
    ]


def test_what_waits_for_the_reader_stands_with_its_acts(ledger_folder, company, pipeline, rita):
    at = clock.now() - timedelta(hours=2)
    lead = capture_lead(full_name="Pat Prospect", by=SYSTEM, at=at)
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=at)
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, due_at=at + timedelta(hours=1), by=SYSTEM, at=at)

    assert opened(lead.person, rita) == [("A lead waits for your verdict", ["Accept", "Return…"])]


def test_others_are_told_whose_verdict_it_is(ledger_folder, company, pipeline, rita, mia):
    at = clock.now()
    lead = capture_lead(full_name="Pat Prospect", by=SYSTEM, at=at)
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=at)
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=at)

    assert opened(lead.person, mia) == [("A lead waits for the verdict of Rita Reyes", ["Take back"])]


def test_the_page_reads_at_once_all_that_it_shows_of_a_record(client, trading, admin, rita):
    """What `dealings_where` leaves out would be read for each row alone."""
    person, at = trading["pat"].person, clock.now()
    account = add_account(name="Nordlager", by=SYSTEM, at=at)
    edit_person(person_id=person.pk, account_id=account.pk, by=SYSTEM, at=at)
    of = {"person_id": person.pk, "account_id": account.pk, "owner_id": rita.pk, "by": SYSTEM, "at": at}
    lost = open_deal(name="Lost", **of)
    lose_deal(deal_id=lost.pk, reason="price", by=SYSTEM, at=at)
    deal = open_deal(name="Open", amount=Decimal(70), **of)
    place_order(number="B-1", deal_id=deal.pk, lines=[{"amount": Decimal(9)}], by=SYSTEM, at=at)
    for number in range(3):
        lead = capture_lead(email=person.email, channel="email", by=SYSTEM, at=at - timedelta(days=number))
        if number:
            qualify_lead(lead_id=lead.pk, by=SYSTEM, at=at)
            hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=at)
    client.force_login(admin)

    for address in (f"/people/{person.pk}/", f"/accounts/{account.pk}/"):
        with CaptureQueriesContext(connection) as asked:
            text = client.get(address).content.decode()
        assert "Open" in text and "B-1" in text
        alone = re.compile(r'SELECT "(\w+)"."id", "\1"."\w+" FROM "\1" WHERE "\1"."id" = \d+ LIMIT 21')
        assert not [one["sql"] for one in asked.captured_queries if alone.match(one["sql"])]


def test_nothing_open_is_said_and_nothing_invented(client, trading, rita):
    client.force_login(rita)

    text = client.get(f"/people/{trading['pat'].person_id}/").content.decode()

    assert "Nothing: no lead waits, no deal is open, every order is paid." in text
    assert "€1,200" in text


def test_identity_is_told_with_its_journal(client, trading, rita):
    client.force_login(rita)

    text = client.get(f"/people/{trading['pat'].person_id}/").content.decode()
    why = client.get(f"/people/{trading['pat'].person_id}/identity/").content.decode()

    assert "1 address" in text
    assert "e-mail pat@buyer.example was seen and joined to this person" in why


def test_consent_is_told_channel_by_channel_as_it_holds_now(client, trading, admin):
    person = trading["pat"].person
    at = clock.now() - timedelta(days=1)
    for given in (True, False):
        record_consent(person_id=person.pk, channel="email", given=given, source="fair", by=SYSTEM, at=at)
        at += timedelta(hours=1)

    (line,) = page.consent_lines(person, clock.now())

    assert (line["text"], line["given"]) == ("e-mail", False)


def test_custom_values_stand_in_words(client, trading, admin):
    add_field(model="person", key="vip", label="VIP", type="flag", kind="analytic", by=SYSTEM, at=clock.now())
    from isthmus.people.commands import edit_person

    edit_person(person_id=trading["pat"].person_id, custom={"vip": "yes"}, by=SYSTEM, at=clock.now())
    client.force_login(admin)

    assert "<dt>VIP</dt><dd>Yes</dd>" in client.get(f"/people/{trading['pat'].person_id}/").content.decode()


def test_a_page_asks_the_database_as_often_for_a_long_past_as_for_a_short_one(client, trading, rita):
    lead = trading["pat"]
    log_activity(kind="note", lead_id=lead.pk, text="First", by=SYSTEM, at=clock.now())
    client.force_login(rita)
    client.get(f"/people/{lead.person_id}/")

    with CaptureQueriesContext(connection) as short:
        client.get(f"/people/{lead.person_id}/")
    for number in range(20):
        log_activity(kind="note", lead_id=lead.pk, text=f"Note {number}", by=SYSTEM, at=clock.now())
    client.get(f"/people/{lead.person_id}/")
    with CaptureQueriesContext(connection) as long:
        client.get(f"/people/{lead.person_id}/")

    assert len(long) == len(short)


def test_only_the_rows_of_others_are_missing_on_somebody_both_know(client, trading, olga):
    from isthmus.sales.commands import open_deal

    person = trading["pat"].person
    open_deal(name="Olga's", person_id=person.pk, owner_id=olga.pk, by=SYSTEM, at=clock.now())
    client.force_login(olga)

    text = client.get(f"/people/{person.pk}/").content.decode()

    assert "Olga&#x27;s" in text
    assert "€1,200" not in text
    assert f"/leads/{trading['pat'].pk}/" not in text
