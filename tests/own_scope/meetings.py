"""A meeting, its calendar, a server and a feed of somebody."""

from typing import Any

from isthmus.meetings.commands import book_meeting, publish_calendar
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
    return {
        "meeting": meeting,
        "calendar": meeting.calendar,
        "calendar_server": server,
        "feed": publish_calendar(name=title, by=actor_for(user), at=MONDAY_NOON).row,
    }
