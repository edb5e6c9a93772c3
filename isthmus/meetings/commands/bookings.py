"""Times that guests book, move and give back: whoever knows the link of a booking may do so."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.meetings import rules
from isthmus.meetings.booking.guests import Guest, Known, guest_of
from isthmus.meetings.booking.links import give_token
from isthmus.meetings.booking.offering import Hosts, hosts_of
from isthmus.meetings.commands.booking import book_meeting
from isthmus.meetings.commands.changing import cancel_meeting, move_meeting
from isthmus.meetings.keeping import lock_calendars
from isthmus.meetings.models import Booking, BookingPage, Meeting
from isthmus.meetings.recording import fact
from isthmus.people.normalise import is_junk, normal_email
from isthmus.workspace.commands import notify
from isthmus.workspace.models import User

EDIT = "meetings.edit"
MOST_AHEAD = 3  # Of one guest on one page.
_SECOND = timedelta(seconds=1)


class PageClosed(Refusal):
    """Nothing is booked on this page at present."""


class TimeTaken(Refusal):
    """The time is not free, or not any more."""


class BookedEnough(Refusal):
    """One guest holds so many times of one page already."""


class TooLateToChange(Refusal):
    """The meeting is too near, or over."""


class LinkClosedAlready(Refusal):
    """The guest's link opens nothing any more."""


@command(
    permission=EDIT,
    label=gettext_lazy("Book a time on a booking page"),
    trade="sales",
    undo="cancel_booking",
    undo_arguments=lambda booking, _given: {"booking_id": booking.pk},
)
def book_time(
    *,
    page_id: int,
    starts_at: datetime,
    full_name: str,
    email: str,
    by: Actor,
    at: datetime,
    time_zone: str = "",
    locale: str = "",
    answers: list[str] | None = None,
    visitor: str = "",
) -> Booking:
    """Book a free time in a guest's name, once, with whoever's turn it is. The guest becomes known.

    Somebody new becomes a lead; somebody known is tied to their open deal or lead.
    """
    page = _open_page(page_id, by)
    guest = _guest(page, full_name, email, time_zone, locale, answers or [])
    hosts = _locked_hosts(page, starts_at, at)
    host = hosts.whose_turn(starts_at, now=at)
    if host is None:
        raise TimeTaken(_("This time was taken in the meantime. Choose another one."))
    _not_too_many(page, guest, at)
    known = guest_of(guest, page=page, host=host, visitor=visitor, by=by, at=at)
    meeting = _meeting(page, guest, known, host, starts_at, by, at)
    booking = Booking(
        meeting=meeting,
        page=page,
        host=host,
        name=guest.name,
        email=guest.email,
        time_zone=guest.time_zone,
        locale=guest.locale,
        answers=[list(one) for one in guest.answers],
        made_at=at,
    )
    give_token(booking)
    booking.save()
    _tell_host(booking, gettext_lazy("A guest booked a time with you"), by, at)
    return booking


@command(permission=EDIT, label=gettext_lazy("Move a booking"), trade="sales")
def move_booking(*, booking_id: int, starts_at: datetime, by: Actor, at: datetime) -> Booking:
    """Move what a guest booked to another free time of the same host. Guests may until the page's limit."""
    booking = _locked_booking(booking_id, by)
    _not_too_late(booking, by, at)
    lock_calendars([booking.host])  # Of two who press at once the second waits, and looks again afterwards.
    hosts = hosts_of(booking.page, first=starts_at, before=starts_at + _SECOND, now=at, without=booking)
    if hosts.whose_turn(starts_at, now=at) is None:
        raise TimeTaken(_("This time was taken in the meantime. Choose another one."))
    move_meeting(meeting_id=booking.meeting_id, starts_at=starts_at, by=by, at=at)
    booking.meeting.refresh_from_db()
    _tell_host(booking, gettext_lazy("A guest moved a time with you"), by, at)
    return booking


@command(permission=EDIT, label=gettext_lazy("Cancel a booking"), trade="sales")
def cancel_booking(*, booking_id: int, by: Actor, at: datetime) -> Booking:
    """Give back what a guest booked: the time is free again. Guests do so until the page's limit."""
    booking = _locked_booking(booking_id, by)
    _not_too_late(booking, by, at)
    cancel_meeting(meeting_id=booking.meeting_id, by=by, at=at)
    booking.meeting.refresh_from_db()
    _tell_host(booking, gettext_lazy("A guest gave a time with you back"), by, at)
    return booking


@command(permission=EDIT, label=gettext_lazy("Close a guest's link"), trade="sales")
def close_booking_link(*, booking_id: int, by: Actor, at: datetime) -> Booking:
    """Let the link of a guest open nothing any more, where it came into wrong hands. The meeting stands."""
    booking = _locked_booking(booking_id, by)
    if booking.token_hash is None:
        raise LinkClosedAlready(_("This link opens nothing any more."))
    booking.token_hash, booking.token_sealed = None, ""
    booking.save(update_fields=["token_hash", "token_sealed"])
    ledger.record(fact("meeting.link_closed", booking.meeting, at), by=by)
    return booking


