"""Single times of a series: moved, changed, called off; alone, or with all later ones."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import uuid_utils
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_made
from isthmus.core.clock import to_us, written_now
from isthmus.core.commands import command
from isthmus.core.editing import need_version
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.meetings import repeating
from isthmus.meetings.commands.booking import EDIT, note_overlaps, span_of, title_of
from isthmus.meetings.commands.changing import cancel_meeting, keep_change, lock_time_of, standing
from isthmus.meetings.ics import Override, as_json, overrides_of, with_override
from isthmus.meetings.keeping import exceptions_of, spread, times_by_the_rule
from isthmus.meetings.models import Attendee, Meeting
from isthmus.meetings.recording import fact
from isthmus.meetings.writing_out import ask_to_write, note_to_write
from isthmus.workspace.changing import NothingChanged

_COPIED = (
    "calendar", "title", "zone", "all_day", "place", "notes", "state", "shows_as", "is_private", "person",
    "account", "lead", "deal", "owner", "team_id", "territory_id",
)  # fmt: skip


class NoSuchTime(Refusal):
    """The series does not take place at this time."""


class WholeSeries(Refusal):
    """What is asked would be the whole series."""


def _as_it_was(meeting: Meeting, arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"meeting_id": meeting.pk, "time_at": arguments["time_at"], **(meeting.left or {})}


@command(
    permission=EDIT,
    label=gettext_lazy("Move one time of a series"),
    trade="sales",
    undo="restore_series",
    undo_arguments=_as_it_was,
)
def move_one_time(
    *,
    meeting_id: int,
    time_at: datetime,
    starts_at: datetime,
    by: Actor,
    at: datetime,
    ends_at: datetime | None = None,
    minutes: int | None = None,
    and_later: bool = False,
    version: int | None = None,
) -> Meeting:
    """Move one time of a series, alone or with all later ones; the others stay where they are.

    With the later ones it becomes a series of its own from there on.
    """
    meeting, before = _one_time(meeting_id, time_at, by, version)
    stands = before.starts_at or time_at, before.ends_at or time_at + (meeting.ends_at - meeting.starts_at)
    if ends_at is None and minutes is None:
        ends_at = starts_at + (stands[1] - stands[0])
    span = span_of(starts_at, ends_at, minutes, meeting.all_day, meeting.zone)
    if span == stands:
        raise NothingChanged(_("Nothing was changed: it is at this time already."))
    if and_later:
        return _part(meeting, time_at, {"starts_at": span[0], "ends_at": span[1]}, by, at)
    return _set(meeting, replace(before, starts_at=span[0], ends_at=span[1]), "meeting.moved", by, at)


@command(
    permission=EDIT,
    label=gettext_lazy("Change one time of a series"),
    trade="sales",
    undo="restore_series",
    undo_arguments=_as_it_was,
)
def edit_one_time(
    *,
    meeting_id: int,
    time_at: datetime,
    by: Actor,
    at: datetime,
    title: str | None = None,
    place: str | None = None,
    notes: str | None = None,
    and_later: bool = False,
    version: int | None = None,
) -> Meeting:
    """Change what one time of a series is called, where it is, its notes; alone or with all later ones."""
    meeting, before = _one_time(meeting_id, time_at, by, version)
    given: dict[str, str | None] = {
        "title": None if title is None else title_of(title),
        "place": None if place is None else place.strip()[:500],
        "notes": None if notes is None else notes.strip(),
    }
    now = {name: getattr(before, name) for name in given}
    now = {name: getattr(meeting, name) if value is None else value for name, value in now.items()}
    changes = {name: value for name, value in given.items() if value is not None and now[name] != value}
    if not changes:
        raise NothingChanged(_("Nothing was changed: the meeting says this already."))
    if and_later:
        return _part(meeting, time_at, changes, by, at)
    told: dict[str, Any] = {k: None if v == getattr(meeting, k) else v for k, v in changes.items()}
    length = meeting.ends_at - meeting.starts_at
    one = replace(
        before, **told, starts_at=before.starts_at or time_at, ends_at=before.ends_at or time_at + length
    )
    return _set(meeting, one, "meeting.changed", by, at, fields=sorted(changes))


@command(
    permission=EDIT,
    label=gettext_lazy("Call one time of a series off"),
    trade="sales",
    undo="restore_series",
    undo_arguments=_as_it_was,
)
def cancel_one_time(
    *,
    meeting_id: int,
    time_at: datetime,
    by: Actor,
    at: datetime,
    and_later: bool = False,
    version: int | None = None,
) -> Meeting:
    """Call one time of a series off, alone or with all later ones; the others take place."""
    meeting, _before = _one_time(meeting_id, time_at, by, version)
    if not and_later:
        return _set(meeting, Override(time_at, off=True), "meeting.cancelled", by, at)
    _end_before(meeting, time_at)
    keep_change(meeting, at)
    told: dict[str, Any] = {"time_us": to_us(time_at), "starts_us": to_us(time_at), "and_later": True}
    ledger.record(fact("meeting.cancelled", meeting, at, **told), by=by)
    return meeting


@command(permission=EDIT, label=gettext_lazy("Put times of a series back"), trade="sales")
def restore_series(
    *,
    meeting_id: int,
    time_at: datetime,
    by: Actor,
    at: datetime,
    exceptions: list[dict[str, Any]] | None = None,
    recurrence: str = "",
    later_id: int | None = None,
) -> Meeting:
    """Let one time of a series take place as the rule says, or put back what an act on it replaced.

    With a rule it goes on by that after this time, and the meeting that had taken its place is called off.
    """
    lock_time_of(meeting_id, by)
    meeting = _series(meeting_id, by)
    try:
        back = overrides_of(exceptions or [])
    except (KeyError, ValueError, TypeError):
        raise InvalidInput(
            {"exceptions": _("Give each as it was told: with “at”, and what differs.")}
        ) from None
    if recurrence:
        kept, _gone = repeating.parted(exceptions_of(meeting), time_at)
        meeting.recurrence = recurrence
        found = (*kept, *back)
        if later_id is not None:
            cancel_meeting(meeting_id=later_id, by=by, at=at)
    else:
        found = with_override(exceptions_of(meeting), next(iter(back), None), time_at)
        if found == exceptions_of(meeting):
            raise NothingChanged(_("Nothing was changed: this time is as the series says."))
    number = meeting.sequence + 1
    meeting.exceptions = as_json(
        [replace(one, sequence=number) if one.at == time_at else one for one in found]
    )
    keep_change(meeting, at)
    note_overlaps(meeting, by)
    told: dict[str, Any] = {"time_us": to_us(time_at), "starts_us": to_us(time_at), "fields": ["recurrence"]}
    ledger.record(fact("meeting.changed", meeting, at, **told, and_later=bool(recurrence)), by=by)
    return meeting


def _series(meeting_id: int, by: Actor) -> Meeting:
    meeting = standing(meeting_id, by)
    if not meeting.recurrence:
        raise NoSuchTime(
            _("This meeting takes place only once. Move, change or call off the meeting itself.")
        )
    return meeting


def _one_time(meeting_id: int, time_at: datetime, by: Actor, version: int | None) -> tuple[Meeting, Override]:
    """A series, locked, with how one of its times stands. Raises NoSuchTime."""
    lock_time_of(meeting_id, by)
    meeting = _series(meeting_id, by)
    need_version(meeting, version)
    known = next((one for one in exceptions_of(meeting) if one.at == time_at), None)
    takes_place = meeting.times.filter(Q(at=time_at) | Q(at=None, starts_at=time_at)).exists()
    if not takes_place or (known is not None and known.off):
        raise NoSuchTime(
            _("The series does not take place at this time, or only later than half a year from now.")
        )
    return meeting, known or Override(time_at)


def _set(meeting: Meeting, one: Override, kind: str, by: Actor, at: datetime, **more: Any) -> Meeting:
    """One time as it is to be from now on."""
    before = exceptions_of(meeting)
    meeting.left = {"exceptions": as_json([other for other in before if other.at == one.at])}
    one = replace(one, sequence=meeting.sequence + 1)
    meeting.exceptions = as_json(with_override(before, one, one.at))
    keep_change(meeting, at)
    note_overlaps(meeting, by)
    begins = one.at if one.off else one.starts_at or one.at
    told = {"time_us": to_us(one.at), "starts_us": to_us(begins), **more}
    ledger.record(fact(kind, meeting, at, **told), by=by)
    return meeting


def _part(
    meeting: Meeting, time_at: datetime, changes: Mapping[str, Any], by: Actor, at: datetime
) -> Meeting:
    """End a series before a time, and begin another with these changes there. Gives the earlier one."""
    rule, length = meeting.recurrence, meeting.ends_at - meeting.starts_at
    passed = len(times_by_the_rule(meeting, time_at))
    later = _end_before(meeting, time_at)
    zone = ZoneInfo(meeting.zone)
    starts, ends = changes.get("starts_at", time_at), changes.get("ends_at", time_at + length)
    goes_on = repeating.going_on(rule, passed)
    first = Meeting(
        uid=f"{uuid_utils.uuid7()}@isthmus",
        starts_at=starts,
        ends_at=ends,
        recurrence=repeating.turned(goes_on, time_at.astimezone(zone).date(), starts.astimezone(zone).date()),
        made_at=at,
        updated_at=written_now(),
        **{name: getattr(meeting, name) for name in _COPIED},
    )
    alone = [one for one in later if one.at != time_at]
    first.exceptions = as_json(
        repeating.moved_along(alone, (time_at, time_at + length), (starts, ends), zone)
    )
    for name in ("title", "place", "notes"):
        if name in changes:
            setattr(first, name, changes[name])
    note_to_write(first, "put")
    first.save()
    note_made([first])
    ask_to_write(first)
    _seat_again(meeting, first)
    spread([first], at)
    keep_change(meeting, at)
    assert meeting.left is not None
    meeting.left["later_id"] = first.pk
    note_overlaps(first, by)
    meeting.lies_over = first.lies_over
    moved = "starts_at" in changes
    told: dict[str, Any] = {"time_us": to_us(time_at), "starts_us": to_us(starts), "and_later": True}
    told |= {"later_id": first.pk} | ({} if moved else {"fields": sorted(changes)})
    ledger.record(fact("meeting.moved" if moved else "meeting.changed", meeting, at, **told), by=by)
    return meeting


def _end_before(meeting: Meeting, time_at: datetime) -> Sequence[Override]:
    """Let a series end before a time; what differed from there on. The caller saves it."""
    if time_at <= meeting.starts_at:
        raise WholeSeries(
            _("This is the first time of the series. Move, change or call off the series itself.")
        )
    if meeting.recurrence == "RDATE":
        raise WholeSeries(_("This series lists its days one by one. Change each of them, or all."))
    kept, gone = repeating.parted(exceptions_of(meeting), time_at)
    meeting.left = {"recurrence": meeting.recurrence, "exceptions": as_json(gone)}
    meeting.recurrence = repeating.ended_before(
        meeting.recurrence, time_at.astimezone(UTC), all_day=meeting.all_day, zone=ZoneInfo(meeting.zone)
    )
    meeting.exceptions = as_json(kept)
    return gone


def _seat_again(meeting: Meeting, later: Meeting) -> None:
    Attendee.objects.bulk_create(
        [
            Attendee(
                meeting=later, email=one.email, name=one.name, person_id=one.person_id, user_id=one.user_id,
                role=one.role,
            )
            for one in meeting.attendees.order_by("pk")
        ]
    )  # fmt: skip
