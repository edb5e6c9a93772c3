"""Who is told of what, in the page and by mail over a real mail server."""

from datetime import timedelta

import pytest

from isthmus.core import queue
from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.queue.models import Job
from isthmus.core.refusals import InvalidInput
from isthmus.handoff.commands import hand_over_lead, hand_over_leads
from isthmus.leads.commands import capture_lead, qualify_lead
from isthmus.leads.editing import edit_lead
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_account
from isthmus.people.models import Person
from isthmus.sales.commands import edit_deal, open_deal
from isthmus.web.tasks import mail_notification
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import mark_notifications_read, set_preferences
from isthmus.workspace.models import Notification
from tests.cast import MONDAY_NOON
from tests.workspace.mail_server import mail_server

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
EVERYTHING = ["deal.given", "lead.given", "lead.handed_over"]


@pytest.fixture
def lead(company, pipeline):
    captured = capture_lead(full_name="Pat Prospect", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    return qualify_lead(lead_id=captured.pk, by=SYSTEM, at=MONDAY_NOON)


@pytest.fixture
def mail(settings):
    """A real mail server, and a program that sends to it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.PUBLIC_URL = "https://crm.example"
    settings.DEFAULT_FROM_EMAIL = "Isthmus <isthmus@crm.example>"
    with mail_server() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        yield server


def wants(user, *kinds):
    set_preferences(user=user, shortcuts=True, mailed=kinds, at=MONDAY_NOON)


def told():
    return [(row.user.name, row.kind) for row in Notification.objects.order_by("pk").select_related("user")]


def test_a_seller_is_told_of_a_lead_that_is_handed_over(lead, rita):
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)

    notice = Notification.objects.get()
    assert (notice.user, notice.kind) == (rita, "lead.handed_over")
    assert (notice.record_kind, notice.record_id) == ("lead", lead.pk)
    assert "Pat" not in notice.text
    assert Job.objects.filter(name="web.mail_notification").count() == 0


def test_many_at_once_tell_nobody(lead, rita):
    hand_over_leads(rows=[{"lead_id": lead.pk, "owner_id": rita.pk, "at": MONDAY_NOON}], by=SYSTEM)

    assert told() == []


def test_whoever_becomes_the_owner_is_told_and_nobody_of_what_they_did_themselves(lead, rita, olga, admin):
    own = add_account(name="Rita's own", by=actor_for(rita), at=MONDAY_NOON)
    deal = open_deal(account_id=own.pk, owner_id=rita.pk, by=actor_for(rita), at=MONDAY_NOON)
    assert told() == []

    edit_deal(deal_id=deal.pk, owner_id=olga.pk, by=actor_for(admin), at=MONDAY_NOON)
    edit_deal(deal_id=deal.pk, owner_id=olga.pk, name="Again", by=actor_for(admin), at=MONDAY_NOON)
    edit_lead(lead_id=lead.pk, owner_id=rita.pk, by=actor_for(admin), at=MONDAY_NOON)
    importing = Actor(kind="import", id=admin.pk, grants=actor_for(admin).grants)
    edit_lead(lead_id=lead.pk, owner_id=olga.pk, by=importing, at=MONDAY_NOON)

    assert told() == [(olga.name, "deal.given"), (rita.name, "lead.given")]


def test_whoever_wants_it_gets_a_mail_with_the_record_and_its_address(lead, rita, mail):
    wants(rita, *EVERYTHING)
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)

    queue.run_due()

    (letter,) = mail.arrived
    assert (letter["To"], letter["From"]) == (rita.email, "Isthmus <isthmus@crm.example>")
    assert letter["Subject"] == "A lead was handed over to you: Pat Prospect"
    assert letter["Auto-Submitted"] == "auto-generated"
    body = letter.get_content()
    assert f"https://crm.example/leads/{lead.pk}/" in body
    assert "https://crm.example/account/preferences/" in body
    assert Notification.objects.get().mailed_at is not None


def test_a_mail_that_the_server_does_not_take_goes_later_and_once(lead, rita, mail):
    wants(rita, *EVERYTHING)
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    mail.refuses = 1

    queue.run_due()
    assert mail.arrived == []
    Job.objects.update(run_at=MONDAY_NOON)
    queue.run_due()
    mail_notification(notice_id=Notification.objects.get().pk)

    assert len(mail.arrived) == 1


def test_what_was_read_in_the_page_is_not_sent(lead, rita, mail):
    wants(rita, *EVERYTHING)
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    mark_notifications_read(user=rita, at=MONDAY_NOON + timedelta(minutes=1))

    queue.run_due()

    assert mail.arrived == []


def test_nothing_is_sent_to_somebody_who_left_or_changed_their_mind(lead, rita, mail):
    wants(rita, *EVERYTHING)
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    wants(rita)

    queue.run_due()

    assert mail.arrived == []


def test_a_mail_names_nobody_whom_the_reader_may_not_see_any_more(lead, rita, olga, mail):
    wants(rita, *EVERYTHING)
    hand_over_lead(lead_id=lead.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)
    Person.objects.filter(pk=lead.person_id).update(erased_at=MONDAY_NOON)

    queue.run_due()

    (letter,) = mail.arrived
    assert letter["Subject"] == "A lead was handed over to you"
    assert "Pat" not in letter.as_string()
    assert f"/leads/{lead.pk}/" not in letter.get_content()


def test_one_is_told_by_mail_only_of_what_there_is(rita):
    with pytest.raises(InvalidInput, match="Nobody is told of that"):
        wants(rita, "moon.landed")


def test_a_change_of_preferences_is_a_fact(rita):
    wants(rita, "lead.given")

    assert InboxFact.objects.filter(kind="user.preferences_changed").count() == 1
    rita.refresh_from_db()
    assert rita.mailed == ["lead.given"]
