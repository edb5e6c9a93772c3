"""Everything that writes calendars and meetings, by topic."""

from isthmus.meetings.commands.booking import book_meeting
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
from isthmus.meetings.commands.outcomes import record_meeting_held, record_meeting_missed, reopen_meeting

__all__ = [
    "book_meeting",
    "cancel_meeting",
    "choose_calendars",
    "connect_calendar",
    "disconnect_calendar",
    "edit_calendar",
    "edit_meeting",
    "look_for_calendars",
    "move_meeting",
    "publish_calendar",
    "read_calendar",
    "record_meeting_held",
    "record_meeting_missed",
    "reopen_meeting",
    "restore_meeting",
    "revoke_feed",
    "subscribe_calendar",
]
