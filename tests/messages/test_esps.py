"""Mail through a provider's API: once or told, and what the provider tells later settles it."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse

from isthmus.core.clock import now
from isthmus.core.refusals import InvalidInput
from isthmus.messages import invariants
from isthmus.messages.commands import (
    add_mailbox,
    send_mail_again,
    send_through_esp,
    send_through_server,
)
from isthmus.messages.esps.hearing import address_for
from isthmus.messages.models import Mailbox, Message, Recipient
from isthmus.messages.sending import claiming, delivering
from isthmus.people.consents import is_suppressed
from isthmus.people.models import Person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.attaching import brought
from tests.messages.conftest import run_until_idle
from tests.messages.esp_office import EspOffice, esp_office
from tests.needles import database_text

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
Send = Callable[..., Message]
KEYS = {"api_key": "swordfish-7", "signing_key": "signs-7"}


@pytest.fixture
def postmark() -> Iterator[EspOffice]:
    with esp_office("postmark") as there:
        yield there


@pytest.fixture
def mailbox(rita: User) -> Mailbox:
    """Rita's, which sends through Postmark: it has no server of its own."""
    return through(rita, "postmark")


def through(user: User, esp: str) -> Mailbox:
    made: Mailbox = add_mailbox(
        address=user.email, name=user.name, esp=esp, undo_seconds=0, by=actor_for(user), at=now(), **KEYS
    )
    return made


def tell(mailbox: Mailbox, told: Any, **heads: str) -> int:
    """Have the provider tell something at the address that it was given."""
    address = address_for(mailbox, f"http://testserver{reverse('mail-hook', args=[mailbox.hook_key])}")
    password = address.partition("//")[2].partition("@")[0] if "@" in address else ""
    if password and "Authorization" not in heads:
        heads["Authorization"] = "Basic " + base64.b64encode(password.encode()).decode()
    path = reverse("mail-hook", args=[mailbox.hook_key])
    return Client().post(path, json.dumps(told), "application/json", headers=heads).status_code


def postmark_says(kind: str, message: Message | None = None, **more: str) -> dict[str, Any]:
    marked = {"Metadata": {"isthmus_mail": str(message.pk)}} if message else {}
    return {
        "RecordType": kind,
        "Recipient": "pat@prospect.example",
        "Email": "pat@prospect.example",
        **marked,
        **more,
    }


def test_a_mail_goes_through_the_api_whole_and_once(
    send: Send, postmark: EspOffice, mailbox: Mailbox, pat: Person
) -> None:
    message = send(files=[brought(b"%PDF-1.7", "Offer.pdf")], cc=["cora@else.example"])

    run_until_idle()
    run_until_idle(days=1)

    ((path, heads, body),) = postmark.asked
    told = json.loads(body)
    assert (path, heads["X-Postmark-Server-Token"]) == ("/v3/email", "swordfish-7")
    assert (told["From"], told["To"]) == (
        "Rita Reyes <rita@example.com>",
        "Pat Prospect <pat@prospect.example>",
    )
    assert (told["Cc"], told["TrackOpens"]) == ("cora@else.example", False)
    assert {"Name": "Message-ID", "Value": message.rfc_id} in told["Headers"]
    assert [(one["Name"], base64.b64decode(one["Content"])) for one in told["Attachments"]] == [
        ("Offer.pdf", b"%PDF-1.7")
    ]
    assert set(message.recipients.values_list("state", "esp_id")) == {("sent", "esp-7")}
    assert "swordfish" not in database_text()
    assert invariants.check() == []


@pytest.mark.parametrize("esp", ["mailgun", "brevo", "sendgrid"])
def test_every_provider_takes_a_mail(rita: User, pat: Person, esp: str) -> None:
    with esp_office(esp) as there:
        from isthmus.messages.commands import send_mail

        given: dict[str, Any] = {"mailbox_id": through(rita, esp).pk, "person_id": pat.pk, "text": "Dear Pat"}
        message = send_mail(files=[brought()], by=actor_for(rita), at=now(), **given)
        run_until_idle()

    assert (message.recipients.get().state, len(there.asked)) == ("sent", 1)
    assert message.recipients.get().esp_id
    assert b"isthmus_mail" in there.asked[0][2]
    assert b"Contract.pdf" in there.asked[0][2]


