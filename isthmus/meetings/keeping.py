"""Calendars that everybody has, and the times that meetings take up: kept as rows whenever one changes."""

from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta

from isthmus.core.clock import now, written_now
from isthmus.meetings.ics import (
    Entry,
    Override,
    Unreadable,
    Words,
    new_text,
    overrides_of,
    read_entry,
    times_of,
    with_words,
)
from isthmus.meetings.models import Busy, Calendar, Meeting, ShownAs, Source
from isthmus.workspace.models import User

BACK = timedelta(days=90)
AHEAD = timedelta(days=185)  # Beyond what any booking page offers: 180 days and what a day is old.


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


def lock_calendars(users: Iterable[User]) -> None:
    """Let nobody else put time into the calendars of these users before the caller's transaction ends.

    Whoever looks whether a time is free, and whoever takes one, holds this first, before any other row of the
    room: so both come one after the other, and none waits for the other in a circle.
    """
    numbers = [own_calendar(user).pk for user in users]
    list(Calendar.objects.select_for_update(of=("self",)).filter(pk__in=numbers).order_by("pk"))


def words_of(meeting: Meeting) -> Words:
    """What we say of a meeting, as iCalendar needs it. One that was held or missed stands as it was."""
    state = "confirmed" if meeting.state in ("held", "missed") else meeting.state
    apart = ("state", "exceptions")
    told = {name: getattr(meeting, name) for name in Words.__dataclass_fields__ if name not in apart}
    return Words(**told, state=state, exceptions=exceptions_of(meeting))


def exceptions_of(meeting: Meeting) -> Sequence[Override]:
    """What differs at single times of a series."""
    if not meeting.recurrence:
        return ()
    if meeting.exceptions is not None:
        return overrides_of(meeting.exceptions)
    try:
        return (
            read_entry(meeting.remote_text, meeting.calendar.zone).exceptions if meeting.remote_text else ()
        )
    except Unreadable:
        return ()


def at_one_time(meeting: Meeting, single: Override) -> Meeting:
    """A series as it is at one of its times; not to be kept."""
    shown = copy(meeting)
    shown.starts_at = single.starts_at or single.at
    shown.ends_at = single.ends_at or shown.starts_at + (meeting.ends_at - meeting.starts_at)
    for name in ("title", "place", "notes"):
        if getattr(single, name) is not None:
            setattr(shown, name, getattr(single, name))
    shown.sequence = single.sequence
    return shown


def spread(meetings: Iterable[Meeting], at: datetime) -> None:
    """Write down anew when these meetings take place; in the caller's transaction."""
    rows = list(meetings)
    Busy.objects.filter(meeting__in=[one.pk for one in rows]).delete()
    Busy.objects.bulk_create([time for one in rows for time in times_taken(one, at)], batch_size=1000)


def times_taken(meeting: Meeting, at: datetime) -> list[Busy]:
    """When a meeting takes place as it stands, as rows that are not kept yet."""
    if not meeting.recurrence or meeting.state == "cancelled":
        return [] if meeting.state == "cancelled" else [_once(meeting)]
    words = words_of(meeting)
    zone = meeting.calendar.zone
    try:
        text = _text(meeting, words, at)
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
            at=one.at,
            blocks=one.blocks,
        )
        for one in found
    ]


def times_by_the_rule(meeting: Meeting, before: datetime) -> list[datetime]:
    """When a series would have begun before a moment by its rule alone, nothing left out or moved."""
    words = replace(words_of(meeting), exceptions=())
    entry = Entry(**{name: getattr(words, name) for name in Words.__dataclass_fields__}, guests=[])
    text = new_text(words, meeting.starts_at)
    found = times_of(text, entry, meeting.calendar.zone, meeting.starts_at, before)
    return [one.starts_at for one in found if one.starts_at < before]


def _text(meeting: Meeting, words: Words, at: datetime) -> str:
    """The entry as it stands: as it was read, with our words where its server does not have them yet."""
    if not meeting.remote_text:
        return new_text(words, at)
    return with_words(meeting.remote_text, words, at) if meeting.to_write else meeting.remote_text


def _once(meeting: Meeting) -> Busy:
    return Busy(
        calendar_id=meeting.calendar_id,
        meeting=meeting,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        blocks=meeting.shows_as == ShownAs.BUSY,
    )
