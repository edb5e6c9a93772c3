"""Mail is read once, however often and from however many mailboxes; threads hold by ids; gaps are found."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.files.models import AttachedFile
from isthmus.leads.models import Lead
from isthmus.ledger.timeline import facts_for_subjects
from isthmus.messages import invariants
from isthmus.messages.models import Holding, Mailbox, Message, Participant, Recipient, Thread
from isthmus.messages.queries import waiting_answers
from isthmus.messages.receiving import fetching, server
from isthmus.messages.receiving.fetching import fetch
from isthmus.people.consents import is_suppressed
from isthmus.people.models import Person
from isthmus.sales.day.answers import answers_waiting
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from prove.post_office import PostOffice
from tests.messages.conftest import Send, mailbox_of, run_until_idle
from tests.messages.imap_server import Box, imap_box
from tests.messages.letters import AT, bounce, letter

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


@pytest.fixture
def box() -> Iterator[Box]:
    """Rita's mailbox on its server."""
    with imap_box() as there:
        yield there


@pytest.fixture
def mailbox(rita: User, office: PostOffice, box: Box) -> Mailbox:
    """Rita's, for sending and reading."""
    return _mailbox(rita, office, box)


def _mailbox(user: User, office: PostOffice, box: Box, **more: Any) -> Mailbox:
    given = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_security": "none"}
    return mailbox_of(user, office.port, login="rita@example.com", password="swordfish", **given, **more)


def kinds(person: Person) -> list[str]:
    return [fact.kind for fact in facts_for_subjects([person.subject]) if fact.kind.startswith("message.")]


def test_a_mail_of_somebody_known_is_theirs_and_waits_for_an_answer(
    mailbox: Mailbox, box: Box, pat: Person, rita: User
) -> None:
    box.inbox.put(letter(html="<p onclick='x()'>Hello <b>Rita</b><script>x()</script></p>"), AT)

    fetch(mailbox.pk)

    message = Message.objects.get()
    assert (message.direction, message.person, message.subject) == ("in", pat, "About your offer")
    assert message.html == "<p>Hello <b>Rita</b></p>"
    assert message.at == AT
    assert kinds(pat) == ["message.received"]
    assert waiting_answers(actor_for(rita), before=now()) == [message]
    (one,) = answers_waiting(actor_for(rita), now())
    assert (one.name, one.reason, one.record) == (
        "Pat Prospect",
        "Wrote: “Hello Rita.”",
        ("message", message.pk),
    )
    mailbox.refresh_from_db()
    assert (mailbox.sync_error, mailbox.synced_at is not None) == ("", True)


def test_what_is_read_again_stays_one(mailbox: Mailbox, box: Box, pat: Person) -> None:
    box.inbox.put(letter(1), AT)
    fetch(mailbox.pk)
    box.inbox.put(letter(2), AT)
    fetch(mailbox.pk)
    box.inbox.number_anew()

    fetch(mailbox.pk)

    assert Message.objects.count() == 2
    assert sorted(Holding.objects.values_list("uidvalidity", "uid")) == [(2, 101), (2, 102)]
    assert kinds(pat).count("message.received") == 2


def test_one_mail_in_two_mailboxes_is_one_message_in_both(
    mailbox: Mailbox, box: Box, rita: User, sam: User, pat: Person, office: PostOffice
) -> None:
    with imap_box() as other:
        sams = _mailbox(sam, office, other)
        for one in (box, other):
            one.inbox.put(letter(to="rita@example.com, sam@example.com"), AT)

        fetch(mailbox.pk)
        fetch(sams.pk)

    message = Message.objects.get()
    assert set(message.holdings.values_list("mailbox", flat=True)) == {mailbox.pk, sams.pk}
    assert kinds(pat) == ["message.received"]


def test_an_answer_joins_the_thread_of_the_mail_that_it_answers(
    mailbox: Mailbox, box: Box, send: Send, pat: Person, rita: User, office: PostOffice
) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(login="")
    first = send()
    run_until_idle()
    Mailbox.objects.filter(pk=mailbox.pk).update(login="rita@example.com")
    box.inbox.put(letter(answers=first.rfc_id, subject="Something else entirely"), AT)
    box.inbox.put(letter(2, subject="Our offer"), AT)  # The same subject is no answer.

    fetch(mailbox.pk)

    answer = Message.objects.get(rfc_id="<m1@prospect.example>")
    assert answer.thread == first.thread
    assert answer.answers == first
    assert Message.objects.get(rfc_id="<m2@prospect.example>").thread != first.thread
    assert "message.replied" in kinds(pat)
    again = send(reply_to_id=answer.pk, subject="", person_id=None)
    assert (again.in_reply_to, again.subject) == (answer.rfc_id, "Re: Something else entirely")
    assert again.references == [first.rfc_id, answer.rfc_id]
    assert again.thread == first.thread
    assert [one.thread_id for one in waiting_answers(actor_for(rita), before=now())] == [
        Message.objects.get(rfc_id="<m2@prospect.example>").thread_id
    ]