@pytest.mark.parametrize(
    ("mode", "state"),
    [
        ("take_and_drop", "unknown"),
        ("half", "unknown"),
        ("500", "unknown"),
        ("503", "unknown"),
        ("422", "failed"),
        ("onward", "failed"),
        ("429", "waiting"),
        ("401", "waiting"),
    ],
)
def test_what_an_answer_means(
    send: Send, postmark: EspOffice, mailbox: Mailbox, mode: str, state: str
) -> None:
    postmark.modes = [mode, "take"]
    message = send()

    run_until_idle()
    assert (message.recipients.get().state, len(postmark.asked)) == (state, 1)
    run_until_idle(hours=1)

    mailbox.refresh_from_db()
    again = {"waiting": ("sent", 2)}.get(state, (state, 1))
    assert (message.recipients.get().state, len(postmark.asked)) == again
    assert invariants.check() == []


def test_a_provider_that_nobody_reaches_gets_the_mail_later(send: Send, mailbox: Mailbox) -> None:
    with esp_office("postmark") as there:
        closed = there.port
    with pytest.MonkeyPatch.context() as patch:
        from dataclasses import replace

        from isthmus.messages.esps import known

        here = replace(known.ESPS["postmark"], regions={"": f"http://127.0.0.1:{closed}/"})
        patch.setitem(known.ESPS, "postmark", here)
        message = send()
        run_until_idle()

    one = message.recipients.get()
    mailbox.refresh_from_db()
    assert (one.state, message.claims.get().decided_at) == ("waiting", None)
    assert mailbox.send_error


def test_an_unknown_is_settled_by_what_the_provider_tells(
    send: Send, postmark: EspOffice, mailbox: Mailbox
) -> None:
    postmark.modes = ["take_and_drop"]
    message = send()
    run_until_idle()
    assert message.recipients.get().state == "unknown"

    for _twice in range(2):
        assert tell(mailbox, postmark_says("Delivery", message, MessageID="esp-9")) == 200

    one = message.recipients.get()
    assert (one.state, one.esp_id, one.delivered_at is not None) == ("sent", "esp-9", True)
    assert len(postmark.asked) == 1
    assert invariants.check() == []
    mailbox.refresh_from_db()
    assert mailbox.heard_at


def test_a_mail_that_the_provider_told_of_before_the_program_stopped_is_sent(
    send: Send, postmark: EspOffice, mailbox: Mailbox
) -> None:
    message = send()
    claimed = claiming.claim(message.pk, at=now())
    assert claimed is not None
    claiming.decide(claimed.claim, at=now())
    tell(mailbox, postmark_says("Delivery", message))

    delivering.deliver(message.pk)

    assert (message.recipients.get().state, postmark.asked) == ("sent", [])
    assert invariants.check() == []


def test_a_bounce_for_good_and_a_complaint_end_writing_to_the_address(
    send: Send, postmark: EspOffice, mailbox: Mailbox, rita: User
) -> None:
    message = send()
    run_until_idle()

    tell(mailbox, postmark_says("Bounce", None, MessageID="esp-7", Type="SoftBounce"))
    soft = is_suppressed("email", "pat@prospect.example")
    tell(mailbox, postmark_says("Bounce", None, MessageID="esp-7", Type="HardBounce", Details="550 gone"))

    one = message.recipients.get()
    assert (soft, is_suppressed("email", "pat@prospect.example")) == (False, True)
    assert (one.state, one.said, one.bounced_at is not None) == ("sent", "550 gone", True)
    tell(mailbox, postmark_says("SpamComplaint", message))
    assert message.recipients.get().complained_at
    other = send()
    run_until_idle()
    assert other.recipients.get().state == "suppressed"
    assert invariants.check() == []


def test_a_mail_that_the_provider_refused_after_all_has_failed_and_can_be_sent_again(
    send: Send, postmark: EspOffice, mailbox: Mailbox, rita: User
) -> None:
    message = send()
    run_until_idle()

    tell(mailbox, postmark_says("Bounce", message, Type="Blocked", Details="on a list"))

    one = message.recipients.get()
    assert (one.state, one.said) == ("failed", "on a list")
    send_mail_again(recipient_id=one.pk, by=actor_for(rita), at=now())
    run_until_idle()
    assert message.recipients.get().state == "sent"
    assert invariants.check() == []


