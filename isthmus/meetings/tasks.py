"""What the queue does for calendars: looks, reads, writes, spreads out; tells guests and hears them."""

import json
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from isthmus.core import queue
from isthmus.core.clock import from_us, now
from isthmus.core.models import Job
from isthmus.core.queue.models import JobState
from isthmus.meetings.booking.reminding import remind_guests
from isthmus.meetings.caldav import discovering, reading, writing
from isthmus.meetings.commands.calendars import LOOK, READ
from isthmus.meetings.keeping import spread
from isthmus.meetings.mailing.hearing import hear
from isthmus.meetings.mailing.telling import tell_guests
from isthmus.meetings.mailing.wording import Change
from isthmus.meetings.models import Calendar, Invitation, Meeting, MeetingState, Source
from isthmus.meetings.subscribing import read_address_of
from isthmus.meetings.writing_out import TASK, ask_to_write

_TOLD = {"title", "place", "recurrence"}  # What guests are told of when it changes.
_LIVE = [JobState.READY, JobState.RUNNING, JobState.HELD]
_FAILING_EVERY = timedelta(minutes=30)
_MINUTES = {Source.CALDAV: 5, Source.ICS: 30}


@queue.task(name=LOOK, outgoing=True, max_attempts=3, priority=1)
def look(server_id: int) -> None:
    """Look which calendars a server has."""
    discovering.look(server_id)


@queue.task(name=READ, outgoing=True, max_attempts=3, priority=-1)
def read(calendar_id: int, compare: bool = False) -> None:
    """Read what is new in a calendar."""
    reading.read_calendar(calendar_id, compare=compare)
    read_address_of(calendar_id)


@queue.task(name=TASK, outgoing=True, max_attempts=20)
def write(meeting_id: int) -> None:
    """Write a meeting to its calendar server."""
    writing.write(meeting_id)


@queue.schedule(every="1m")
@queue.task(name="meetings.read_due", outgoing=False, max_attempts=3)
def read_due() -> None:
    """Have every calendar read that is due, and every meeting written whose job was lost."""
    at = now()
    live = Job.objects.filter(name__in=[READ, TASK], state__in=_LIVE).values_list("name", "args")
    busy = {(name, next(iter(args.values()))) for name, args in live}
    for calendar in Calendar.objects.kept().exclude(source=Source.OWN):
        if (READ, calendar.pk) not in busy and _is_due(calendar, at.minute):
            slot = at.replace(second=0, microsecond=0).isoformat()
            queue.enqueue(READ, {"calendar_id": calendar.pk}, key=f"read-calendar:{calendar.pk}:{slot}")
    for meeting in Meeting.objects.exclude(to_write="").filter(calendar__removed_at=None)[:500]:
        if (TASK, meeting.pk) not in busy:
            ask_to_write(meeting, at)


def _is_due(calendar: Calendar, minute: int) -> bool:
    failing = calendar.failing_since is not None and now() - calendar.failing_since > _FAILING_EVERY
    every = 30 if failing else _MINUTES[Source(calendar.source)]
    return (minute + calendar.pk) % every == 0


@queue.schedule(every="24h")
@queue.task(name="meetings.spread", outgoing=False, max_attempts=3)
def spread_series() -> None:
    """Write down when what repeats takes place, for the days that came into sight."""
    at = now()
    rows = Meeting.objects.exclude(recurrence="").exclude(state=MeetingState.CANCELLED)
    numbers = list(rows.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), 200):
        # Together, so that no time looks free in between; locked, so that none is spread as it was before.
        with transaction.atomic():
            rows = Meeting.objects.filter(pk__in=numbers[start : start + 200])
            spread(rows.select_related("calendar").select_for_update(of=("self",)), at)


@queue.reaction(
    "meeting.booked", "meeting.moved", "meeting.changed", "meeting.cancelled", "meeting.restored",
    name="meetings.tell_guests", outgoing=False, label=_("Mail guests what becomes of their meeting"),
)  # fmt: skip
def tell(fact: dict[str, Any]) -> None:
    """Mail the guests of a meeting how it stands now."""
    props = _props(fact)
    parted = bool(props.get("and_later"))
    if fact["kind"] == "meeting.changed" and not parted and not _TOLD & set(props.get("fields", ())):
        return  # Notes are ours alone.
    change: Change = "moved" if fact["kind"] == "meeting.moved" else "changed"
    by_guest = fact.get("actor_kind") == "person"
    number, time = props["meeting_id"], props.get("time_us")
    single = from_us(time) if time is not None and not parted else None
    tell_guests(number, at=now(), change=change, by_guest=by_guest, time=single)
    if later := props.get("later_id"):
        invited = Invitation.objects.filter(meeting=number, message__isnull=False).exists()
        tell_guests(later, at=now(), asked=invited)


@queue.reaction(
    "message.received",
    name="meetings.hear_calendar",
    outgoing=False,
    label=_("Read calendars that come by mail"),
)
def hear_calendar(fact: dict[str, Any]) -> None:
    """Take over what a mail's calendar says."""
    props = _props(fact)
    if props.get("calendar"):
        hear(props["message_id"], at=now())


@queue.schedule(every="10m")
@queue.task(name="meetings.remind_guests", outgoing=False, max_attempts=3)
def remind() -> None:
    """Mail guests the day before their meeting."""
    remind_guests(now())


def _props(fact: dict[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(fact.get("props") or "{}")
    return told