def test_threads_hold_in_whatever_order_their_mails_come(mailbox: Mailbox, box: Box, pat: Person) -> None:
    box.inbox.put(letter(3, answers="<m2@prospect.example>"), AT)
    fetch(mailbox.pk)
    box.inbox.put(letter(1), AT)
    fetch(mailbox.pk)
    assert Thread.objects.count() == 2

    box.inbox.put(letter(2, answers="<m1@prospect.example>"), AT)
    fetch(mailbox.pk)

    assert Thread.objects.count() == 1


def test_strangers_stay_unmatched_until_they_are_known(mailbox: Mailbox, box: Box) -> None:
    box.inbox.put(letter(sender="Stan <stan@stranger.example>"), AT)
    fetch(mailbox.pk)
    assert (Message.objects.get().person, Person.objects.count()) == (None, 0)

    from isthmus.people.commands import add_person

    stan = add_person(email="Stan@Stranger.example", by=SYSTEM, at=now())
    fetch(mailbox.pk)

    assert Message.objects.get().person == stan
    assert Participant.objects.get(address="stan@stranger.example").person == stan


def test_a_mailbox_that_makes_leads_makes_one_of_each_stranger_who_writes(
    rita: User, office: PostOffice, box: Box
) -> None:
    mailbox = _mailbox(rita, office, box, makes_leads=True)
    box.inbox.put(letter(1, sender="Stan <stan@stranger.example>"), AT)
    box.inbox.put(letter(2, sender="News <news@shop.example>", List_Id="<news.shop.example>"), AT)
    box.inbox.put(letter(3, sender="noreply@shop.example"), AT)

    fetch(mailbox.pk)
    run_until_idle()
    run_until_idle()

    lead = Lead.objects.get()
    assert (lead.person.full_name, lead.owner, lead.channel) == ("Stan", rita, "email")
    assert Message.objects.get(rfc_id="<m1@prospect.example>").person == lead.person


def test_absence_notes_and_newsletters_are_nobodys_answer(
    mailbox: Mailbox, box: Box, pat: Person, rita: User
) -> None:
    box.inbox.put(letter(1, Auto_Submitted="auto-replied"), AT)
    box.inbox.put(letter(2, Precedence="bulk"), AT)

    fetch(mailbox.pk)

    assert set(Message.objects.values_list("automatic", flat=True)) == {True}
    assert waiting_answers(actor_for(rita), before=now()) == []


def _sent_to_pat(send: Send, mailbox: Mailbox) -> Message:
    Mailbox.objects.filter(pk=mailbox.pk).update(login="")
    message = send()
    run_until_idle()
    Mailbox.objects.filter(pk=mailbox.pk).update(login="rita@example.com")
    assert message.recipients.get().state == "sent"
    return message


def test_a_bounce_of_our_mail_for_good_has_the_address_written_to_no_more(
    mailbox: Mailbox, box: Box, send: Send, pat: Person
) -> None:
    message = _sent_to_pat(send, mailbox)
    box.inbox.put(bounce(message.rfc_id, "pat@prospect.example"), AT)

    fetch(mailbox.pk)

    assert is_suppressed("email", "pat@prospect.example")
    assert message.recipients.get().bounced_at
    assert "message.bounced" in kinds(pat)
    assert invariants.check() == []


def test_a_forged_or_passing_bounce_suppresses_nobody(
    mailbox: Mailbox, box: Box, send: Send, pat: Person
) -> None:
    message = _sent_to_pat(send, mailbox)
    box.inbox.put(bounce("<never-sent@example.com>", "pat@prospect.example"), AT)
    box.inbox.put(bounce(message.rfc_id, "somebody@else.example"), AT)
    box.inbox.put(bounce(message.rfc_id, "pat@prospect.example", status="4.2.2", action="delayed"), AT)

    fetch(mailbox.pk)

    assert Message.objects.filter(direction="in").count() == 3
    assert not is_suppressed("email", "pat@prospect.example")
    assert not is_suppressed("email", "somebody@else.example")


def test_mail_that_was_written_elsewhere_lies_in_the_sent_folder_and_is_an_activity_too(
    mailbox: Mailbox, box: Box, pat: Person, rita: User
) -> None:
    box.sent.put(letter(sender="rita@example.com", to="pat@prospect.example"), AT)

    fetch(mailbox.pk)
    run_until_idle()

    message = Message.objects.get()
    assert (message.direction, message.person, message.author) == ("out", pat, rita)
    assert kinds(pat) == ["message.sent"]
    assert pat.activities.get().kind == "mail"


