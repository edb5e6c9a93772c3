"""The rows of the room, by topic."""

from isthmus.meetings.models.calendars import Calendar, CalendarFeed, CalendarServer, Source
from isthmus.meetings.models.meetings import Answer, Attendee, Busy, Meeting, MeetingState, ShownAs

__all__ = [
    "Answer",
    "Attendee",
    "Busy",
    "Calendar",
    "CalendarFeed",
    "CalendarServer",
    "Meeting",
    "MeetingState",
    "ShownAs",
    "Source",
]
