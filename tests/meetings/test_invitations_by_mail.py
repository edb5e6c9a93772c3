"""Guests are told by mail, each change once; what they answer counts only from their own address."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from isthmus.core import commands
from isthmus.core.clock import now
from isthmus.ledger.models import InboxFact
from isthmus.meetings.booking.reminding import due_reminders, remind_guests
from isthmus.meetings.commands import book_meeting, cancel_meeting, invite_guests, move_meeting
from isthmus.meetings.commands.inviting import NobodyToInvite, NothingToAnswer
from isthmus.meetings.invitations import Event, Party, cancelled, read, reply, request
from isthmus.meetings.models import Booking, MailedCalendar, Meeting
from isthmus.messages.models import Mailbox, Message
from isthmus.messages.receiving.fetching import fetch
from isthmus.sales.models import Activity
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Notification, User
from prove.post_office import PostOffice
from tests.meetings.booking import GUEST, book, next_working_day, page_of
from tests.messages.conftest import mailbox_of, run_until_idle
from tests.messages.imap_server import Box, imap_box

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
BERLIN = ZoneInfo("Europe/Berlin")
PAT = "pat@prospect.example"


@pytest.fixture
def box() -> Iterator[Box]:
    with imap_box() as there:
        yield there


@pytest.fixture
def mailbox(rita: User, office: PostOffice, box: Box, settings: Any) -> Mailbox:
    settings.PUBLIC_URL = "https://crm.example.com"
    given = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_security": "none"}
    made = mailbox_of(rita, office.port, login="rita@example.com", password="swordfish", **given)
    Mailbox.objects.filter(pk=made.pk).update(login="")  # The post office asks nobody who they are.
    return made


@pytest.fixture
def booking(rita: User, mailbox: Mailbox) -> Booking:
    at = now()
    return book(page_of(rita, at), next_working_day(at), at, time_zone="America/New_York")


def mails_to(office: PostOffice, address: str) -> list[Any]:
    return [mail for mail in office.taken if address in mail["To"]]


def told_in(mail: Any) -> Any:
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_content())
    (event,) = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["METHOD"]
    return calendar, event


def letter(number: int, calendar: str, sender: str = PAT) -> bytes:
    mail = EmailMessage()
    mail["Message-ID"], mail["From"] = f"<r{number}@prospect.example>", f"Pat <{sender}>"
    mail["To"], mail["Subject"], mail["Date"] = "rita@example.com", "Re: First look", format_datetime(now())
    mail.set_content("See the calendar.")
    mail.add_alternative(calendar, subtype="calendar", params={"method": "REPLY"})
    return mail.as_bytes()


def hear(mailbox: Mailbox, box: Box, *letters: bytes) -> list[MailedCalendar]:
    before = set(MailedCalendar.objects.values_list("pk", flat=True))
    for one in letters:
        box.inbox.put(one, now())
    Mailbox.objects.filter(pk=mailbox.pk).update(login="rita@example.com")
    fetch(mailbox.pk)
    Mailbox.objects.filter(pk=mailbox.pk).update(login="")
    run_until_idle()
    return list(MailedCalendar.objects.exclude(pk__in=before).order_by("pk"))


def event_of(meeting: Meeting, **more: Any) -> Event:
    told: dict[str, Any] = {
        "uid": meeting.uid, "sequence": meeting.sequence, "title": meeting.title,
        "starts_at": meeting.starts_at, "ends_at": meeting.ends_at, "zone": "Europe/Berlin",
        "organizer": Party("rita@example.com"), "guests": (Party(PAT),), "stamp": now(),
    }  # fmt: skip
    return Event(**{**told, **more})


def test_a_booking_is_told_moved_and_called_off_by_mail_each_once(
    booking: Booking, office: PostOffice, rita: User
) -> None:
    run_until_idle()
    run_until_idle()
    (first,) = mails_to(office, PAT)
    calendar, event = told_in(first)
    assert (calendar["METHOD"], event["UID"], event["SEQUENCE"]) == ("REQUEST", booking.meeting.uid, 0)
    assert event["ORGANIZER"] == "mailto:rita@example.com"
    assert event["ATTENDEE"].params["RSVP"] == "TRUE"
    assert event["DTSTART"].dt == booking.meeting.starts_at
    assert calendar.walk("VTIMEZONE")
    words = first.get_body(("plain",)).get_content()
    assert "America/New_York" in words
    assert "https://crm.example.com/book/yours/" in words
    (to_host,) = mails_to(office, "rita@example.com")
    assert told_in(to_host)[0]["METHOD"] == "PUBLISH"
    assert to_host["Subject"] == "Pat Prospect booked: First look"
    assert Activity.objects.count() == 0  # What a program writes is nobody's work.

    later = booking.meeting.starts_at + timedelta(hours=1)
    move_meeting(meeting_id=booking.meeting_id, starts_at=later, by=actor_for(rita), at=now())
    run_until_idle()
    second = mails_to(office, PAT)[1]
    assert (told_in(second)[1]["SEQUENCE"], told_in(second)[1]["DTSTART"].dt) == (1, later)
    assert told_in(second)[1]["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert (second["In-Reply-To"], second["Subject"][:6]) == (first["Message-ID"], "Moved:")

    cancel_meeting(meeting_id=booking.meeting_id, by=actor_for(rita), at=now())
    run_until_idle()
    calendar, event = told_in(mails_to(office, PAT)[2])
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 2)
    assert len(mails_to(office, PAT)) == 3
    assert len(mails_to(office, "rita@example.com")) == 1  # Of what she did herself nobody tells her.


def test_a_meeting_is_told_only_when_it_is_asked_for_and_then_its_changes_too(
    mailbox: Mailbox, office: PostOffice, rita: User
) -> None:
    by, at = actor_for(rita), now()
    start = next_working_day(at)
    meeting = book_meeting(title="Demo", starts_at=start, guests=[PAT, "rita@example.com"], by=by, at=at)
    run_until_idle()
    assert office.taken == []

    invite_guests(meeting_id=meeting.pk, by=by, at=at)
    move_meeting(meeting_id=meeting.pk, starts_at=start + timedelta(hours=1), by=by, at=at)
    run_until_idle()

    assert [told_in(mail)[1]["SEQUENCE"] for mail in mails_to(office, PAT)] == [0, 1]
    assert [one["To"] for one in office.taken] == [PAT, PAT]
    with pytest.raises(NobodyToInvite, match="already"):
        invite_guests(meeting_id=meeting.pk, by=by, at=at)


def test_without_a_mailbox_the_booking_stands_and_says_why_no_mail_went(rita: User) -> None:
    at = now()
    booking = book(page_of(rita, at), next_working_day(at), at)

    run_until_idle()

    (told,) = booking.meeting.invitations.all()
    assert (told.message, told.trouble) == (None, "Rita Reyes has no mailbox that mail is sent from.")
    assert not remind_guests(booking.meeting.starts_at - timedelta(hours=20))


def test_answers_count_from_the_address_that_was_asked_and_for_the_present_time(
    booking: Booking, mailbox: Mailbox, box: Box, rita: User
) -> None:
    run_until_idle()
    meeting = booking.meeting
    seat = meeting.attendees.get()

    forged, unknown, wrong, broken = hear(
        mailbox, box,
        letter(1, reply(event_of(meeting), Party(PAT, answer="declined")), sender="eve@evil.example"),
        letter(2, reply(event_of(meeting, uid="nobody's"), Party(PAT, answer="declined"))),
        letter(3, reply(event_of(meeting), Party("lee@prospect.example", answer="declined"))),
        letter(4, "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR"),
    )  # fmt: skip
    assert {one.state for one in (forged, unknown, wrong, broken)} == {"kept"}
    assert all(one.reason for one in (forged, unknown, wrong, broken))
    assert "came from eve@evil.example" in forged.reason
    seat.refresh_from_db()
    assert seat.answer == "accepted"

    (said,) = hear(mailbox, box, letter(5, reply(event_of(meeting), Party(PAT, answer="declined"))))
    seat.refresh_from_db()
    assert (said.state, said.answer, seat.answer) == ("taken", "declined", "declined")
    (fact,) = InboxFact.objects.filter(kind="meeting.answered")
    assert fact.subject == meeting.person.subject
    assert Notification.objects.filter(user=rita, text__contains="declined").count() == 1

    move_meeting(
        meeting_id=meeting.pk, starts_at=meeting.starts_at + timedelta(hours=1), by=actor_for(rita), at=now()
    )
    run_until_idle()
    (old,) = hear(mailbox, box, letter(6, reply(event_of(meeting), Party(PAT, answer="accepted"))))
    seat.refresh_from_db()
    assert (old.reason, seat.answer) == ("It answers an earlier time of this meeting.", "needs_action")


def test_another_time_that_a_guest_proposes_is_told_and_moves_nothing(
    booking: Booking, mailbox: Mailbox, box: Box, rita: User
) -> None:
    run_until_idle()
    meeting = booking.meeting
    wanted = meeting.starts_at + timedelta(days=1)
    counter = request(event_of(meeting, starts_at=wanted, ends_at=wanted + timedelta(minutes=30)))

    (row,) = hear(mailbox, box, letter(1, counter.replace("METHOD:REQUEST", "METHOD:COUNTER")))

    assert row.state == "taken"
    assert Notification.objects.filter(user=rita, text__contains="proposes another time").exists()
    assert InboxFact.objects.filter(kind="meeting.time_proposed").count() == 1
    assert Meeting.objects.get(pk=meeting.pk).starts_at == meeting.starts_at
    assert Message.objects.get(rfc_id="<r1@prospect.example>").thread.waiting_since is not None


def test_an_invitation_of_others_is_answered_once_moved_and_called_off(
    rita: User, mailbox: Mailbox, box: Box, office: PostOffice
) -> None:
    start = next_working_day(now())
    theirs = Event(
        uid="theirs-1", sequence=0, title="Their demo", starts_at=start, ends_at=start + timedelta(hours=1),
        zone="Europe/Berlin", organizer=Party(PAT, "Pat"), guests=(Party("rita@example.com"),), stamp=now(),
    )  # fmt: skip
    (row,) = hear(mailbox, box, letter(1, request(theirs)))
    assert row.state == "offered"

    def answer(what: str) -> MailedCalendar:
        given = {"message_id": row.message_id, "answer": what, "comment": "See you"}
        found: MailedCalendar = commands.run("answer_invitation", given, by=actor_for(rita), at=now()).value
        return found

    assert answer("accepted").state == "answered"
    run_until_idle()
    meeting = Meeting.objects.get(uid="theirs-1")
    assert (meeting.title, meeting.starts_at, meeting.owner) == ("Their demo", start, rita)
    (mail,) = mails_to(office, PAT)
    calendar, event = told_in(mail)
    assert (calendar["METHOD"], event["ATTENDEE"].params["PARTSTAT"]) == ("REPLY", "ACCEPTED")
    assert event["ATTENDEE"] == "mailto:rita@example.com"

    later = start + timedelta(hours=2)
    moved = event_with(theirs, starts_at=later, ends_at=later + timedelta(hours=1), sequence=1)
    stranger, again = hear(
        mailbox, box,
        letter(2, request(event_with(moved, sequence=9)), sender="eve@evil.example"),
        letter(3, request(moved)),
    )  # fmt: skip
    assert (stranger.state, stranger.meeting) == (
        "offered",
        None,
    )  # A stranger's is a new one, and moves nothing.
    assert (again.state, again.meeting) == ("offered", meeting)
    assert Meeting.objects.get(pk=meeting.pk).starts_at == later
    assert len(mails_to(office, PAT)) == 1  # What others organize is not told to them.

    (off,) = hear(mailbox, box, letter(4, cancelled(event_with(moved, sequence=2))))
    assert (off.state, Meeting.objects.get(pk=meeting.pk).state) == ("taken", "cancelled")
    row.message_id = again.message_id
    with pytest.raises(NothingToAnswer):
        answer("declined")


def event_with(event: Event, **more: Any) -> Event:
    return Event(**{**{name: getattr(event, name) for name in event.__dataclass_fields__}, **more})


def test_a_guest_is_reminded_the_day_before_once_for_each_time(
    booking: Booking, office: PostOffice, rita: User
) -> None:
    run_until_idle()
    Booking.objects.update(made_at=now() - timedelta(days=3))
    eve: datetime = booking.meeting.starts_at - timedelta(hours=23)
    assert due_reminders(booking.meeting.starts_at - timedelta(hours=25)) == []

    assert [remind_guests(eve), remind_guests(eve)] == [1, 0]
    run_until_idle(days=14)
    reminder = mails_to(office, PAT)[-1]
    assert reminder["Subject"] == f"Reminder: {booking.meeting.title}"
    assert "/book/yours/" in reminder.get_content()

    later = booking.meeting.starts_at + timedelta(hours=1)
    commands.run("move_booking", {"booking_id": booking.pk, "starts_at": later}, by=GUEST, at=now())
    assert due_reminders(later - timedelta(hours=23)) == [booking.pk]
    commands.run("cancel_booking", {"booking_id": booking.pk}, by=GUEST, at=now())
    assert due_reminders(later - timedelta(hours=23)) == []
    assert read(cancelled(event_of(booking.meeting)), zone=BERLIN).method == "CANCEL"
