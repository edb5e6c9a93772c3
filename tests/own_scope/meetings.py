"""A meeting, its calendar, a server and a feed of somebody."""

from datetime import timedelta
from typing import Any

from isthmus.core.actors import SYSTEM
from isthmus.meetings.commands import add_booking_page, book_meeting, book_time, publish_calendar
from isthmus.meetings.models import CalendarServer
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON


def make_meetings(user: User, deal: Any, title: str) -> dict[str, Any]:
    """Rows by name."""
    meeting = book_meeting(
        title=title,
        starts_at=MONDAY_NOON,
        deal_id=deal.pk,
        notes=title,
        guests=[f"{title.split()[0].lower()}@guests.example"],
        by=actor_for(user),
        at=MONDAY_NOON,
    )
    server = CalendarServer.objects.create(
        owner=user, address=f"https://{title.split()[0].lower()}.example/", login="x", made_at=MONDAY_NOON
    )
    word = title.split()[0]
    days = ("mon", "tue", "wed", "thu", "fri")
    page = add_booking_page(
        title=title,
        time_zone="UTC",
        hours={day: [["09:00", "17:00"]] for day in days},
        by=actor_for(user),
        at=MONDAY_NOON,
    )
    booking = book_time(
        page_id=page.pk,
        starts_at=MONDAY_NOON + timedelta(days=1),
        full_name=f"{word} Guest",
        email=deal.person.email,
        by=SYSTEM,
        at=MONDAY_NOON,
    )
    return {
        "booking_page": page,
        "booking": booking,
        "meeting": meeting,
        "calendar": meeting.calendar,
        "calendar_server": server,
        "feed": publish_calendar(name=title, by=actor_for(user), at=MONDAY_NOON).row,
    }
