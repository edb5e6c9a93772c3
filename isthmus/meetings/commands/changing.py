"""Meetings moved, changed, called off and put back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_changing
from isthmus.core.clock import written_now
from isthmus.core.commands import command
from isthmus.core.editing import need_version
from isthmus.core.refusals import NotFound, Refusal
from isthmus.meetings.commands.booking import EDIT, note_overlaps, rule_of, span_of, title_of
from isthmus.meetings.ics import as_json
from isthmus.meetings.keeping import exceptions_of, lock_calendars, spread
from isthmus.meetings.models import Meeting, MeetingState, Source
from isthmus.meetings.recording import fact
from isthmus.meetings.repeating import moved_along, turned
from isthmus.meetings.writing_out import ask_to_write, note_to_write
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.models import User

_NOTED = ("starts_at", "ends_at", "state", "title", "place", "notes", "recurrence", "exceptions")


class MeetingOver(Refusal):
    """What was called off, held or missed is not changed any more."""


class MeetingStands(Refusal):
    """Only what was called off can be put back."""


class OnlyRead(Refusal):
    """The meeting stands in a calendar that is only read here."""


def _before(meeting: Meeting, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"meeting_id": meeting.pk, **(meeting.left or {})}


@command(
    permission=EDIT,
    label=gettext_lazy("Move a meeting"),
    trade="sales",
    undo="move_meeting",
    undo_arguments=_before,
)
def move_meeting(
    *,
    meeting_id: int,
    starts_at: datetime,
    by: Actor,
    at: datetime,
    ends_at: datetime | None = None,
    minutes: int | None = None,
    version: int | None = None,
) -> Meeting:
    """Move a meeting; without an end it lasts as long as before. A series moves as a whole.

    It may lie over time that is taken; which that is stands in `lies_over`.
    """
    lock_time_of(meeting_id, by)
    meeting = standing(meeting_id, by)
    need_version(meeting, version)
    lasted = meeting.ends_at - meeting.starts_at
    if ends_at is None and minutes is None:
        ends_at = starts_at + lasted
    starts, ends = span_of(starts_at, ends_at, minutes, meeting.all_day, meeting.zone)
    if (starts, ends) == (meeting.starts_at, meeting.ends_at):
        raise NothingChanged(_("Nothing was changed: the meeting is at this time already."))
    meeting.left = {"starts_at": meeting.starts_at, "ends_at": meeting.ends_at}
    if meeting.recurrence:
        _move_series(meeting, starts, ends)
    meeting.starts_at, meeting.ends_at = starts, ends
    keep_change(meeting, at)
    note_overlaps(meeting, by)
    ledger.record(fact("meeting.moved", meeting, at), by=by)
    return meeting


@command(
    permission=EDIT,
    label=gettext_lazy("Change a meeting"),
    trade="sales",
    undo="edit_meeting",
    undo_arguments=_before,
)
def edit_meeting(
    *,
    meeting_id: int,
    by: Actor,
    at: datetime,
    title: str | None = None,
    place: str | None = None,
    notes: str | None = None,
    is_private: bool | None = None,
    shows_as: Literal["busy", "free"] | None = None,
    recurrence: str | None = None,
    version: int | None = None,
) -> Meeting:
    """Change what a meeting is called, where it is, its notes, who reads it, whether its time is taken."""
    lock_time_of(meeting_id, by)
    meeting = standing(meeting_id, by)
    need_version(meeting, version)
    given: dict[str, Any] = {"is_private": is_private, "shows_as": shows_as}
    given["title"] = None if title is None else title_of(title)
    given["place"] = None if place is None else place.strip()[:500]
    given["notes"] = None if notes is None else notes.strip()
    given["recurrence"] = None if recurrence is None else rule_of(recurrence)
    changes = {k: v for k, v in given.items() if v is not None and getattr(meeting, k) != v}
    if not changes:
        raise NothingChanged(_("Nothing was changed: the meeting says this already."))
    meeting.left = {name: getattr(meeting, name) for name in changes}
    for name, value in changes.items():
        setattr(meeting, name, value)
    keep_change(meeting, at)
    if {"shows_as", "recurrence"} & changes.keys():
        note_overlaps(meeting, by)
    ledger.record(fact("meeting.changed", meeting, at, fields=sorted(changes)), by=by)
    return meeting


@command(permission=EDIT, label=gettext_lazy("Call a meeting off"), trade="sales", undo="restore_meeting")
def cancel_meeting(*, meeting_id: int, by: Actor, at: datetime) -> Meeting:
    """Call a meeting off: its time is free again, and it goes from the calendar server too."""
    meeting = standing(meeting_id, by)
    meeting.state = MeetingState.CANCELLED
    keep_change(meeting, at, "delete")
    ledger.record(fact("meeting.cancelled", meeting, at), by=by)
    return meeting


@command(permission=EDIT, label=gettext_lazy("Put a meeting back"), trade="sales", undo="cancel_meeting")
def restore_meeting(*, meeting_id: int, by: Actor, at: datetime) -> Meeting:
    """Let a meeting that was called off take place after all, also where its time was taken since."""
    lock_time_of(meeting_id, by)
    meeting = locked(meeting_id, by)
    if meeting.state != MeetingState.CANCELLED:
        raise MeetingStands(_("This meeting was not called off."))
    meeting.state = MeetingState.CONFIRMED
    keep_change(meeting, at)
    note_overlaps(meeting, by)
    ledger.record(fact("meeting.restored", meeting, at), by=by)
    return meeting


def _move_series(meeting: Meeting, starts: datetime, ends: datetime) -> None:
    """The days that its rule names, and what differs at single times, go along with a series."""
    zone, was = ZoneInfo(meeting.zone), (meeting.starts_at, meeting.ends_at)
    meeting.exceptions = as_json(moved_along(exceptions_of(meeting), was, (starts, ends), zone))
    days = was[0].astimezone(zone).date(), starts.astimezone(zone).date()
    meeting.recurrence = turned(meeting.recurrence, *days)


def standing(meeting_id: int, by: Actor) -> Meeting:
    """A meeting that somebody may change and that is still to take place. Raises NotFound, MeetingOver."""
    meeting = locked(meeting_id, by)
    if not meeting.is_standing:
        told = {"state": meeting.get_state_display().lower()}
        raise MeetingOver(_("This meeting is over: %(state)s. Take that back first.") % told)
    return meeting


def lock_time_of(meeting_id: int, by: Actor) -> None:
    """Hold the time of whose calendar a meeting is in, before the meeting itself."""
    rows = Meeting.objects.visible_to(by, EDIT).filter(pk=meeting_id)
    lock_calendars(User.objects.filter(pk__in=rows.values("calendar__owner")))


def locked(meeting_id: int, by: Actor) -> Meeting:
    """A meeting that somebody may change, for this transaction. Raises NotFound."""
    rows = Meeting.objects.visible_to(by, EDIT).select_for_update(of=("self",))
    related = rows.select_related("calendar", "person", "account", "lead", "deal", "activity")
    meeting: Meeting | None = related.filter(pk=meeting_id).first()
    if meeting is None:
        raise NotFound(_("There is no such meeting any more, or your role does not reach it."))
    return meeting


def need_writable(meeting: Meeting) -> None:
    """Refuse to change what is only read here: it would come back as it was with the next reading."""
    if meeting.calendar.source == Source.ICS or not meeting.calendar.can_write:
        raise OnlyRead(_("This meeting stands in a calendar that is only read. Change it where it was made."))


def keep_change(meeting: Meeting, at: datetime, what: Literal["put", "delete"] = "put") -> None:
    """Keep what was changed of a meeting: its times spread anew, its server told. Raises OnlyRead."""
    need_writable(meeting)
    note_changing(Meeting, [meeting.pk], _NOTED)
    meeting.sequence += 1
    meeting.version += 1
    meeting.updated_at = written_now()
    note_to_write(meeting, what)
    meeting.save()
    ask_to_write(meeting)
    spread([meeting], at)
