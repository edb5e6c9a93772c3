"""Mailboxes: whose they are, where they lead, and that their passwords are never seen again."""

import json
from datetime import timedelta
from typing import Any

import pytest

from isthmus.api.shapes import public
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.outbound import Answer
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.messages import credentials, oauth
from isthmus.messages.commands import add_mailbox, edit_mailbox, remove_mailbox, switch_mailbox, try_mailbox
from isthmus.messages.commands.mailboxes import MailboxKnown, NotYourMailbox
from isthmus.messages.models import Mailbox
from isthmus.upkeep.looking import mailboxes_work
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Team, User
from prove.post_office import PostOffice
from tests.messages.conftest import mailbox_of, run_until_idle
from tests.needles import database_text

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def _add(user: User, **given: Any) -> Mailbox:
    said = {"address": user.email, "smtp_host": "smtp.example.com", "by": actor_for(user), "at": now()}
    made: Mailbox = add_mailbox(**{**said, **given})
    return made


def test_a_password_is_kept_sealed_and_shown_to_nobody(rita: User) -> None:
    mailbox = _add(rita, login="rita", password="swordfish-7")

    assert credentials.password_of(mailbox) == "swordfish-7"
    assert "swordfish" not in database_text()
    assert "swordfish" not in json.dumps(public(mailbox, actor_for(rita)))


def test_a_password_that_is_left_out_stays(rita: User) -> None:
    mailbox = _add(rita, password="swordfish-7")

    edit_mailbox(mailbox_id=mailbox.pk, name="Rita", by=actor_for(rita), at=now())

    mailbox.refresh_from_db()
    assert credentials.password_of(mailbox) == "swordfish-7"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"address": "nobody"}, "address"),
        ({"smtp_host": ""}, "smtp_host"),
        ({"smtp_host": "10.0.0.7"}, "smtp_host"),
        ({"imap_host": "localhost.localdomain.internal"}, "imap_host"),
        ({"smtp_security": "none"}, "smtp_host"),
        ({"smtp_host": "not a host"}, "smtp_host"),
        ({"undo_seconds": 500}, "undo_seconds"),
        ({"history_days": -1}, "history_days"),
        ({"auth": "google"}, "refresh_token"),
    ],
)
def test_what_is_no_mailbox_is_refused_beside_its_field(
    rita: User, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _add(rita, **given)

    assert field in refused.value.errors


def test_each_seller_adds_their_own_and_a_manager_the_teams(
    rita: User, sam: User, olga: User, inbound: Team, elsewhere: Team
) -> None:
    _add(rita)
    shared = _add(sam, address="sales@example.com", team_id=inbound.pk)

    with pytest.raises(NotPermitted):
        _add(rita, address="o@example.com", owner_id=olga.pk)
    with pytest.raises(NotPermitted):
        _add(sam, address="x@example.com", team_id=elsewhere.pk)
    with pytest.raises(MailboxKnown):
        _add(sam, address=rita.email)
    assert set(Mailbox.objects.of(actor_for(rita)).values_list("address", flat=True)) == {
        rita.email,
        "sales@example.com",
    }
    assert not Mailbox.objects.of(actor_for(olga)).exists()
    with pytest.raises(NotFound):
        switch_mailbox(mailbox_id=shared.pk, on=False, by=actor_for(olga), at=now())


def test_nobody_but_its_owner_opens_a_mailbox_to_others(rita: User, sam: User, admin: User) -> None:
    mailbox = _add(rita)

    for other in (sam, admin):
        with pytest.raises(NotYourMailbox):
            edit_mailbox(mailbox_id=mailbox.pk, privacy="full", by=actor_for(other), at=now())
    edit_mailbox(mailbox_id=mailbox.pk, privacy="full", by=actor_for(rita), at=now())


def test_a_removed_mailbox_forgets_its_password_and_makes_room(rita: User) -> None:
    mailbox = _add(rita, password="swordfish-7")

    remove_mailbox(mailbox_id=mailbox.pk, by=actor_for(rita), at=now())

    mailbox.refresh_from_db()
    assert mailbox.secret == ""
    _add(rita)


def test_trying_says_whether_both_servers_let_us_in(rita: User, office: PostOffice) -> None:
    works = mailbox_of(rita, office.port)
    lost = mailbox_of(rita, 1, address="other@example.com")
    for one in (works, lost):
        try_mailbox(mailbox_id=one.pk, by=actor_for(rita), at=now())

    run_until_idle()

    works.refresh_from_db()
    lost.refresh_from_db()
    assert (works.trying, works.send_error) == (False, "")
    assert "Nobody listens" in lost.send_error
    assert office.taken == []


def test_google_and_microsoft_are_signed_in_to_by_tokens_that_are_made_anew(
    rita: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
        asked.append((url, body.decode()))
        return Answer(200, json.dumps({"access_token": "t1", "expires_in": 3600}).encode(), 1)

    monkeypatch.setattr(oauth.outbound, "post", post)
    given = {"client_id": "c", "client_secret": "s", "refresh_token": "r"}
    mailbox = _add(rita, auth="google", smtp_host="", **given)

    answer = credentials.xoauth2(mailbox, at=now())
    credentials.xoauth2(mailbox, at=now())

    assert answer == "user=rita@example.com\x01auth=Bearer t1\x01\x01"
    assert (mailbox.smtp_host, mailbox.imap_host) == ("smtp.gmail.com", "imap.gmail.com")
    assert len(asked) == 1
    assert "refresh_token=r" in asked[0][1]


def test_a_provider_that_takes_the_token_no_more_is_said_in_words(
    rita: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = Answer(400, b'{"error": "invalid_grant", "error_description": "Token revoked."}', 1)
    monkeypatch.setattr(oauth.outbound, "post", lambda *_: refused)
    mailbox = _add(rita, auth="microsoft", smtp_host="", refresh_token="r")

    with pytest.raises(credentials.SignInLost, match=r"Microsoft .*Token revoked\. Allow it anew"):
        credentials.xoauth2(mailbox, at=now())


def test_the_system_adds_no_mailbox_of_nobody(company: object) -> None:
    with pytest.raises(InvalidInput):
        add_mailbox(address="x@example.com", smtp_host="smtp.example.com", by=SYSTEM, at=now())


def test_doctor_names_mailboxes_that_do_not_work_gaps_and_unknown_mails(
    rita: User, office: PostOffice
) -> None:
    mailbox = _add(rita)
    assert mailboxes_work() == []

    mailbox.folders.create(role="inbox", name="INBOX", missing=2)
    Mailbox.objects.update(failing_since=now() - timedelta(days=1), sync_error="It does not let us in.")

    assert mailboxes_work() == [
        "The mailbox rita@example.com does not work: It does not let us in. "
        "Look at it under Settings, Mailboxes.",
        "2 mails of the folder Inbox of rita@example.com are missing here. Read and compare it again.",
    ]
