"""Calendars that everybody has, and the times that meetings take up: kept as rows whenever one changes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from isthmus.core.clock import now, written_now
from isthmus.meetings.ics import Entry, Unreadable, Words, new_text, times_of
from isthmus.meetings.models import Busy, Calendar, Meeting, ShownAs, Source
from isthmus.workspace.models import User

BACK = timedelta(days=90)
AHEAD = timedelta(days=180)


def own_calendar(user: User) -> Calendar:
    """The calendar that every user has here; made when it is first asked for."""
    found: Calendar
    found, made = Calendar.objects.get_or_create(
        owner=user,
        source=Source.OWN,
        defaults={"name": user.name, "team_id": user.team_id, "shared": True, "made_at": now()},
    )
    if not made and found.team_id != user.team_id:
        found.team_id = user.team_id
        found.save(update_fields=["team_id"])
    return found


def written_calendar(user: User) -> Calendar:
    """The calendar that new meetings of a user go into: the chosen one, otherwise their own here."""
    chosen: Calendar | None = (
        Calendar.objects.kept().filter(owner=user, is_written_to=True, can_write=True).first()
    )
    return chosen or own_calendar(user)


def words_of(meeting: Meeting) -> Words:
    """What we say of a meeting, as iCalendar needs it. One that was held or missed stands as it was."""
    state = "confirmed" if meeting.state in ("held", "missed") else meeting.state
    told = {name: getattr(meeting, name) for name in Words.__dataclass_fields__ if name != "state"}
    return Words(**told, state=state)


def spread(meetings: Iterable[Meeting], at: datetime) -> None:
    """Write down anew when these meetings take place; in the caller's transaction."""
    rows = list(meetings)
    Busy.objects.filter(meeting__in=[one.pk for one in rows]).delete()
    Busy.objects.bulk_create([time for one in rows for time in _times(one, at)], batch_size=1000)


def _times(meeting: Meeting, at: datetime) -> list[Busy]:
    if not meeting.recurrence or meeting.state == "cancelled":
        return [] if meeting.state == "cancelled" else [_once(meeting)]
    words = words_of(meeting)
    text = meeting.remote_text or new_text(words, at)
    zone = meeting.calendar.zone
    try:
        entry = Entry(**{name: getattr(words, name) for name in Words.__dataclass_fields__}, guests=[])
        # An act may be told later than it was: what lies around today is spread out in any case.
        first, last = min(at, written_now()) - BACK, max(at, written_now()) + AHEAD
        found = times_of(text, entry, zone, first, last)
    except Unreadable:
        return [_once(meeting)]  # Its rule makes no sense: its first time is what is sure.
    return [
        Busy(
            calendar_id=meeting.calendar_id,
            meeting=meeting,
            starts_at=one.starts_at,
            ends_at=one.ends_at,
            title=one.title,
            blocks=one.blocks,
        )
        for one in found
    ]


def _once(meeting: Meeting) -> Busy:
    return Busy(
        calendar_id=meeting.calendar_id,
        meeting=meeting,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        blocks=meeting.shows_as == ShownAs.BUSY,
    )
