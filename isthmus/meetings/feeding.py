"""What stands in a feed: busy times alone, or with the words of meetings that are not private."""

import hashlib
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from icalendar import Calendar as ICalendar
from icalendar import Event

from isthmus.meetings.commands.feeds import hash_of_token
from isthmus.meetings.keeping import AHEAD
from isthmus.meetings.models import Busy, CalendarFeed, MeetingState

BACK = timedelta(days=30)
MOST = 5_000
SEEN_EVERY = timedelta(hours=1)


def feed_of(token: str) -> CalendarFeed | None:
    """The feed that somebody knows the secret of, unless it was revoked."""
    rows = CalendarFeed.objects.filter(token_hash=hash_of_token(token), revoked_at=None)
    found: CalendarFeed | None = rows.filter(owner__is_active=True).select_related("owner").first()
    return found


def note_read(feed: CalendarFeed, at: datetime) -> None:
    """Remember that somebody reads it, once an hour."""
    if feed.read_at is None or at - feed.read_at >= SEEN_EVERY:
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=at)


def text_of(feed: CalendarFeed, at: datetime) -> tuple[str, str]:
    """The feed as iCalendar, and a tag that changes when it does."""
    whole = ICalendar()
    whole.add("PRODID", "-//Isthmus//Isthmus//EN")
    whole.add("VERSION", "2.0")
    whole.add("X-WR-CALNAME", feed.owner.name if feed.with_words else _("Busy"))
    for one in _times(feed, at):
        whole.add_component(_event(one, with_words=feed.with_words))
    text: str = whole.to_ical().decode()
    return text, f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def _times(feed: CalendarFeed, at: datetime) -> "QuerySet[Busy]":
    rows: QuerySet[Busy] = Busy.objects.filter(
        calendar__owner=feed.owner_id,
        calendar__removed_at=None,
        ends_at__gt=at - BACK,
        starts_at__lt=at + AHEAD,
    )
    rows = rows.exclude(meeting__state=MeetingState.CANCELLED)
    if not feed.with_words:
        rows = rows.filter(blocks=True, calendar__counts_as_busy=True)
    return rows.select_related("meeting").order_by("starts_at", "pk")[:MOST]


def _event(one: Busy, *, with_words: bool) -> Event:
    event, meeting = Event(), one.meeting
    # Not the entry's own id, which its server knows: nothing but times can be told from this.
    told = f"{meeting.pk}:{one.starts_at.isoformat()}"
    event.add("UID", f"{hashlib.sha256(told.encode()).hexdigest()[:32]}@isthmus")
    event.add("DTSTAMP", meeting.updated_at)
    event.add("DTSTART", one.starts_at)
    event.add("DTEND", one.ends_at)
    event.add("TRANSP", "OPAQUE" if one.blocks else "TRANSPARENT")
    if with_words and not meeting.is_private:
        event.add("SUMMARY", one.title or str(meeting))
        if meeting.place:
            event.add("LOCATION", meeting.place)
    else:
        event.add("SUMMARY", _("Busy"))
        event.add("CLASS", "PRIVATE")
    return event
