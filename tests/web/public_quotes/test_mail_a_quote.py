"""A quote goes to its contact by mail from the seller's mailbox, with its link and PDF: once."""

import pytest
from django.urls import reverse

from isthmus.core import clock
from isthmus.files.models import AttachedFile
from isthmus.messages.commands import add_mailbox, take_back_mail
from isthmus.messages.models import Message
from isthmus.people.models import Person
from isthmus.sales.commands.mailing_quotes import QuoteMailedAlready, mail_quote
from isthmus.sales.models import Quote
from isthmus.workspace.actors import actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(rita):
    """Rita's, on a server that nobody calls here: the worker does not run."""
    return add_mailbox(
        address=rita.email, name=rita.name, smtp_host="smtp.example.com", by=actor_for(rita), at=clock.now()
    )


@pytest.fixture
def ritas(client, rita):
    client.force_login(rita)
    return client


def filled(ritas, quote, **more):
    """What the form comes with, and what is changed in it."""
    answer = ritas.get(reverse("mail_quote", args=[quote.pk]))
    return {**answer.context["form"].initial, "with_pdf": "on", **more}


def test_the_mail_has_the_link_and_the_pdf_and_goes_to_the_contact(ritas, quote, mailbox, address):
    form = filled(ritas, quote)
    answer = ritas.post(reverse("mail_quote", args=[quote.pk]), form)

    assert answer.status_code == 302
    message = Message.objects.get()
    assert f"http://testserver{address}" in message.text
    assert "€666.36" in message.text
    assert message.subject == "Quote Q-2026-0001 of Harbour Lane"
    assert message.recipients.get().address == "pat@x.example"
    assert message.deal_id == quote.deal_id
    assert AttachedFile.objects.get(kind="message", record_id=message.pk).name == "Q-2026-0001.pdf"
    assert Quote.objects.get().mail_id == message.pk


def test_it_is_not_mailed_twice_unless_it_was_taken_back(ritas, quote, mailbox, rita):
    path, form = reverse("mail_quote", args=[quote.pk]), filled(ritas, quote)
    ritas.post(path, form)
    again = ritas.post(path, form)

    assert again.status_code == 409
    assert "went out by mail already" in again.content.decode()
    assert Message.objects.count() == 1
    assert path not in ritas.get(reverse("quote", args=[quote.pk])).content.decode()

    take_back_mail(message_id=Message.objects.get().pk, by=actor_for(rita), at=clock.now())
    assert path in ritas.get(reverse("quote", args=[quote.pk])).content.decode()
    assert ritas.post(path, form).status_code == 302
    assert Message.objects.count() == 2


def test_a_text_without_the_link_gets_it_where_the_installation_knows_its_address(
    quote, mailbox, rita, address, settings
):
    given = {"quote_id": quote.pk, "mailbox_id": mailbox.pk, "text": "Here it is."}
    settings.PUBLIC_URL = ""
    with pytest.raises(Exception, match="Put the link to the quote"):
        mail_quote(**given, by=actor_for(rita), at=clock.now())

    settings.PUBLIC_URL = "https://crm.example"
    message = mail_quote(**given, by=actor_for(rita), at=clock.now())
    assert f"https://crm.example{address}" in message.text
    with pytest.raises(QuoteMailedAlready):
        mail_quote(**given, by=actor_for(rita), at=clock.now())


def test_without_a_mailbox_the_link_is_there_to_be_copied(ritas, quote, address):
    page = ritas.get(reverse("mail_quote", args=[quote.pk])).content.decode()

    assert f'value="http://testserver{address}"' in page
    assert 'data-kind="primary"' not in page


def test_where_the_pdf_cannot_be_written_it_says_so_and_the_mail_goes_without(ritas, quote, mailbox):
    Person.objects.filter(pk=quote.person_id).update(full_name="Павло")
    path, form = reverse("mail_quote", args=[quote.pk]), filled(ritas, quote)

    refused = ritas.post(path, form)
    assert (refused.status_code, Message.objects.count()) == (409, 0)
    assert "cannot be written with these letters" in refused.content.decode()

    del form["with_pdf"]
    assert ritas.post(path, form).status_code == 302
    assert not AttachedFile.objects.exists()


def test_it_is_for_whoever_may_change_the_quote(client, quote, olga):
    client.force_login(olga)
    path = reverse("mail_quote", args=[quote.pk])

    assert client.get(path).status_code == 404
    assert client.post(path, {"text": "x"}).status_code == 404
