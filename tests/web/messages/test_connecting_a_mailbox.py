"""A mailbox is connected at its provider by a button; whatever goes wrong there is said in plain words."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.messages import credentials, oauth
from isthmus.messages.commands import add_mailbox, disconnect_mailbox, save_oauth_client
from isthmus.messages.commands.writing import MailboxOff, send_mail
from isthmus.messages.models import Mailbox, OAuthClient
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.messages.conftest import run_until_idle
from tests.messages.oauth_provider import CLIENT, Provider, provider
from tests.needles import database_text

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def google(settings: Any, company: object) -> Iterator[Provider]:
    """A provider that knows this installation."""
    settings.OUTBOUND_TO_THIS_MACHINE = True
    save_oauth_client(provider="google", **CLIENT, by=SYSTEM, at=now())
    with provider() as there:
        yield there


@pytest.fixture
def mailbox(google: Provider, rita: User) -> Mailbox:
    """Rita's, added and not connected yet; with servers that nobody calls here."""
    given: dict[str, Any] = {
        "smtp_host": "127.0.0.1",
        "smtp_port": 1,
        "imap_host": "127.0.0.1",
        "imap_port": 1,
    }
    made: Mailbox = add_mailbox(address=rita.email, auth="google", **given, by=actor_for(rita), at=now())
    return made


@pytest.fixture
def ritas(client: Client, rita: User) -> Client:
    client.force_login(rita)
    return client


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def out(client: Client, mailbox: Mailbox) -> str:
    """Press Connect; the address at the provider."""
    answer = client.post(reverse("connect-mailbox", args=[mailbox.pk]), headers=HTMX)
    return str(answer.headers["HX-Redirect"])


def test_a_mailbox_is_connected_by_a_button_and_its_token_is_kept_sealed(
    ritas: Client, google: Provider, mailbox: Mailbox, rita: User
) -> None:
    page = reverse("mailbox", args=[mailbox.pk])
    assert "Connect with Google" in words(ritas.get(page))
    with pytest.raises(MailboxOff, match="not connected yet"):
        send_mail(mailbox_id=mailbox.pk, to=["a@x.example"], text="x", by=actor_for(rita), at=now())

    address = out(ritas, mailbox)
    asked = parse_qs(urlsplit(address).query)
    done = ritas.get(google.visited(address), follow=True)

    assert (asked["code_challenge_method"], asked["access_type"], asked["login_hint"]) == (
        ["S256"],
        ["offline"],
        [rita.email],
    )
    assert google.redirect == "http://testserver/settings/mailboxes/connected/"
    assert "Google lets us in. Both servers are being tried." in words(done)
    assert "Connect with Google again" in words(done)
    mailbox.refresh_from_db()
    assert credentials.xoauth2(mailbox, at=now()).endswith("auth=Bearer access-of-lasting-7\x01\x01")
    kept = database_text()
    assert "lasting-7" not in kept
    assert "swordfish" not in kept
    assert google.asked[0]["code_verifier"] not in kept


def test_a_code_is_taken_once_and_only_where_it_was_asked_for(
    ritas: Client, google: Provider, mailbox: Mailbox, rita: User
) -> None:
    address = out(ritas, mailbox)
    back = google.visited(address)
    other = Client()
    other.force_login(rita)

    wrong = ritas.get(back.replace("state=", "state=x"))
    elsewhere = other.get(back)
    assert "was not asked for here" in words(wrong)
    assert "was not asked for here" in words(elsewhere)
    assert (wrong.status_code, elsewhere.status_code, google.asked) == (409, 409, [])

    assert ritas.get(back).status_code == 302
    replayed = ritas.get(back)
    assert (replayed.status_code, len(google.asked)) == (409, 1)

    again = google.visited(out(ritas, mailbox))
    code = parse_qs(urlsplit(again).query)["code"][0]
    google.given.pop(code)  # As if somebody had used it.
    assert "was used before, or came too late" in words(ritas.get(again))


def test_an_answer_that_comes_too_late_is_not_taken(
    ritas: Client, google: Provider, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    back = google.visited(out(ritas, mailbox))
    later = now() + timedelta(minutes=16)
    monkeypatch.setattr("isthmus.core.clock.now", lambda: later)

    assert ritas.get(back).status_code == 409
    assert google.asked == []


@pytest.mark.parametrize(
    ("answers", "says"),
    [
        ("cancel", "Google did not let us in: somebody pressed Cancel there"),
        ("short", "let us in only for an hour"),
        ("busy", "Google (OAuth) cannot answer now (503). Connect again in some minutes."),
        ("redirect_uri_mismatch", "does not know the address that it shall send people back to"),
        ("odd_thing", "did not let us in. It says: odd_thing it is."),
        ("client", "client id or client secret is wrong"),
    ],
)
def test_what_a_provider_refuses_is_said_in_plain_words_and_changes_nothing(
    ritas: Client, google: Provider, mailbox: Mailbox, answers: str, says: str
) -> None:
    google.cancels, google.answers = (
        answers == "cancel",
        answers if answers not in ("cancel", "client") else "",
    )
    if answers == "client":
        save_oauth_client(provider="google", client_id="other", by=SYSTEM, at=now())

    answer = ritas.get(google.visited(out(ritas, mailbox)))

    mailbox.refresh_from_db()
    assert says in words(answer)
    assert (answer.status_code, mailbox.secret) == (409, "")


def test_a_mailbox_is_disconnected_and_its_provider_told_and_connected_again(
    ritas: Client, google: Provider, mailbox: Mailbox, rita: User
) -> None:
    ritas.get(google.visited(out(ritas, mailbox)))

    disconnect_mailbox(mailbox_id=mailbox.pk, by=actor_for(rita), at=now())
    run_until_idle()

    mailbox.refresh_from_db()
    assert (mailbox.secret, google.revoked) == ("", ["lasting-7"])
    with pytest.raises(credentials.SignInLost, match="not asked to let us in yet"):
        credentials.xoauth2(mailbox, at=now())
    ritas.get(google.visited(out(ritas, mailbox)))
    mailbox.refresh_from_db()
    assert mailbox.is_connected


def test_only_an_administrator_registers_the_installation_and_the_secret_is_not_shown(
    client: Client, rita: User, admin: User, company: object
) -> None:
    client.force_login(rita)
    assert client.get(reverse("oauth-client", args=["google"])).status_code == 403
    assert "Address that people are sent back to" not in words(client.get(reverse("settings-mailboxes")))

    client.force_login(admin)
    wrong = client.post(reverse("oauth-client", args=["google"]), {"client_id": "isthmus-7"})
    given = {"client_id": "isthmus-7", "client_secret": "swordfish-7", "tenant": "example.com"}
    client.post(reverse("oauth-client", args=["microsoft"]), given)

    assert wrong.status_code == 422
    row = OAuthClient.objects.get()
    assert oauth.client_of("microsoft") == oauth.Client("isthmus-7", "swordfish-7", "example.com")
    assert "swordfish" not in row.secret
    shown = words(client.get(reverse("settings-mailboxes")))
    assert "http://testserver/settings/mailboxes/connected/" in shown
    assert "isthmus-7" in shown
    assert "swordfish" not in shown + words(client.get(reverse("oauth-client", args=["microsoft"])))
    client.post(reverse("forget-oauth-client", args=["microsoft"]))
    assert not OAuthClient.objects.exists()
