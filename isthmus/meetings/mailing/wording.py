"""The words of mails about meetings: for guests in their language and their zone."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from django.utils import translation
from django.utils.translation import gettext as _

from isthmus.meetings.booking.links import guest_link
from isthmus.meetings.models import Booking, Meeting

Change = Literal["asked", "moved", "changed", "cancelled"]  # What becomes of a meeting for its guests.


def when(starts_at: datetime, ends_at: datetime, zone: ZoneInfo, *, all_day: bool = False) -> str:
    """Day, hours and zone, as people read them: “Tuesday, December 1, 2026, 10:00–10:30 (Europe/Berlin)”."""
    locale = reader_locale()
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    day = format_date(start.date(), "full", locale=locale)
    if all_day:
        return day
    hours = f"{clock(start)}–{clock(end)}"
    return f"{day}, {hours} ({zone.key})"


def clock(at: datetime) -> str:
    """The time of day as it is written in the reader's language."""
    return format_time(at.timetz(), "short", tzinfo=at.tzinfo, locale=reader_locale())


def reader_locale() -> Locale:
    """The language in which dates are written now."""
    try:
        return Locale.parse(translation.to_locale(translation.get_language() or "en"))
    except (ValueError, UnknownLocaleError):
        return Locale("en")


def subject(change: Change, meeting: Meeting) -> str:
    """The subject of what guests get."""
    words = {
        "asked": _("Invitation: %s"),
        "moved": _("Moved: %s"),
        "changed": _("Changed: %s"),
        "cancelled": _("Cancelled: %s"),
    }
    return words[change] % meeting.title


def for_guests(change: Change, meeting: Meeting, zone: ZoneInfo, booking: Booking | None) -> str:
    """What guests read, whose program shows no invitation too."""
    words = {
        "asked": _("Your meeting is booked:") if booking else _("You are invited to a meeting:"),
        "moved": _("This meeting has a new time:"),
        "changed": _("This meeting was changed:"),
        "cancelled": _("This meeting does not take place:"),
    }
    lines = [words[change], "", *_facts(meeting, zone)]
    link = guest_link(booking) if booking is not None else ""
    if link and change != "cancelled":
        lines += ["", _("Move or cancel it here: %s") % link]
    return _signed(lines, meeting)


def reminder(booking: Booking) -> tuple[str, str]:
    """Subject and text of what a guest gets the day before."""
    meeting = booking.meeting
    lines = [_("A reminder of our meeting:"), "", *_facts(meeting, booking.zone)]
    if link := guest_link(booking):
        lines += ["", _("If you cannot come, move or cancel it here: %s") % link]
    return _("Reminder: %s") % meeting.title, _signed(lines, meeting)


def for_host(change: Change, booking: Booking, zone: ZoneInfo) -> tuple[str, str]:
    """Subject and text of what the host gets: who it is, when, and what they answered."""
    named = {"name": booking.name, "what": booking.page.title}
    words = {
        "asked": _("%(name)s booked: %(what)s"),
        "moved": _("%(name)s moved: %(what)s"),
        "changed": _("Changed: %(what)s with %(name)s"),
        "cancelled": _("%(name)s cancelled: %(what)s"),
    }
    lines = [*_facts(booking.meeting, zone), "", f"{booking.name} <{booking.email}>"]
    for question, answer in booking.answers:
        lines += ["", question, answer]
    return words[change] % named, "\n".join(lines)


def _facts(meeting: Meeting, zone: ZoneInfo) -> list[str]:
    lines = [meeting.title, when(meeting.starts_at, meeting.ends_at, zone, all_day=meeting.all_day)]
    if meeting.place:
        lines.append(_("Where: %s") % meeting.place)
    return lines


def _signed(lines: list[str], meeting: Meeting) -> str:
    return "\n".join([*lines, "", meeting.owner.name]) if meeting.owner else "\n".join(lines)
