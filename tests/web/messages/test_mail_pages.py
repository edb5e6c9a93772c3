"""Mail in the browser: a mailbox connected, a mail written from a person's page, an unknown decided."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.leads.commands import capture_lead
from isthmus.messages.commands import save_snippet, save_template
from isthmus.messages.models import Mailbox, Message
from isthmus.people.commands import set_contact_limit
from isthmus.people.models import Person
from isthmus.sales.commands import log_activity
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from prove.post_office import PostOffice, post_office
from tests.messages.conftest import mailbox_of, run_until_idle

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings: Any) -> Iterator[PostOffice]:
    """A server on this machine."""
    settings.OUTBOUND_TO_THIS_MACHINE = True
    with post_office() as there:
        yield there


@pytest.fixture
def pat(rita: User) -> Person:
    """Pat, Rita's prospect."""
    given = {"owner_id": rita.pk, "team_id": rita.team_id, "by": SYSTEM, "at": now()}
    person: Person = capture_lead(email="pat@prospect.example", full_name="Pat Prospect", **given).person
    return person


@pytest.fixture
def ritas(client: Client, rita: User) -> Client:
    """Rita's browser."""
    client.force_login(rita)
    return client


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_seller_connects_a_mailbox_and_sees_how_it_stands(ritas: Client, rita: User) -> None:
    given = {"address": rita.email, "auth": "password", "privacy": "metadata", "password": "swordfish-7"}

    wrong = ritas.post(reverse("new-mailbox"), {**given, "smtp_host": "10.0.0.1"})
    right = ritas.post(reverse("new-mailbox"), {**given, "smtp_host": "smtp.example.com"})

    mailbox = Mailbox.objects.get()
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "private network" in words(wrong)
    page = words(ritas.get(reverse("mailbox", args=[mailbox.pk])))
    assert "Not tried yet" in page
    assert "swordfish" not in page + words(ritas.get(reverse("edit-mailbox", args=[mailbox.pk])))
    assert "not compared yet" in words(ritas.get(reverse("settings-mailboxes")))


def test_without_a_mailbox_mail_is_logged_and_the_composer_says_where_to_connect_one(
    ritas: Client, pat: Person
) -> None:
    assert "Write a mail" not in words(ritas.get(reverse("person", args=[pat.pk])))
    assert "Connect a mailbox" in words(ritas.get(f"{reverse('new-mail')}?person={pat.pk}"))


def test_a_mail_is_written_with_a_template_sent_and_seen(
    ritas: Client, rita: User, pat: Person, office: PostOffice
) -> None:
    mailbox = mailbox_of(rita, office.port, undo_seconds=10)
    text = "Dear {{ person.first_name }}, how is {{ person.city }}?"
    template = save_template(name="First", subject="Hello {{ person.name }}", text=text, by=SYSTEM, at=now())
    save_snippet(name="terms", text="30 days", by=actor_for(rita), at=now())
    new = f"{reverse('new-mail')}?person={pat.pk}&template={template.pk}"

    form = words(ritas.get(new))
    assert "Hello Pat Prospect" in form
    assert "Nothing is known for: City" in form
    assert 'data-inserts="30 days"' in form
    given = {"mailbox_id": mailbox.pk, "to": "pat@prospect.example", "subject": "Hello", "text": "Dear Pat"}
    sent = ritas.post(new, given, follow=True)

    assert "The mail is on its way." in words(sent)
    assert "Undo" in words(sent)
    run_until_idle(hours=1)
    message = Message.objects.get()
    assert [one["Subject"] for one in office.taken] == ["Hello"]
    person = words(ritas.get(reverse("person", args=[pat.pk])))
    assert "Mail to Pat Prospect" in person
    assert "Dear Pat" in person
    assert person.count("Mail to Pat") == 1
    thread = words(ritas.get(reverse("mail-thread", args=[message.thread_id])))
    assert "Dear Pat" in thread
    assert f"reply={message.pk}" in thread
    assert ritas.get(f"{reverse('new-mail')}?reply={message.pk}").status_code == 200


def test_a_mail_to_somebody_contacted_often_is_sent_after_a_second_thought(
    ritas: Client, rita: User, pat: Person, office: PostOffice
) -> None:
    set_contact_limit(most=1, days=7, by=SYSTEM, at=now())
    log_activity(kind="call", lead_id=pat.leads.get().pk, by=SYSTEM, at=now())
    new, mailbox = f"{reverse('new-mail')}?person={pat.pk}", mailbox_of(rita, office.port)
    given = {"mailbox_id": mailbox.pk, "to": "pat@prospect.example", "subject": "Hello", "text": "Dear Pat"}

    asked = ritas.post(new, given)
    sent = ritas.post(new, {**given, "anyway": "1"}, follow=True)

    assert asked.status_code == 409
    assert "Pat Prospect was contacted once in 7 days." in words(asked)
    assert "Send it anyway" in words(asked)
    assert "The mail is on its way." in words(sent)
    assert Message.objects.count() == 1


def test_an_unknown_is_listed_and_decided(ritas: Client, rita: User, pat: Person, office: PostOffice) -> None:
    mailbox = mailbox_of(rita, office.port)
    office.modes = ["drop"]
    given = {"mailbox_id": mailbox.pk, "to": "pat@prospect.example", "subject": "Hello", "text": "Dear Pat"}
    ritas.post(f"{reverse('new-mail')}?person={pat.pk}", given)
    run_until_idle()
    one = Message.objects.get().recipients.get()

    page = words(ritas.get(reverse("mail-unknown")))
    assert "Of 1 mail nobody knows whether it arrived" in page
    assert "nobody knows" in words(ritas.get(reverse("settings-mailboxes")))
    ritas.post(reverse("mail-outcome", args=[one.pk, "sent"]))

    one.refresh_from_db()
    assert one.state == "sent"
    assert "Of every mail it is known how it went" in words(ritas.get(reverse("mail-unknown")))


def test_templates_snippets_and_a_signature_are_kept(client: Client, sam: User) -> None:
    client.force_login(sam)

    client.post(reverse("new-template"), {"name": "A", "locale": "en", "subject": "x", "text": "{{ oops"})
    bad = client.post(
        reverse("new-template"), {"name": "A", "locale": "en", "subject": "x", "text": "{{ oops"}
    )
    client.post(reverse("new-template"), {"name": "A", "locale": "en", "subject": "x", "text": "Hello"})
    client.post(reverse("new-snippet"), {"name": "terms", "text": "30 days", "shared": "on"})
    client.post(reverse("mail-signature"), {"text": "Sam Sato"})

    assert "does not end" in words(bad)
    page = words(client.get(reverse("settings-templates")))
    assert all(one in page for one in ("Hello" and "A", "30 days", "Sam Sato"))
