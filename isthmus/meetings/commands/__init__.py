"""Everything that writes calendars and meetings, by topic."""

from isthmus.meetings.commands.booking import book_meeting
from isthmus.meetings.commands.booking_pages import add_booking_page, edit_booking_page, open_booking_page
from isthmus.meetings.commands.bookings import book_time, cancel_booking, close_booking_link, move_booking
from isthmus.meetings.commands.calendars import (
    choose_calendars,
    connect_calendar,
    disconnect_calendar,
    edit_calendar,
    look_for_calendars,
    read_calendar,
    subscribe_calendar,
)
from isthmus.meetings.commands.changing import cancel_meeting, edit_meeting, move_meeting, restore_meeting
from isthmus.meetings.commands.feeds import publish_calendar, revoke_feed
from isthmus.meetings.commands.inviting import answer_invitation, invite_guests
from isthmus.meetings.commands.outcomes import record_meeting_held, record_meeting_missed, reopen_meeting
from isthmus.meetings.commands.series import (
    cancel_one_time,
    edit_one_time,
    move_one_time,
    restore_series,
)

__all__ = [
    "add_booking_page",
    "answer_invitation",
    "book_meeting",
    "book_time",
    "cancel_booking",
    "cancel_meeting",
    "cancel_one_time",
    "choose_calendars",
    "close_booking_link",
    "connect_calendar",
    "disconnect_calendar",
    "edit_booking_page",
    "edit_calendar",
    "edit_meeting",
    "edit_one_time",
    "invite_guests",
    "look_for_calendars",
    "move_booking",
    "move_meeting",
    "move_one_time",
    "open_booking_page",
    "publish_calendar",
    "read_calendar",
    "record_meeting_held",
    "record_meeting_missed",
    "reopen_meeting",
    "restore_meeting",
    "restore_series",
    "revoke_feed",
    "subscribe_calendar",
]
