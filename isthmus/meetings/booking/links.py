"""The link by which a guest finds what they booked: signed, sealed in the row, and revocable."""

import secrets

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils.crypto import salted_hmac

from isthmus.core.safekeeping import SafekeepingLost, seal, unseal
from isthmus.meetings.models import Booking, BookingPage
from isthmus.workspace.models import User

_PURPOSE = "the page of a booking"


def give_token(booking: Booking) -> None:
    """Give a booking its own address; the caller saves it."""
    token = secrets.token_urlsafe(24)
    booking.token_hash, booking.token_sealed = hash_of(token), seal(token, purpose=_PURPOSE)


def token_of(booking: Booking) -> str:
    """The token once more; empty where the link was closed or its key is gone."""
    if not booking.token_sealed:
        return ""
    try:
        return unseal(booking.token_sealed, purpose=_PURPOSE)
    except SafekeepingLost:
        return ""


def hash_of(token: str) -> str:
    """By what a booking is found: of no use to whoever reads the database."""
    return salted_hmac("isthmus.booking.token", token, algorithm="sha256").hexdigest()


def by_token(token: str) -> Booking | None:
    """The booking of a token."""
    if not 20 <= len(token) <= 64:
        return None
    rows = Booking.objects.select_related("meeting", "page", "host", "meeting__calendar")
    found: Booking | None = rows.filter(token_hash=hash_of(token)).first()
    return found


def page_path(page: BookingPage) -> str:
    """The address of a page without the server."""
    return f"/book/{page.slug}/"


def page_link(page: BookingPage) -> str:
    """The whole address of a page, where the installation knows its own (ISTHMUS_URL); else the path."""
    return settings.PUBLIC_URL + page_path(page)


def link_of(user: User) -> str:
    """The link of somebody's own open page, the first they made, for mails that they write."""
    page = pages_of(user).first()
    return page_link(page) if page is not None else ""


def pages_of(user: User) -> "QuerySet[BookingPage]":
    """The open pages on which somebody is booked: their own first, then those of their team."""
    rows: QuerySet[BookingPage] = BookingPage.objects.filter(is_open=True)
    theirs = rows.filter(Q(owner=user) | Q(owner=None, team_id=user.team_id, team__isnull=False))
    return theirs.order_by(F("owner").asc(nulls_last=True), "pk")


def guest_path(token: str) -> str:
    """The address of a guest's own page without the server."""
    return f"/book/yours/{token}/"


def guest_link(booking: Booking) -> str:
    """The whole address of a guest's own page; empty where there is none or the server is not known."""
    token = token_of(booking)
    return settings.PUBLIC_URL + guest_path(token) if token and settings.PUBLIC_URL else ""
