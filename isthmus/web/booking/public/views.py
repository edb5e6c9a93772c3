"""A guest takes a time, sees it again by their link, moves it or gives it back."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from isthmus.core import clock, commands
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.meetings.booking.links import token_of
from isthmus.meetings.booking.offering import Hosts, hosts_of
from isthmus.meetings.commands.bookings import may_change
from isthmus.meetings.invitations import Event, Party, published
from isthmus.meetings.mailing.senders import sender_for
from isthmus.meetings.mailing.wording import when
from isthmus.meetings.models import Booking, BookingPage
from isthmus.web.booking.public import visits
from isthmus.web.booking.public.doors import GUEST, open_booking, open_page
from isthmus.web.booking.public.forms import GuestForm
from isthmus.web.booking.public.months import Asked, asked_of, month_of, zones


@require_http_methods(["GET", "HEAD", "POST"])
@open_page
def book(request: HttpRequest, page: BookingPage) -> HttpResponse:
    """A month with its free times; a chosen one with the form by which it is taken."""
    if (onward := visits.without_visitor(request)) is not None:
        return onward
    asked = asked_of(request, page.zone)
    if not page.is_open:
        return render(request, "booking/public/closed.html", {"page": page, "contact": page.owner})
    if request.method != "POST":
        return _page(request, page, asked)
    form = GuestForm(page, request.POST)
    if asked.start is None or not form.is_valid():
        return _page(request, page, asked, 422, form=form)
    given = {
        **form.arguments(),
        "page_id": page.pk,
        "starts_at": asked.start,
        "time_zone": asked.zone.key,
        "locale": (translation.get_language() or "")[:12],
        "visitor": visits.visitor_of(request),
    }
    try:
        result = commands.run("book_time", given, by=GUEST, at=clock.now())
    except InvalidInput as refusal:
        form.note(refusal)
        return _page(request, page, asked, 422, form=form)
    except Refusal as refusal:
        return _page(request, page, asked, 409, form=form, refusal=refusal)
    answer = redirect("guest-booking", token=token_of(result.value))
    visits.forget(request, answer)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@open_booking
def yours(request: HttpRequest, booking: Booking) -> HttpResponse:
    """What a guest booked, with what they may do about it; given back by its form."""
    if request.method != "POST":
        return _yours(request, booking)
    try:
        commands.run("cancel_booking", {"booking_id": booking.pk}, by=GUEST, at=clock.now())
    except Refusal as refusal:
        return _yours(request, booking, 409, refusal=refusal)
    return HttpResponseRedirect(request.path)


@require_http_methods(["GET", "HEAD", "POST"])
@open_booking
def move(request: HttpRequest, booking: Booking) -> HttpResponse:
    """Another time with the same host."""
    asked = asked_of(request, booking.zone)
    back = reverse("guest-booking", args=[_token(request)])
    if not may_change(booking, clock.now()):
        return HttpResponseRedirect(back)
    if request.method != "POST" or asked.start is None:
        return _page(request, booking.page, asked, moved=booking, back=back)
    try:
        given = {"booking_id": booking.pk, "starts_at": asked.start}
        commands.run("move_booking", given, by=GUEST, at=clock.now())
    except Refusal as refusal:
        return _page(request, booking.page, asked, 409, moved=booking, back=back, refusal=refusal)
    return HttpResponseRedirect(back)


@require_safe
@open_booking
def calendar_file(request: HttpRequest, booking: Booking) -> HttpResponse:
    """The meeting as a file that every calendar takes."""
    meeting, host = booking.meeting, booking.host
    event = Event(
        uid=meeting.uid,
        sequence=meeting.sequence,
        title=meeting.title,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        zone=meeting.zone,
        organizer=Party(host.email, host.name),
        guests=(),
        stamp=meeting.updated_at,
        place=meeting.place,
    )
    answer = HttpResponse(published(event), content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return answer


def _page(
    request: HttpRequest, page: BookingPage, asked: Asked, status: int = 200, **more: Any
) -> HttpResponse:
    now = clock.now()
    moved: Booking | None = more.get("moved")
    horizon = now + timedelta(days=page.horizon_days + 2)
    hosts = hosts_of(page, first=now, before=horizon, now=now, without=moved)
    start = asked.start if asked.start is not None and _still_free(hosts, asked.start, now) else None
    if asked.start is not None and start is None and "refusal" not in more:
        more["refusal"], status = _("This time is not free any more. Choose another one."), 409
    context: dict[str, Any] = {
        "page": page,
        "asked": asked,
        "month": month_of(hosts, asked, now),
        "zones": zones(),
        "start": start,
        "chosen": when(start, start + timedelta(minutes=page.minutes), asked.zone) if start else "",
        "again": asked.href(day=asked.day.isoformat()) if asked.day else asked.href(),
        "form": GuestForm(page),
        "host": page.owner,
        **more,
    }
    return render(request, "booking/public/page.html", context, status=status)


def _still_free(hosts: Hosts, start: datetime, now: datetime) -> bool:
    return start in hosts.starts(now=now, first=start, before=start + timedelta(seconds=1))


def _yours(request: HttpRequest, booking: Booking, status: int = 200, **more: Any) -> HttpResponse:
    meeting, token = booking.meeting, _token(request)
    context = {
        "booking": booking,
        "meeting": meeting,
        "when": when(meeting.starts_at, meeting.ends_at, booking.zone),
        "may_change": may_change(booking, clock.now()),
        "is_mailed": not isinstance(sender_for(booking.host), str),
        "file": reverse("guest-calendar", args=[token]),
        "move": reverse("move-guest-booking", args=[token]),
        "limit": booking.page.change_hours,
        **more,
    }
    return render(request, "booking/public/yours.html", context, status=status)


def _token(request: HttpRequest) -> str:
    assert request.resolver_match is not None
    return str(request.resolver_match.kwargs["token"])