def test_an_unknown_that_lies_in_the_sent_folder_was_sent(
    mailbox: Mailbox, box: Box, send: Send, pat: Person
) -> None:
    message = _sent_to_pat(send, mailbox)
    Recipient.objects.filter(message=message).update(state="unknown")
    box.sent.put(
        letter(sender="rita@example.com").replace(b"<m1@prospect.example>", message.rfc_id.encode()), AT
    )

    fetch(mailbox.pk)

    assert message.recipients.get().state == "sent"
    assert Message.objects.count() == 1
    assert invariants.check() == []


def test_the_source_has_as_many_as_are_here_and_a_gap_is_fetched(
    mailbox: Mailbox, box: Box, monkeypatch: pytest.MonkeyPatch, pat: Person
) -> None:
    uids = [box.inbox.put(letter(n), AT) for n in range(45)]
    fetch(mailbox.pk)
    Holding.objects.filter(uid__in=uids[3:9]).delete()
    Message.objects.filter(rfc_id="<m4@prospect.example>").update(thread=Thread.objects.first())
    Holding.objects.filter(uid=uids[20]).update(rfc_id="<another@prospect.example>")
    box.inbox.lose(uids[40])

    fetch(mailbox.pk, compare=True)

    folder = mailbox.folders.get(role="inbox")
    assert (folder.on_server, folder.here, folder.missing) == (44, 44, 0)
    assert Holding.objects.get(uid=uids[20]).rfc_id == "<m20@prospect.example>"
    assert Message.objects.count() == 45


def test_a_read_that_breaks_off_goes_on_where_it_was(
    mailbox: Mailbox, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(25):
        box.inbox.put(letter(number), AT)
    real, reads = server.Box.mails, []

    def breaks(self: Any, numbers: Any) -> Any:
        for batch in real(self, numbers):
            reads.append(len(batch))
            if len(reads) == 2:
                raise ConnectionResetError("gone")
            yield batch

    monkeypatch.setattr(server.Box, "mails", breaks)
    fetch(mailbox.pk)
    mailbox.refresh_from_db()
    assert (Message.objects.count(), mailbox.sync_error) == (20, "gone")

    fetch(mailbox.pk)

    assert Message.objects.count() == 25
    assert reads == [20, 5, 5]


def test_one_mail_that_cannot_be_read_stops_no_other_and_is_counted(
    mailbox: Mailbox, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        box.inbox.put(letter(number), AT)
    real = fetching.parsed

    def parsed(raw: bytes, **more: Any) -> Any:
        if b"<m1@" in raw:
            raise IndexError("list index out of range")
        return real(raw, **more)

    monkeypatch.setattr(fetching, "parsed", parsed)
    fetch(mailbox.pk)
    fetch(mailbox.pk, compare=True)

    folder = mailbox.folders.get(role="inbox")
    assert (folder.on_server, folder.here, folder.missing, folder.unreadable) == (3, 3, 0, 1)
    assert Message.objects.count() == 2


def test_attachments_of_known_people_are_kept_and_of_strangers_counted(
    mailbox: Mailbox, box: Box, pat: Person
) -> None:
    box.inbox.put(letter(1, files={"offer.pdf": b"%PDF-1.7 x", "../../evil.sh": b"#!"}), AT)
    box.inbox.put(letter(2, sender="stan@stranger.example", files={"a.pdf": b"x"}), AT)

    fetch(mailbox.pk)
    fetch(mailbox.pk, compare=True)

    files = AttachedFile.objects.filter(kind="message")
    assert sorted(files.values_list("name", flat=True)) == ["evil.sh", "offer.pdf"]
    assert Message.objects.get(rfc_id="<m2@prospect.example>").left_out == 1


def test_a_wrong_password_is_said_in_words(rita: User, office: PostOffice, box: Box) -> None:
    given = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_security": "none"}
    mailbox = mailbox_of(rita, office.port, login="rita@example.com", password="wrong", **given)

    fetch(mailbox.pk)

    mailbox.refresh_from_db()
    assert "does not let us in" in mailbox.sync_error
    assert mailbox.failing_since


def test_mail_from_before_its_history_stays_where_it_is(mailbox: Mailbox, box: Box) -> None:
    box.inbox.put(letter(1), now() - timedelta(days=200))
    box.inbox.put(letter(2), AT)

    fetch(mailbox.pk, compare=True)

    assert Message.objects.get().rfc_id == "<m2@prospect.example>"
    assert mailbox.folders.get(role="inbox").on_server == 1
