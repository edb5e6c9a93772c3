"""What a meeting lies over: other times of its owner that are taken, with words where those may be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from isthmus.core.actors import Actor
from isthmus.meetings.models import Busy, Calendar, Meeting, MeetingState
from isthmus.workspace.commands import notify

Stretch = tuple[datetime, datetime]
_MOST = 5_000


@dataclass(frozen=True)
class Overlap:
    """A time that is taken already. Without a meeting the reader learns only that it is."""

    starts_at: datetime
    ends_at: datetime
    title: str = ""
    meeting_id: int | None = None
    all_day: bool = False

    def as_json(self) -> dict[str, Any]:
        """As the API says it."""
        return {
            "meeting_id": self.meeting_id,
            "title": self.title,
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
        }


def taken_in(
    actor: Actor, owner_id: int | None, times: Sequence[Stretch], *, without: int | None = None
) -> list[Overlap]:
    """The taken times of a user that any of these stretches lies over, in order.

    What ends as another begins lies not over it. Calendars that do not count as busy take no time.
    """
    wanted = sorted((start, stop) for start, stop in times if start < stop)
    if not wanted or owner_id is None:
        return []
    rows = Busy.objects.filter(
        calendar__owner=owner_id,
        calendar__counts_as_busy=True,
        calendar__removed_at=None,
        blocks=True,
        starts_at__lt=max(stop for _start, stop in wanted),
        ends_at__gt=wanted[0][0],
    )
    rows = rows.exclude(meeting__state=MeetingState.CANCELLED).exclude(meeting=without)
    found = [one for one in rows.order_by("starts_at", "pk")[:_MOST] if _meets(one, wanted)]
    read = Meeting.objects.visible_to(actor).in_bulk({one.meeting_id for one in found}) if found else {}
    return [_overlap(one, read.get(one.meeting_id)) for one in found]


def overlaps_of(actor: Actor, meeting: Meeting, *, after: datetime | None = None) -> list[Overlap]:
    """What a meeting that is kept lies over, from a moment on; nothing where it takes no time itself."""
    if not meeting.is_standing or not meeting.calendar.counts_as_busy:
        return []
    times = meeting.times.filter(blocks=True)
    if after is not None:
        times = times.filter(ends_at__gt=after)
    owner = meeting.calendar.owner_id
    return taken_in(actor, owner, list(times.values_list("starts_at", "ends_at")), without=meeting.pk)


def tell_of_guests_beneath(calendar: Calendar, meetings: Sequence[Meeting], at: datetime) -> None:
    """Tell the owner of a calendar which of these, put there by another program, lie over a guest's time."""
    if not meetings or not calendar.counts_as_busy or calendar.owner_id is None:
        return
    ahead = Busy.objects.filter(blocks=True, ends_at__gt=at).exclude(meeting__state=MeetingState.CANCELLED)
    booked = ahead.filter(calendar__owner=calendar.owner_id, meeting__booking__isnull=False)
    taken = sorted(booked.exclude(meeting__in=meetings).values_list("starts_at", "ends_at"))
    if not taken:
        return
    over = {one.meeting_id for one in ahead.filter(meeting__in=meetings) if _meets(one, taken)}
    for number in sorted(over):
        notify(
            user=calendar.owner_id,
            kind="meeting.overlap",
            text=_("What was put into your calendar elsewhere lies over a time that a guest booked."),
            path=f"/calendar/{number}/",
            at=at,
        )


def _meets(one: Busy, wanted: Sequence[Stretch]) -> bool:
    return any(start < one.ends_at and one.starts_at < stop for start, stop in wanted)


def _overlap(one: Busy, meeting: Meeting | None) -> Overlap:
    if meeting is None:
        return Overlap(one.starts_at, one.ends_at)
    return Overlap(one.starts_at, one.ends_at, one.title or str(meeting), meeting.pk, meeting.all_day)
