"""A mail goes once to each recipient, whatever the server does; what nobody knows is listed."""

from datetime import timedelta

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.models import Job
from isthmus.core.outbound import mail_servers
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.leads.commands import qualify_lead
from isthmus.messages import invariants
from isthmus.messages.commands import (
    send_mail_again,
    settle_mail,
    switch_mailbox,
    take_back_mail,
)
from isthmus.messages.commands.outcomes import OutcomeKnown
from isthmus.messages.commands.writing import ContactedOften, MailboxOff, MailOnItsWay
from isthmus.messages.models import Mailbox, Message, Recipient
from isthmus.messages.queries import unknown_outcomes
from isthmus.messages.sending import claiming, delivering, rules
from isthmus.people.commands import record_consent, suppress_address
from isthmus.people.models import Person
from isthmus.sales.commands import log_activity
from isthmus.sales.models import Activity
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from prove.post_office import PostOffice
from tests.messages.conftest import Send, mailbox_of, run_until_idle

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]


def state(message: Message) -> str:
    return message.recipients.get().state


def test_a_mail_arrives_with_its_words_and_heads(send: Send, office: PostOffice) -> None:
    message = send()

    run_until_idle()

    (mail,) = office.taken
    assert state(message) == "sent"
    assert mail["From"] == "Rita Reyes <rita@example.com>"
    assert (mail["To"], mail["Subject"]) == ("Pat Prospect <pat@prospect.example>", "Our offer")
    assert mail["Message-ID"] == message.rfc_id
    assert mail.get_content().replace("\r\n", "\n") == "Dear Pat,\n\n.here it is.\n"
    assert invariants.check() == []


def test_a_sent_mail_is_an_activity_once_and_stops_the_clock(send: Send, pat: Person, rita: User) -> None:
    lead = pat.leads.get()
    qualify_lead(lead_id=lead.pk, by=SYSTEM, at=now() - timedelta(hours=1))
    send()

    run_until_idle()
    run_until_idle()

    activity = Activity.objects.get()
    lead.refresh_from_db()
    assert (activity.kind, activity.owner, activity.person) == ("mail", rita, pat)
    assert lead.contacted_at == activity.at


def test_a_server_that_takes_and_says_nothing_leaves_an_unknown_that_nobody_sends_again(
    send: Send, office: PostOffice, rita: User
) -> None:
    office.modes = ["take_and_drop", "take"]
    message = send()

    run_until_idle()
    run_until_idle(days=2)

    assert state(message) == "unknown"
    assert len(office.taken) == 1
    assert [one.message for one in unknown_outcomes(actor_for(rita))] == [message]
    assert invariants.check() == []


def test_a_server_that_answers_too_late_leaves_an_unknown(
    send: Send, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_servers, "READ_SECONDS", 0.3)
    office.modes, office.seconds = ["slow"], 0.8
    message = send()

    run_until_idle()

    assert state(message) == "unknown"
    assert "in time" in message.recipients.get().said


@pytest.mark.parametrize("mode", ["grey", "busy"])
def test_what_a_server_puts_off_is_sent_later(send: Send, office: PostOffice, mode: str) -> None:
    office.modes = [mode, "take"]
    message = send()

    run_until_idle()
    waiting = message.recipients.get()
    run_until_idle(hours=1)

    assert (waiting.state, waiting.said[:3], waiting.tries) == ("waiting", "451", 1)
    assert waiting.next_at and timedelta(minutes=1) <= waiting.next_at - now() + timedelta(seconds=5)
    assert state(message) == "sent"
    assert len(office.taken) == 1
    assert invariants.check() == []


@pytest.mark.parametrize("mode", ["refuse", "reject"])
def test_what_a_server_refuses_has_failed_with_its_words(send: Send, office: PostOffice, mode: str) -> None:
    office.modes = [mode]
    message = send()

    run_until_idle()
    run_until_idle(days=1)

    one = message.recipients.get()
    assert one.state == "failed"
    assert one.said.startswith("55")
    assert office.connections == 1


