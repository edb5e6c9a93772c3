"""Invitations: mailed to the guests of a meeting, and answered where others sent them."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.ledger.facts import Fact
from isthmus.meetings import rules
from isthmus.meetings.commands.booking import book_meeting
from isthmus.meetings.commands.changing import cancel_meeting, locked
from isthmus.meetings.invitations import Party, Received, read, reply
from isthmus.meetings.mailing.senders import sender_for, sending_mailboxes
from isthmus.meetings.mailing.telling import tell_guests
from isthmus.meetings.models import Attendee, MailedCalendar, Meeting
from isthmus.meetings.recording import fact
from isthmus.messages.commands import send_mail
from isthmus.messages.models import Mailbox
from isthmus.workspace.models import Company

EDIT = "meetings.edit"
Said = Literal["accepted", "tentative", "declined"]


class NobodyToInvite(Refusal):
    """The meeting has no guests, or nobody can mail them."""


class NothingToAnswer(Refusal):
    """The invitation was answered, called off or replaced."""


@command(permission=EDIT, label=gettext_lazy("Invite the guests of a meeting"), trade="sales")
def invite_guests(*, meeting_id: int, by: Actor, at: datetime) -> Meeting:
    """Mail the guests an invitation that their calendars take. From then on changes are mailed too."""
    meeting = locked(meeting_id, by)
    if not meeting.is_standing or not meeting.attendees.exclude(email="").exists():
        raise NobodyToInvite(_("This meeting has no guests, or does not take place any more."))
    sender = sender_for(meeting.owner) if meeting.owner is not None else _("Nobody owns this meeting.")
    if isinstance(sender, str):
        raise NobodyToInvite(_("No invitation can be sent: %s") % sender)
    if meeting.invitations.filter(sequence=meeting.sequence, time=None, message__isnull=False).exists():
        raise NobodyToInvite(_("The guests were told how this meeting stands already."))
    meeting.invitations.filter(sequence=meeting.sequence, message=None).delete()
    tell_guests(meeting.pk, at=at, asked=True)
    ledger.record(fact("meeting.invited", meeting, at, guests=meeting.attendees.count()), by=by)
    return meeting


@command(permission=EDIT, label=gettext_lazy("Answer an invitation"), trade="sales")
def answer_invitation(
    *, message_id: int, answer: Said, by: Actor, at: datetime, comment: str = ""
) -> MailedCalendar:
    """Answer an invitation that came by mail: its sender hears of it, and it goes into one's calendar."""
    row, mailbox = _offered(message_id, by)
    found = read(row.message.calendar, zone=Company.current().zone)
    row.meeting = _in_calendar(row, found, answer, by, at)
    row.state, row.answer = MailedCalendar.State.ANSWERED, answer
    row.save(update_fields=["state", "answer", "meeting"])
    _reply(row, found, mailbox, answer, comment, by, at)
    person = row.message.person
    ledger.record(
        Fact(
            kind="meeting.invitation_answered",
            at=at,
            subject=person.subject if person else None,
            account_id=row.message.account_id,
            lead_id=row.message.lead_id,
            deal_id=row.message.deal_id,
            owner=by.id,
            props={"message_id": message_id, "meeting_id": row.meeting_id, "answer": answer},
        ),
        by=by,
    )
    return row


def _offered(message_id: int, by: Actor) -> tuple[MailedCalendar, Mailbox]:
    rows = MailedCalendar.objects.select_for_update(of=("self",)).select_related("message", "message__person")
    row: MailedCalendar | None = rows.filter(message=message_id, method="REQUEST").first()
    boxes = sending_mailboxes(by)
    held = set(row.message.holdings.values_list("mailbox_id", flat=True)) if row is not None else set()
    mailbox = next((one for one in boxes if one.pk in held), None)
    if row is None or mailbox is None:
        raise NotFound(_("There is no such invitation in a mailbox of yours that mail is sent from."))
    if row.state not in (MailedCalendar.State.OFFERED, MailedCalendar.State.ANSWERED):
        raise NothingToAnswer(_("This invitation is not open any more: %s") % (row.reason or row.state))
    return row, mailbox


def _in_calendar(
    row: MailedCalendar, found: Received, answer: Said, by: Actor, at: datetime
) -> Meeting | None:
    """The meeting in one's calendar: made once, found where its server has it already, gone when declined."""
    event = found.event
    meeting = row.meeting or _known_by_uid(row, found, by)
    if answer == "declined":
        if meeting is not None and meeting.is_standing:
            cancel_meeting(meeting_id=meeting.pk, by=by, at=at)
        return meeting
    if meeting is not None and meeting.is_standing:
        return meeting
    made: Meeting = book_meeting(
        title=event.title or _("Meeting"),
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        all_day=event.all_day,
        time_zone=event.zone if rules.is_zone(event.zone) else "",
        place=event.place,
        notes=event.notes,
        recurrence=found.recurrence if rules.is_rule(found.recurrence) else "",
        person_id=row.message.person_id,
        by=by,
        at=at,
    )
    if not Meeting.objects.filter(calendar=made.calendar_id, uid=event.uid).exists():
        made.uid = event.uid
        made.save(update_fields=["uid"])  # So that their changes find it.
    if event.organizer.address:
        Attendee.objects.create(
            meeting=made,
            email=event.organizer.address,
            name=event.organizer.name,
            role=Attendee.Role.ORGANIZER,
            answer="accepted",
        )
    return made


def _known_by_uid(row: MailedCalendar, found: Received, by: Actor) -> Meeting | None:
    """The meeting that a calendar server put there; whoever only knows its UID gets no hold of it."""
    sender = row.message.participants.filter(role="from").values_list("address", flat=True).first()
    if sender != found.event.organizer.address:
        return None
    meeting: Meeting | None = Meeting.objects.filter(owner=by.id, uid=found.event.uid).first()
    return meeting


def _reply(
    row: MailedCalendar,
    found: Received,
    mailbox: Mailbox,
    answer: Said,
    comment: str,
    by: Actor,
    at: datetime,
) -> None:
    organizer = found.event.organizer.address
    if not organizer:
        raise InvalidInput({"message_id": _("This invitation does not say whom to answer.")})
    asked = {one.address for one in found.event.guests}
    ours = mailbox.address if mailbox.address in asked or not asked else _known(asked, mailbox)
    words = {
        "accepted": _("Accepted: %s"),
        "tentative": _("Perhaps: %s"),
        "declined": _("Declined: %s"),
    }[answer] % (found.event.title or _("Meeting"))
    send_mail(
        mailbox_id=mailbox.pk,
        to=[organizer],
        subject=words,
        text=comment.strip() or words,
        calendar=reply(replace(found.event, stamp=at), Party(ours, mailbox.name, answer), comment),
        person_id=row.message.person_id if by.unlimited else None,
        reply_to_id=row.message_id,
        sign=False,
        by=by,
        at=at,
    )


def _known(asked: set[str], mailbox: Mailbox) -> str:
    """The address at which they asked: the user's own where mail to it arrives in this mailbox."""
    own = mailbox.owner.email.lower() if mailbox.owner is not None else ""
    return own if own in asked else mailbox.address
