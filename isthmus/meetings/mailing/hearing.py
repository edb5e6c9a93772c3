"""What comes in with a calendar: answers to our invitations, other times that guests propose, invitations of
others. Whatever cannot be used is kept with its reason; the mail itself is never touched.

Anybody can write any calendar: an answer counts only from the address that was invited, a change of what
others organize only from whoever invited.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import Refusal
from isthmus.core.system_acts import system_act
from isthmus.meetings.commands.changing import cancel_meeting, move_meeting
from isthmus.meetings.commands.series import cancel_one_time, move_one_time
from isthmus.meetings.invitations import CalendarUnreadable, Received, read
from isthmus.meetings.mailing.wording import when
from isthmus.meetings.models import Attendee, Invitation, MailedCalendar, Meeting
from isthmus.meetings.recording import fact
from isthmus.messages.models import Direction, Message
from isthmus.workspace.commands import notify
from isthmus.workspace.models import Company

State = MailedCalendar.State


def hear(message_id: int, *, at: datetime) -> MailedCalendar | None:
    """Take over what a received mail's calendar says, once."""
    with transaction.atomic(), system_act("hear_calendar", at=at):
        message = Message.objects.select_for_update(of=("self",)).filter(pk=message_id).first()
        if message is None or message.direction != Direction.IN or not message.calendar:
            return None
        if MailedCalendar.objects.filter(message=message).exists():
            return None
        row = MailedCalendar(message=message, state=State.KEPT, at=at)
        try:
            found = read(message.calendar, zone=Company.current().zone)
        except CalendarUnreadable as refused:
            row.reason = str(refused)[:300]
        else:
            row.method, row.uid, row.sequence = found.method, found.event.uid[:255], found.event.sequence
            row.stamp = found.event.stamp
            _TAKES[found.method](row, found, _sender(message), at)
        row.save()
        return row


def _answer(row: MailedCalendar, found: Received, sender: str, at: datetime) -> None:
    """A guest's answer: by the event's UID and the address that was asked."""
    seat = _seat(row, found, sender)
    if seat is None:
        return
    said = next(one.answer for one in found.event.guests if one.address == sender)
    row.answer, row.attendee, row.meeting = said, seat, seat.meeting
    heard = MailedCalendar.objects.filter(attendee=seat, method="REPLY", sequence=row.sequence)
    if heard.filter(stamp__gt=row.stamp).exists():
        row.reason = _("They answered once more since.")
        return
    row.state = State.TAKEN
    earlier = row.sequence < _told_last(seat.meeting)
    if found.one_of_many:
        row.reason = _("It answers one time of this series.")
    elif earlier:
        row.reason = _("It answers an earlier time of this meeting.")
    else:
        seat.answer = said
        seat.save(update_fields=["answer"])
    _record("meeting.answered", seat, at, answer=said, earlier=earlier)
    _tell_owner(seat, _words_of(seat, said, earlier), at)