def may_change(booking: Booking, at: datetime) -> bool:
    """Whether its guest may still move it or give it back."""
    limit = booking.meeting.starts_at - timedelta(hours=booking.page.change_hours)
    return booking.meeting.is_standing and at <= limit


def _open_page(page_id: int, by: Actor) -> BookingPage:
    page: BookingPage | None = BookingPage.objects.visible_to(by, EDIT).filter(pk=page_id).first()
    if page is None:
        raise NotFound(_("There is no such booking page, or your role does not reach it."))
    if not page.is_open:
        raise PageClosed(_("Nothing can be booked here at present."))
    return page


def _guest(
    page: BookingPage, full_name: str, email: str, time_zone: str, locale: str, answers: Sequence[str]
) -> Guest:
    wrong: dict[str, str] = {}
    name = " ".join(full_name.split())
    address = normal_email(email)
    if not name or len(name) > 200:
        wrong["full_name"] = _("Say your name.")
    if address is None or not address.isascii() or is_junk("email", address):
        wrong["email"] = _("Give an e-mail address of your own: what was booked is sent there.")
    told = []
    for number, question in enumerate(page.questions):
        answer = answers[number].strip()[:2000] if number < len(answers) else ""
        if question["required"] and not answer:
            wrong[f"answers.{number}"] = _("Answer this, please.")
        if answer:
            told.append((question["label"], answer))
    if wrong:
        raise InvalidInput(wrong)
    zone = time_zone if rules.is_zone(time_zone) else page.time_zone
    return Guest(name, address or "", zone, locale[:12], tuple(told))


def _locked_hosts(page: BookingPage, starts_at: datetime, at: datetime) -> Hosts:
    hosts = hosts_of(page, first=starts_at, before=starts_at + _SECOND, now=at)
    lock_calendars(hosts.users)
    return hosts_of(page, first=starts_at, before=starts_at + _SECOND, now=at)


def _not_too_many(page: BookingPage, guest: Guest, at: datetime) -> None:
    ahead = Booking.objects.filter(
        page=page, email=guest.email, meeting__starts_at__gt=at, meeting__state__in=("tentative", "confirmed")
    )
    if ahead.count() >= MOST_AHEAD:
        said = _("You hold %d times here already. Move or cancel one of them by its link.") % MOST_AHEAD
        raise BookedEnough(said)


def _meeting(
    page: BookingPage, guest: Guest, known: Known, host: User, starts_at: datetime, by: Actor, at: datetime
) -> Meeting:
    meeting: Meeting = book_meeting(
        title=_("%(what)s: %(guest)s and %(host)s")
        % {"what": page.title, "guest": guest.name[:80], "host": host.name[:80]},
        starts_at=starts_at,
        minutes=page.minutes,
        time_zone=page.time_zone,
        place=page.place,
        notes="\n\n".join(f"{question}\n{answer}" for question, answer in guest.answers),
        person_id=known.person_id,
        lead_id=known.lead_id,
        deal_id=known.deal_id,
        guests=[guest.email],
        owner_id=host.pk,
        by=by,
        at=at,
    )
    # Whoever booked has said that they come.
    meeting.attendees.filter(email=guest.email).update(answer="accepted", name=guest.name)
    return meeting


def _locked_booking(booking_id: int, by: Actor) -> Booking:
    meetings = Meeting.objects.visible_to(by, EDIT).values("pk")
    rows = Booking.objects.select_for_update(of=("self",)).filter(pk=booking_id, meeting__in=meetings)
    booking: Booking | None = rows.select_related("meeting", "page", "host").first()
    if booking is None:
        raise NotFound(_("There is no such booking, or your role does not reach it."))
    return booking


def _not_too_late(booking: Booking, by: Actor, at: datetime) -> None:
    if not booking.meeting.is_standing:
        raise TooLateToChange(_("This meeting does not take place any more, so nothing can be changed."))
    if by.kind == "person" and not may_change(booking, at):
        raise TooLateToChange(_("It is too late to change this here. Write to whom you meet, please."))


def _tell_host(booking: Booking, text: Any, by: Actor, at: datetime) -> None:
    if by.kind == "user" and by.id == booking.host_id:
        return
    notify(
        user=booking.host,
        kind="meeting.guest",
        text=text,
        path=_path(booking),
        record=_about(booking),
        at=at,
    )


def _path(booking: Booking) -> str:
    return f"/calendar/{booking.meeting_id}/"


def _about(booking: Booking) -> tuple[str, int] | None:
    found: Mapping[str, int | None] = {
        "deal": booking.meeting.deal_id, "lead": booking.meeting.lead_id, "person": booking.meeting.person_id,
    }  # fmt: skip
    return next(((kind, pk) for kind, pk in found.items() if pk is not None), None)
