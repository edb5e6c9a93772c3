"""Meetings, calendars and feeds in JSON."""

from datetime import datetime

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.meetings.models import (
    Booking,
    BookingPage,
    Calendar,
    CalendarFeed,
    CalendarServer,
    MailedCalendar,
    Meeting,
)


@shape_of(Meeting, "meeting")
class MeetingShape(Shape):
    """A meeting; of one that repeats, its first time and its rule.

    `lies_over` is told by acts that put it at a time: what is there already. Otherwise it is null.
    """

    id: int
    calendar_id: int
    uid: str
    title: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    all_day: bool
    place: str
    notes: str
    state: str
    shows_as: str
    is_private: bool
    recurrence: str
    person_id: int | None
    account_id: int | None
    lead_id: int | None
    deal_id: int | None
    owner_id: int | None
    activity_id: int | None
    updated_at: datetime
    version: int
    lies_over: list[dict[str, object]] | None


@shape_of(Calendar, "calendar")
class CalendarShape(Shape):
    """One calendar of one user."""

    id: int
    owner_id: int | None
    source: str
    name: str
    shared: bool
    counts_as_busy: bool
    is_written_to: bool
    can_write: bool
    read_at: datetime | None
    error: str
    on_server: int | None
    here: int
    removed_at: datetime | None


@shape_of(CalendarServer, "calendar_server", reader="calendars.edit")
class CalendarServerShape(Shape):
    """A calendar server that somebody signed in to; its password is shown to nobody."""

    id: int
    owner_id: int
    address: str
    looking: bool
    looked_at: datetime | None
    found: list[dict[str, object]]
    error: str


@shape_of(CalendarFeed, "calendar_feed", reader="calendars.edit")
class CalendarFeedShape(Shape):
    """A secret address under which meetings are read; it is shown once, when it is made."""

    id: int
    name: str
    with_words: bool
    made_at: datetime
    revoked_at: datetime | None
    read_at: datetime | None


@shape_of(BookingPage, "booking_page")
class BookingPageShape(Shape):
    """A page on which guests book a time."""

    id: int
    owner_id: int | None
    team_id: int | None
    slug: str
    title: str
    text: str
    minutes: int
    step: int
    before: int
    after: int
    notice_hours: int
    horizon_days: int
    day_limit: int | None
    change_hours: int
    hours: dict[str, list[list[str]]]
    time_zone: str
    holidays: str
    place: str
    questions: list[dict[str, object]]
    reminds: bool
    framed_by: str
    is_open: bool
    version: int


@shape_of(Booking, "booking")
class BookingShape(Shape):
    """What a guest booked."""

    id: int
    meeting_id: int
    page_id: int
    host_id: int
    name: str
    email: str
    time_zone: str
    answers: list[list[str]]
    made_at: datetime


@shape_of(MailedCalendar, "mailed_calendar")
class MailedCalendarShape(Shape):
    """A calendar that came by mail, and what became of it."""

    id: int
    message_id: int
    method: str
    state: str
    reason: str
    answer: str
    meeting_id: int | None
