"""A mailbox says through which provider it sends, what address to give it; each mail what it told."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.core.clock import now
from isthmus.messages.commands import send_mail
from isthmus.messages.models import Mailbox, Recipient
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User

pytestmark = pytest.mark.django_db


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def test_a_mailbox_is_given_a_provider_and_shows_the_address_for_its_webhooks(
    client: Client, rita: User
) -> None:
    client.force_login(rita)
    given = {"address": rita.email, "auth": "password", "privacy": "metadata", "esp": "postmark"}
    wrong = client.post(reverse("new-mailbox"), given)
    client.post(reverse("new-mailbox"), {**given, "api_key": "swordfish-7"})
    mailbox = Mailbox.objects.get()

    page = words(client.get(reverse("mailbox", args=[mailbox.pk])))
    assert (wrong.status_code, "Paste the key for sending" in words(wrong)) == (422, True)
    assert "through Postmark" in page
    assert f"@testserver/hooks/mail/{mailbox.hook_key}/" in page
    assert "Nothing heard yet" in page
    client.post(
        reverse("mailbox-esp", args=[mailbox.pk]), {"esp": "mailgun", "esp_region": "eu", "api_key": "x"}
    )
    mailbox.refresh_from_db()
    page = words(client.get(reverse("mailbox", args=[mailbox.pk])))
    assert (mailbox.esp, mailbox.esp_region) == ("mailgun", "eu")
    assert f"http://testserver/hooks/mail/{mailbox.hook_key}/" in page
    assert "swordfish" not in page + words(client.get(reverse("mailbox-esp", args=[mailbox.pk])))


def test_each_mail_says_what_its_provider_told(client: Client, rita: User) -> None:
    client.force_login(rita)
    given = {"address": rita.email, "auth": "password", "privacy": "metadata", "esp": "brevo", "api_key": "x"}
    client.post(reverse("new-mailbox"), given)
    sent: dict[str, Any] = {
        "mailbox_id": Mailbox.objects.get().pk,
        "text": "Hi",
        "by": actor_for(rita),
        "at": now(),
    }
    message = send_mail(to=["a@x.example", "b@x.example"], **sent)
    rows = Recipient.objects.order_by("pk")
    rows.update(state="sent", settled_at=now(), delivered_at=now())
    Recipient.objects.filter(address="b@x.example").update(complained_at=now())

    thread = words(client.get(reverse("mail-thread", args=[message.thread_id])))

    assert "Delivered" in thread
    assert "Called spam" in thread
