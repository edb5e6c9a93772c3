"""Invitations go out as programs look for them, and what comes in with a calendar keeps it."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from isthmus.core.refusals import InvalidInput
from isthmus.ledger.timeline import facts_for_subjects
from isthmus.messages.models import Mailbox, Message
from isthmus.messages.receiving.fetching import fetch
from isthmus.people.models import Person
from isthmus.workspace.models import User
from prove.post_office import PostOffice
from tests.messages.conftest import Send, mailbox_of, run_until_idle
from tests.messages.imap_server import Box, imap_box
from tests.messages.letters import AT, letter

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]

INVITATION = "\r\n".join(
    ["BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "BEGIN:VEVENT", "UID:u1", "SUMMARY:Café, first look",
     "DTSTART:20261201T100000Z", "END:VEVENT", "END:VCALENDAR", ""]
)  # fmt: skip


def test_an_invitation_stands_beside_the_words_and_lies_there_as_a_file(
    send: Send, office: PostOffice
) -> None:
    message = send(calendar=INVITATION, automatic=True)

    run_until_idle()

    (mail,) = office.taken
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == [
        "multipart/mixed", "multipart/alternative", "text/plain", "text/calendar", "application/ics",
    ]  # fmt: skip
    told = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    assert (told.get_param("method"), told.get_content_charset()) == ("REQUEST", "utf-8")
    assert told.get_content().replace("\r\n", "\n") == INVITATION.replace("\r\n", "\n")
    file = next(iter(mail.iter_attachments()))
    assert file.get_filename() == "invite.ics"
    assert file.get_content() == INVITATION.encode()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert message.automatic


def test_what_asks_for_nothing_is_no_invitation(send: Send) -> None:
    with pytest.raises(InvalidInput, match="no invitation"):
        send(calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR")


@pytest.fixture
def box() -> Iterator[Box]:
    with imap_box() as there:
        yield there


def _with_calendar(text: str, number: int) -> bytes:
    mail = EmailMessage()
    mail["Message-ID"], mail["From"] = f"<c{number}@prospect.example>", "Pat Prospect <pat@prospect.example>"
    mail["To"], mail["Subject"], mail["Date"] = "rita@example.com", "Accepted: First look", AT
    mail.set_content("Pat has answered.")
    mail.add_alternative(text, subtype="calendar", params={"method": "REPLY"})
    return mail.as_bytes()


def test_what_comes_with_a_calendar_keeps_it_and_nobody_waits_for_an_answer_to_an_answer(
    rita: User, office: PostOffice, box: Box, pat: Person
) -> None:
    given = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_security": "none"}
    mailbox: Mailbox = mailbox_of(rita, office.port, login="rita@example.com", password="swordfish", **given)
    box.inbox.put(_with_calendar(INVITATION.replace("REQUEST", "REPLY"), 1), AT)
    box.inbox.put(letter(2), AT)
    box.inbox.put(letter(3, files={"huge.ics": b"x"}), AT)

    fetch(mailbox.pk)

    reply, plain, _file = Message.objects.order_by("pk")
    assert "SUMMARY:Café, first look" in reply.calendar
    assert (reply.automatic, reply.thread.waiting_since) == (True, None)
    assert (plain.calendar, plain.automatic) == ("", False)
    facts = facts_for_subjects([pat.subject])
    told = [fact.values.get("calendar") for fact in facts if fact.kind == "message.received"]
    assert sorted(told, key=str) == [None, None, True]
