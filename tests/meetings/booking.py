"""Booking pages of the cast, and guests who press their buttons."""

from datetime import datetime, timedelta
from typing import Any

from isthmus.core import commands
from isthmus.core.actors import Actor
from isthmus.meetings.commands import add_booking_page
from isthmus.meetings.models import Booking, BookingPage
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User

PAT = "pat@prospect.example"
GUEST = Actor(kind="person", unlimited=True)


def page_of(user: User, at: datetime, **more: Any) -> BookingPage:
    """A page of half hours on working days, from nine to five in Berlin."""
    days = ("mon", "tue", "wed", "thu", "fri")
    given: dict[str, Any] = {
        "title": "First look",
        "hours": {day: [["09:00", "17:00"]] for day in days},
        "place": "By telephone",
        "questions": [{"label": "What is it about?", "required": False}],
    }
    page: BookingPage = add_booking_page(**{**given, **more}, by=actor_for(user), at=at)
    return page


def book(page: BookingPage, starts_at: datetime, at: datetime, **more: Any) -> Booking:
    """What Pat presses."""
    given = {
        "page_id": page.pk,
        "starts_at": starts_at,
        "full_name": "Pat Prospect",
        "email": "pat@prospect.example",
    }
    booking: Booking = commands.run("book_time", {**given, **more}, by=GUEST, at=at).value
    return booking


def next_working_day(at: datetime, *, days: int = 3) -> datetime:
    """Ten o'clock UTC on a working day some days on: without a holiday near."""
    found = (at + timedelta(days=days)).replace(hour=10, minute=0, second=0, microsecond=0)
    while found.weekday() > 4:
        found += timedelta(days=1)
    return found
