"""Invitations that go out: asked for, changed, called off. Each change once, whatever stops in between."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import translation

from isthmus.core.system_acts import system_act
from isthmus.meetings.ics import Override
from isthmus.meetings.invitations import Event, Party, cancelled, request
from isthmus.meetings.keeping import at_one_time, exceptions_of
from isthmus.meetings.mailing import wording
from isthmus.meetings.mailing.senders import Sender, addresses_of, sender_for
from isthmus.meetings.mailing.wording import Change
from isthmus.meetings.models import Answer, Attendee, Booking, Invitation, Meeting, MeetingState
from isthmus.meetings.rules import is_rule
from isthmus.messages.commands import send_mail
from isthmus.messages.models import Mailbox, Message


def tell_guests(
    meeting_id: int,
    *,
    at: datetime,
    change: Change = "changed",
    asked: bool = False,
    by_guest: bool = False,
    time: datetime | None = None,
) -> None:
    """Mail the guests of a meeting how it stands now; nothing where they were told that already.

    Who was never invited by mail is told nothing, unless it is `asked` for or they booked it themselves.
    `time`: of a series they are told of that one time alone.
    """
    with transaction.atomic(), system_act("tell_guests", at=at):
        rows = Meeting.objects.select_for_update(of=("self",)).select_related("owner", "person")
        meeting: Meeting | None = rows.filter(pk=meeting_id).first()
        if meeting is None or meeting.owner is None or not _is_ours(meeting):
            return
        booking = Booking.objects.filter(meeting=meeting).select_related("page", "host").first()
        earlier = list(meeting.invitations.order_by("pk"))
        if not (asked or booking or earlier):
            return
        if change == "moved" and earlier and not by_guest and time is None:
            _guests(meeting).update(answer=Answer.NEEDS_ACTION)  # To the new time nobody has said yes.
        if time is not None and meeting.is_standing:
            _tell_of_one(meeting, time, earlier, change, at)
            return
        _tell(meeting, booking, earlier, change if earlier else "asked", at, to_host=by_guest)


def _tell_of_one(
    meeting: Meeting, time: datetime, earlier: Sequence[Invitation], change: Change, at: datetime
) -> None:
    """Tell of one time of a series; who was not told of the series is not told of one time either."""
    if not any(one.message_id for one in earlier):
        return
    found = (one for one in exceptions_of(meeting) if one.at == time)
    single = next(found, Override(time, sequence=meeting.sequence))
    shown = at_one_time(meeting, single)
    shown.state = MeetingState.CANCELLED if single.off else meeting.state
    _tell(shown, None, earlier, change, at, to_host=False, single=single)


def _tell(
    meeting: Meeting,
    booking: Booking | None,
    earlier: Sequence[Invitation],
    change: Change,
    at: datetime,
    *,
    to_host: bool,
    single: Override | None = None,
) -> None:
    if meeting.state == MeetingState.CANCELLED:
        change = "cancelled"
    method = "CANCEL" if change == "cancelled" else "REQUEST"
    time = single.at if single is not None else None
    if any((one.method, one.sequence, one.time) == (method, meeting.sequence, time) for one in earlier):
        return
    if method == "CANCEL" and not any(one.message_id for one in earlier):
        return  # Who was told nothing needs no word that it is off.
    guests = list(_guests(meeting).exclude(email=""))
    told = Invitation(meeting=meeting, method=method, sequence=meeting.sequence, time=time, at=at)
    assert meeting.owner is not None
    sender = sender_for(meeting.owner)
    if isinstance(sender, str):
        told.trouble = sender[:300]
    elif guests:
        event = event_of(meeting, sender.mailbox, guests, at)
        if single is not None:
            event = replace(event, recurrence="", left_out=(), replaces=single.at)
        told.message = _mail_guests(sender, meeting, booking, event, change, _before(earlier), at)
        if booking is not None and to_host:
            _mail_host(sender, booking, change, at)
    told.save()


def _mail_guests(
    sender: Sender,
    meeting: Meeting,
    booking: Booking | None,
    event: Event,
    change: Change,
    before: Message | None,
    at: datetime,
) -> Message:
    singles = [] if event.replaces or not event.recurrence else _singles(meeting, event)
    zone = booking.zone if booking is not None else ZoneInfo(meeting.zone)
    with translation.override(_language(meeting, booking)):
        message: Message = send_mail(
            mailbox_id=sender.mailbox.pk,
            to=[one.address for one in event.guests],
            subject=wording.subject(change, meeting),
            text=wording.for_guests(change, meeting, zone, booking),
            calendar=cancelled(event) if change == "cancelled" else request(event, singles),
            **_about(meeting, before),
            by=sender.actor,
            at=at,
        )
    return message


def _mail_host(sender: Sender, booking: Booking, change: Change, at: datetime) -> None:
    """The host hears of it by mail as well, without an invitation: it is their own meeting."""
    host = booking.host
    with translation.override(host.locale or None):
        zone = booking.meeting.calendar.zone
        subject, text = wording.for_host(change, booking, zone)
        event = event_of(booking.meeting, sender.mailbox, list(_guests(booking.meeting)), at)
        send_mail(
            mailbox_id=sender.mailbox.pk,
            to=[host.email],
            subject=subject,
            text=text,
            calendar=""
            if change == "cancelled"
            else request(event).replace("METHOD:REQUEST", "METHOD:PUBLISH", 1),
            automatic=True,
            sign=False,
            by=sender.actor,
            at=at,
        )


def remind(booking: Booking, *, at: datetime) -> bool:
    """Mail a guest that their meeting is tomorrow; whether it went into the queue. In a transaction."""
    sender = sender_for(booking.host)
    if isinstance(sender, str) or not booking.email:
        return False
    before = _before(list(booking.meeting.invitations.order_by("pk")))
    with translation.override(_language(booking.meeting, booking)):
        subject, text = wording.reminder(booking)
        send_mail(
            mailbox_id=sender.mailbox.pk,
            to=[booking.email],
            subject=subject,
            text=text,
            anyway=True,  # They asked for the meeting themselves.
            **_about(booking.meeting, before),
            by=sender.actor,
            at=at,
        )
    return True


def event_of(meeting: Meeting, mailbox: Mailbox, guests: Sequence[Attendee], at: datetime) -> Event:
    """A meeting as it is told to others. Its notes are ours alone: they may be about the guests."""
    return Event(
        uid=meeting.uid,
        sequence=meeting.sequence,
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        organizer=Party(mailbox.address, mailbox.name or (meeting.owner.name if meeting.owner else "")),
        guests=tuple(
            Party(one.email, one.name, one.answer, one.role == Attendee.Role.OPTIONAL) for one in guests
        ),
        stamp=at,
        place=meeting.place,
        all_day=meeting.all_day,
        recurrence=meeting.recurrence if is_rule(meeting.recurrence) else "",
        left_out=tuple(one.at for one in exceptions_of(meeting) if one.off),
    )


def _singles(meeting: Meeting, event: Event) -> list[Event]:
    """The times of a series that are not as its rule says."""
    found = []
    for one in exceptions_of(meeting):
        if not one.off:
            shown = at_one_time(meeting, one)
            told = {name: getattr(shown, name) for name in ("title", "place", "starts_at", "ends_at")}
            found.append(replace(event, **told, recurrence="", left_out=(), replaces=one.at))
    return found


def _is_ours(meeting: Meeting) -> bool:
    """Whether we ask to it: not where somebody else did, of whose invitation it came."""
    assert meeting.owner is not None
    organizers = meeting.attendees.filter(role=Attendee.Role.ORGANIZER).exclude(email="")
    return not organizers.exclude(email__in=addresses_of(meeting.owner)).exists()


def _guests(meeting: Meeting) -> Any:
    assert meeting.owner is not None
    asked = meeting.attendees.exclude(role=Attendee.Role.ORGANIZER)
    return asked.exclude(email__in=addresses_of(meeting.owner)).order_by("pk")


def _about(meeting: Meeting, before: Message | None) -> dict[str, Any]:
    return {
        "person_id": meeting.person_id,
        "lead_id": meeting.lead_id,
        "deal_id": meeting.deal_id,
        "reply_to_id": before.pk if before is not None else None,
        "automatic": True,
        "sign": False,
    }


def _before(earlier: Sequence[Invitation]) -> Message | None:
    return next((one.message for one in reversed(earlier) if one.message is not None), None)


def _language(meeting: Meeting, booking: Booking | None) -> str | None:
    """The guest's own where they showed it, else the language in which their host works."""
    said = booking.locale if booking is not None else (meeting.person.locale if meeting.person else "")
    return said.replace("_", "-") or (meeting.owner.locale if meeting.owner else None) or None
