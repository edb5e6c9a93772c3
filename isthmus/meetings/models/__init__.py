"""The rows of the room, by topic."""

from isthmus.meetings.models.booking import Booking, BookingPage, Invitation, MailedCalendar
from isthmus.meetings.models.calendars import Calendar, CalendarFeed, CalendarServer, Source
from isthmus.meetings.models.meetings import Answer, Attendee, Busy, Meeting, MeetingState, ShownAs

__all__ = [
    "Answer",
    "Attendee",
    "Booking",
    "BookingPage",
    "Busy",
    "Calendar",
    "CalendarFeed",
    "CalendarServer",
    "Invitation",
    "MailedCalendar",
    "Meeting",
    "MeetingState",
    "ShownAs",
    "Source",
]