def test_only_the_provider_is_believed(
    send: Send, postmark: EspOffice, mailbox: Mailbox, rita: User, olga: User
) -> None:
    message = send()
    run_until_idle()
    told = postmark_says("Bounce", message, Type="HardBounce")
    other = through(olga, "postmark")

    assert tell(mailbox, told, Authorization="") == 401
    assert tell(mailbox, told, Authorization="Basic aXN0aG11czp3cm9uZw==") == 401
    assert tell(other, told) == 200  # Their provider knows nothing of Rita's mail.
    assert tell(mailbox, ["nothing"]) == 400
    assert tell(mailbox, {"RecordType": "Inbound"}) == 400
    assert Client().get(reverse("mail-hook", args=[mailbox.hook_key])).status_code == 405
    assert Client().post(reverse("mail-hook", args=["x" * 32])).status_code == 404
    assert Recipient.objects.filter(bounced_at=None).count() == 1
    send_through_server(mailbox_id=mailbox.pk, by=actor_for(rita), at=now())
    assert Client().post(reverse("mail-hook", args=[mailbox.hook_key])).status_code == 404


def test_mailgun_signs_what_it_tells(rita: User, pat: Person) -> None:
    from isthmus.messages.commands import send_mail

    mailbox = through(rita, "mailgun")
    with esp_office("mailgun"):
        given: dict[str, Any] = {"mailbox_id": mailbox.pk, "person_id": pat.pk, "text": "Dear Pat"}
        message = send_mail(by=actor_for(rita), at=now(), **given)
        run_until_idle()
    event = {
        "event": "failed", "severity": "permanent", "recipient": "pat@prospect.example", "timestamp": 1.0,
        "user-variables": {"isthmus_mail": str(message.pk)}, "delivery-status": {"message": "no such user"},
    }  # fmt: skip

    def signed(key: str) -> dict[str, Any]:
        signature = hmac.new(key.encode(), b"1token", hashlib.sha256).hexdigest()
        return {
            "signature": {"timestamp": "1", "token": "token", "signature": signature},
            "event-data": event,
        }

    assert tell(mailbox, signed("other")) == 401
    assert tell(mailbox, signed("signs-7")) == 200
    assert message.recipients.get().bounced_at
    assert is_suppressed("email", "pat@prospect.example")


def test_sendgrid_is_believed_with_password_and_where_a_key_is_kept_with_its_signature(
    rita: User, pat: Person
) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    mailbox = through(rita, "sendgrid")
    given = {"esp": "sendgrid", "signing_key": base64.b64encode(public).decode()}
    send_through_esp(mailbox_id=mailbox.pk, by=actor_for(rita), at=now(), **given)
    mailbox.refresh_from_db()
    told = [{"event": "delivered", "email": "pat@prospect.example", "isthmus_mail": "1"}]
    body = json.dumps(told).encode()
    signature = base64.b64encode(key.sign(b"7" + body, ec.ECDSA(hashes.SHA256()))).decode()
    heads = {"X-Twilio-Email-Event-Webhook-Timestamp": "7"}

    assert tell(mailbox, told, **heads) == 401
    assert tell(mailbox, told, **heads, **{"X-Twilio-Email-Event-Webhook-Signature": signature}) == 200


def test_a_mailbox_goes_back_to_its_server_and_what_is_no_provider_is_refused(rita: User) -> None:
    by = actor_for(rita)
    mailbox = add_mailbox(address=rita.email, smtp_host="smtp.example.com", by=by, at=now())
    with pytest.raises(InvalidInput, match="Paste the key"):
        send_through_esp(mailbox_id=mailbox.pk, esp="postmark", by=by, at=now())
    with pytest.raises(InvalidInput, match="no such region"):
        send_through_esp(mailbox_id=mailbox.pk, esp="postmark", api_key="x", esp_region="eu", by=by, at=now())

    send_through_esp(mailbox_id=mailbox.pk, esp="brevo", api_key="x", by=by, at=now())
    row = send_through_server(mailbox_id=mailbox.pk, by=by, at=now())

    assert (row.esp, row.esp_secret, row.hook_key, row.can_send) == ("", "", "", True)