def _proposal(row: MailedCalendar, found: Received, sender: str, at: datetime) -> None:
    """Another time that a guest proposes: for the owner to decide; their mail waits for an answer too."""
    seat = _seat(row, found, sender)
    if seat is None:
        return
    row.state, row.attendee, row.meeting = State.TAKEN, seat, seat.meeting
    event = found.event
    _record(
        "meeting.time_proposed",
        seat,
        at,
        proposed_us=int(event.starts_at.timestamp()) * 1_000_000,
        proposed_minutes=int((event.ends_at - event.starts_at).total_seconds() // 60),
    )
    proposed = when(event.starts_at, event.ends_at, seat.meeting.calendar.zone, all_day=event.all_day)
    words = gettext_lazy("{who} proposes another time for {what}: {when}")
    _tell_owner(seat, format_lazy(words, who=str(seat), what=str(seat.meeting), when=proposed), at)


def _invitation(row: MailedCalendar, found: Received, sender: str, at: datetime) -> None:
    """An invitation of somebody else: offered on its mail; a change moves what was accepted before."""
    if Invitation.objects.filter(meeting__uid=row.uid).exists():
        row.reason = _("It is a meeting of ours.")
        return
    if found.one_of_many:
        _one_time(row, found, sender, at)
        return
    row.state = State.OFFERED
    if found.event.organizer.address != sender:
        told = {"named": found.event.organizer.address or "?", "sender": sender}
        row.reason = _("It says that %(named)s invites, but came from %(sender)s.") % told
    for one in _offered_by(row.uid, sender):
        if one.sequence > row.sequence:
            row.state, row.reason = State.KEPT, _("It is older than another invitation to the same.")
            return
        _put_aside(one, _("A newer invitation took its place."))
    known = _accepted_before(row, sender)
    if known is None:
        return
    if row.sequence < known.sequence:
        row.state, row.reason = State.KEPT, _("It is older than what you answered.")
        return
    row.meeting = known.meeting
    event, meeting = found.event, known.meeting
    if meeting is not None and (event.starts_at, event.ends_at) != (meeting.starts_at, meeting.ends_at):
        _carry(row, lambda: move_meeting(
            meeting_id=meeting.pk, starts_at=event.starts_at, ends_at=event.ends_at, by=SYSTEM, at=at
        ))  # fmt: skip


def _one_time(row: MailedCalendar, found: Received, sender: str, at: datetime) -> None:
    """What others say of one time of a series of theirs that stands in our calendar."""
    known, event = _accepted_before(row, sender), found.event
    meeting = known.meeting if known is not None else None
    if meeting is None or not meeting.recurrence or event.replaces is None:
        row.reason = _("It changes one time of a series that is not in your calendar from here.")
        return
    row.meeting, row.state = meeting, State.TAKEN
    told: dict[str, Any] = {"meeting_id": meeting.pk, "time_at": event.replaces, "by": SYSTEM, "at": at}
    if found.method == "CANCEL":
        _carry(row, lambda: cancel_one_time(**told))
    else:
        _carry(row, lambda: move_one_time(**told, starts_at=event.starts_at, ends_at=event.ends_at))


def _called_off(row: MailedCalendar, found: Received, sender: str, at: datetime) -> None:
    """What others organized does not take place."""
    if found.one_of_many:
        _one_time(row, found, sender, at)
        return
    for one in _offered_by(row.uid, sender):
        _put_aside(one, _("It was called off."))
        row.state = State.TAKEN
    known = _accepted_before(row, sender)
    if known is None:
        row.reason = "" if row.state == State.TAKEN else _("No invitation of theirs is known here.")
        return
    row.meeting, row.state = known.meeting, State.TAKEN
    if known.meeting is not None and known.meeting.is_standing:
        meeting = known.meeting
        _carry(row, lambda: cancel_meeting(meeting_id=meeting.pk, by=SYSTEM, at=at))


_TAKES = {"REPLY": _answer, "COUNTER": _proposal, "REQUEST": _invitation, "CANCEL": _called_off}


def _carry(row: MailedCalendar, act: Any) -> None:
    """Carry a change over; where our side refuses it, the reason stands with the calendar."""
    try:
        with transaction.atomic():
            act()
    except Refusal as refused:
        row.reason = str(refused)[:300]


def _seat(row: MailedCalendar, found: Received, sender: str) -> Attendee | None:
    """Who of our guests speaks; the reason against it stands in the row otherwise."""
    told = Invitation.objects.filter(meeting__uid=row.uid, message__isnull=False)
    meeting: Meeting | None = (
        Meeting.objects.filter(pk__in=told.values("meeting")).select_related("owner", "calendar").first()
    )
    if meeting is None:
        row.reason = _("It answers no meeting that we invited to.")
        return None
    if not any(one.address == sender for one in found.event.guests):
        names = ", ".join(one.address for one in found.event.guests)[:120] or "?"
        row.reason = _("It speaks for %(names)s, but came from %(sender)s.") % {
            "names": names,
            "sender": sender,
        }
        return None
    seat: Attendee | None = meeting.attendees.select_related("person").filter(email=sender).first()
    if seat is None:
        row.reason = _("%s was not invited.") % sender
        return None
    seat.meeting = meeting
    return seat


def _sender(message: Message) -> str:
    found = message.participants.filter(role="from").values_list("address", flat=True).first()
    return found or ""


def _told_last(meeting: Meeting) -> int:
    told = meeting.invitations.filter(method="REQUEST", time=None).order_by("-sequence").first()
    return told.sequence if told is not None else 0


def _offered_by(uid: str, sender: str) -> list[MailedCalendar]:
    """Their invitations to one event that nobody answered yet."""
    rows = MailedCalendar.objects.filter(uid=uid, state=State.OFFERED).select_related("message")
    return [one for one in rows if _sender(one.message) == sender]


def _put_aside(one: MailedCalendar, reason: str) -> None:
    one.state, one.reason = State.KEPT, reason
    one.save(update_fields=["state", "reason"])


def _accepted_before(row: MailedCalendar, sender: str) -> MailedCalendar | None:
    """The newest answered invitation to the same event from the same sender."""
    answered = MailedCalendar.objects.filter(uid=row.uid, method="REQUEST", meeting__isnull=False)
    rows: list[MailedCalendar] = list(
        answered.select_related("message", "meeting__calendar").order_by("-sequence", "-pk")
    )
    return next((one for one in rows if _sender(one.message) == sender), None)


def _record(kind: str, seat: Attendee, at: datetime, **more: Any) -> None:
    told = fact(kind, seat.meeting, at, attendee_id=seat.pk, **more)
    if seat.person is not None:
        told.subject = seat.person.subject
    ledger.record(told, by=SYSTEM)


def _words_of(seat: Attendee, said: str, earlier: bool) -> Any:
    told = {
        "accepted": gettext_lazy("{who} accepted: {what}"),
        "declined": gettext_lazy("{who} declined: {what}"),
        "tentative": gettext_lazy("{who} may come: {what}"),
    }.get(said, gettext_lazy("{who} answered: {what}"))
    if earlier:
        told = gettext_lazy("{who} answered an earlier time of {what}")
    return format_lazy(told, who=str(seat), what=str(seat.meeting))


def _tell_owner(seat: Attendee, text: Any, at: datetime) -> None:
    meeting = seat.meeting
    if meeting.owner_id is None:
        return
    about = {"deal": meeting.deal_id, "lead": meeting.lead_id, "person": meeting.person_id}
    record = next(((kind, pk) for kind, pk in about.items() if pk is not None), None)
    path = f"/calendar/{meeting.pk}/"
    notify(user=meeting.owner_id, kind="meeting.guest", text=text, path=path, record=record, at=at)