def test_each_recipient_of_a_mail_has_an_outcome_of_their_own(send: Send, office: PostOffice) -> None:
    office.refuses = {"gone@prospect.example"}
    message = send(to=["pat@prospect.example", "Gone@prospect.example"], cc=["pat@prospect.example"])

    run_until_idle()

    assert dict(message.recipients.values_list("address", "state")) == {
        "pat@prospect.example": "sent",
        "gone@prospect.example": "failed",
    }
    assert office.taken_for == [(message.rfc_id, "pat@prospect.example")]
    assert invariants.check() == []


def test_a_server_that_is_down_is_tried_again_until_it_is_given_up(
    send: Send, office: PostOffice, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(smtp_port=1)
    message = send()

    run_until_idle()
    mailbox.refresh_from_db()
    assert state(message) == "waiting"
    assert "Nobody listens" in mailbox.send_error
    long_after = now() + rules.GIVES_UP
    monkeypatch.setattr(delivering, "now", lambda: long_after)
    run_until_idle(at=long_after)

    one = message.recipients.get()
    assert one.state == "failed"
    assert "Given up after 3 days" in one.said


def test_a_worker_that_died_before_the_end_of_the_mail_sent_nothing_and_the_next_one_sends_it(
    send: Send, office: PostOffice
) -> None:
    message = send()
    dead = claiming.claim(message.pk, at=now())
    assert dead

    delivering.deliver(message.pk)

    assert state(message) == "sent"
    assert len(office.taken) == 1
    assert not claiming.decide(dead.claim, at=now())  # Should it live after all, it may not go on.


def test_a_worker_that_died_after_the_end_of_the_mail_leaves_an_unknown(
    send: Send, office: PostOffice
) -> None:
    message = send()
    dead = claiming.claim(message.pk, at=now())
    assert dead
    assert claiming.decide(dead.claim, at=now())

    delivering.deliver(message.pk)

    assert state(message) == "unknown"
    assert office.taken == []


def test_who_was_only_slow_says_later_how_it_went(send: Send, office: PostOffice) -> None:
    message = send()
    slow = claiming.claim(message.pk, at=now())
    assert slow
    claiming.decide(slow.claim, at=now())
    delivering.deliver(message.pk)

    delivering.note(slow.claim, {"pat@prospect.example": rules.Outcome("sent", "250 Taken")}, at=now())

    assert state(message) == "sent"
    assert invariants.check() == []


def test_a_mail_is_taken_back_before_it_goes_and_not_after(
    send: Send, office: PostOffice, rita: User, mailbox: Mailbox
) -> None:
    Mailbox.objects.filter(pk=mailbox.pk).update(undo_seconds=30)
    message, other = send(), send()

    take_back_mail(message_id=message.pk, by=actor_for(rita), at=now())
    run_until_idle(hours=1)

    message.refresh_from_db()
    assert message.taken_back_at
    assert len(office.taken) == 1
    assert not message.recipients.exists()
    with pytest.raises(MailOnItsWay, match="cannot be taken back"):
        take_back_mail(message_id=other.pk, by=actor_for(rita), at=now())
    assert invariants.check() == []


def test_who_must_not_be_written_to_is_not_as_asked_at_the_moment_of_sending(
    send: Send, office: PostOffice
) -> None:
    message = send()
    suppress_address(channel="email", address="PAT@prospect.example", reason="asked", by=SYSTEM, at=now())

    run_until_idle()

    assert (state(message), office.taken) == ("suppressed", [])
    assert invariants.check() == []


def test_who_writes_by_hand_is_told_of_frequent_contacts_and_may_send_it_anyway(
    send: Send, pat: Person, olga: User, office: PostOffice
) -> None:
    for _number in range(4):
        log_activity(kind="call", lead_id=pat.leads.get().pk, by=SYSTEM, at=now())

    with pytest.raises(ContactedOften, match=r"Pat Prospect was contacted 4 times in 7 days\. Wait until "):
        send()

    assert [state(send(anyway=True)), state(send(automatic=True))] == ["waiting", "waiting"]
    # What others do with others is not a stranger's to learn.
    given = {"mailbox_id": mailbox_of(olga, office.port).pk, "to": ["pat@prospect.example"]}
    assert state(send(**given, person_id=None, by=actor_for(olga))) == "waiting"


def test_marketing_goes_only_to_who_agreed(send: Send, office: PostOffice, pat: Person) -> None:
    without = send(marketing=True)
    run_until_idle()
    record_consent(
        person_id=pat.pk, channel="email", given=True, source="form", by=SYSTEM, at=now() - timedelta(days=1)
    )
    with_it = send(marketing=True)

    run_until_idle()

    assert (state(without), state(with_it)) == ("suppressed", "sent")


def test_an_unknown_is_settled_or_sent_again_by_whoever_it_belongs_to(
    send: Send, office: PostOffice, rita: User, olga: User
) -> None:
    office.modes = ["drop", "drop", "take"]
    first, second = send(), send()
    run_until_idle()
    one, other = first.recipients.get(), second.recipients.get()

    with pytest.raises(NotFound):
        settle_mail(recipient_id=one.pk, outcome="sent", by=actor_for(olga), at=now())
    settle_mail(recipient_id=one.pk, outcome="sent", by=actor_for(rita), at=now())
    send_mail_again(recipient_id=other.pk, by=actor_for(rita), at=now())
    run_until_idle()

    assert (state(first), state(second)) == ("sent", "sent")
    assert len(office.taken) == 1
    with pytest.raises(OutcomeKnown, match="sent"):
        send_mail_again(recipient_id=other.pk, by=actor_for(rita), at=now())
    assert not unknown_outcomes(actor_for(rita)).exists()
    assert invariants.check() == []


def test_a_mail_whose_job_somebody_dropped_says_that_it_was_not_sent(send: Send, office: PostOffice) -> None:
    message = send(at=now() - timedelta(hours=1))
    Job.objects.filter(key=message.job_key).update(state="cancelled", finished_at=now())

    assert delivering.note_lost(now()) == 1

    assert state(message) == "failed"
    assert "dropped" in message.recipients.get().said
    assert invariants.check() == []


def test_nothing_is_sent_from_a_mailbox_that_is_off_or_somebody_elses(
    send: Send, mailbox: Mailbox, rita: User, olga: User, ada: User, office: PostOffice
) -> None:
    waiting = send()
    switch_mailbox(mailbox_id=mailbox.pk, on=False, by=actor_for(rita), at=now())
    run_until_idle()

    assert (state(waiting), office.taken) == ("failed", [])
    with pytest.raises(MailboxOff):
        send()
    with pytest.raises(NotFound):
        send(by=actor_for(olga))
    with pytest.raises(NotPermitted):
        send(by=actor_for(ada))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"text": " "}, "text"),
        ({"to": ["nobody"]}, "to"),
        ({"to": [f"p{n}@example.org" for n in range(51)]}, "to"),
        ({"cc": ["a b@example.org"]}, "cc"),
    ],
)
def test_what_cannot_be_sent_is_refused_beside_its_field(send: Send, given: dict, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        send(**given)

    assert set(refused.value.errors) == {field}


def test_no_line_of_a_subject_can_become_a_head(send: Send, office: PostOffice) -> None:
    send(subject="Hello\r\nBcc: everybody@example.org")

    run_until_idle()

    (mail,) = office.taken
    assert mail["Subject"] == "Hello Bcc: everybody@example.org"
    assert mail["Bcc"] is None


def test_a_broken_row_is_found_by_the_invariant(send: Send) -> None:
    message = send()
    run_until_idle()
    Recipient.objects.filter(message=message).update(state="failed")

    found = invariants.check()

    assert any("sent" in one for one in found)
    assert any("failed" in one for one in found)
