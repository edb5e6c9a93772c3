"""Entries of elsewhere become meetings here, some in one transaction; a second reading changes nothing.

What was changed here meanwhile and is not written there yet does not win over what was changed there: theirs
is read, our words are kept as a note, and said.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import to_us, written_now
from isthmus.core.system_acts import system_act
from isthmus.ledger.facts import Fact
from isthmus.meetings.ics import Entry, Override, Unreadable, as_json, read_entry
from isthmus.meetings.keeping import exceptions_of, lock_calendars, spread
from isthmus.meetings.models import Attendee, Calendar, Meeting, MeetingState
from isthmus.meetings.overlapping import tell_of_guests_beneath
from isthmus.meetings.recording import fact
from isthmus.meetings.writing_out import hash_of
from isthmus.people.matching import holders_of_addresses
from isthmus.people.models import Person
from isthmus.workspace.commands import notify
from isthmus.workspace.models import User

_SAID = (
    "sequence", "title", "starts_at", "ends_at", "zone", "all_day", "place", "notes", "shows_as",
    "is_private", "recurrence",
)  # fmt: skip
_MOST_TOLD = 20  # Single times of one series: more at once are no news.


@dataclass(frozen=True)
class Item:
    """An entry as it lies on a server: its path, its tag, its text."""

    path: str
    etag: str
    text: str


@dataclass
class _Batch:
    calendar: Calendar
    at: datetime
    by_path: dict[str, Meeting]
    by_uid: dict[str, Meeting]
    people: Mapping[str, Person]
    users: Mapping[str, User]
    facts: list[Fact]
    fresh: list[Meeting]
    changed: list[Meeting]
    placed: list[Meeting]  # Of both, those that stand at a time at which they did not stand before.


def take_in(calendar_id: int, items: Sequence[Item], *, at: datetime) -> None:
    """Keep these entries of a calendar. Safe to repeat."""
    with transaction.atomic(), system_act("read_calendar_entries", at=at):
        lock_calendars(User.objects.filter(pk__in=Calendar.objects.filter(pk=calendar_id).values("owner")))
        rows = Calendar.objects.select_for_update(of=("self",)).select_related("owner")
        calendar = rows.filter(pk=calendar_id, removed_at=None).first()
        if calendar is None:
            return
        read, unreadable = _read(calendar, items)
        batch = _batch(calendar, read, at)
        for item, entry in read:
            _take(batch, item, entry)
        touched = [*batch.fresh, *batch.changed]
        spread(touched, at)
        _seat(batch, touched, {item.path: entry for item, entry in read})
        tell_of_guests_beneath(calendar, batch.placed, at)
        if batch.facts:
            ledger.record(batch.facts, by=SYSTEM)
        left = {
            path: tag for path, tag in calendar.unreadable.items() if path not in {i.path for i, _e in read}
        }
        if left | unreadable != calendar.unreadable:
            Calendar.objects.filter(pk=calendar.pk).update(unreadable=left | unreadable)


def forget(calendar_id: int, paths: Iterable[str], *, at: datetime) -> None:
    """What is not there any more goes here too; a meeting with a customer stays, called off."""
    gone = set(paths)
    with transaction.atomic(), system_act("read_calendar_entries", at=at):
        calendar = Calendar.objects.select_for_update().filter(pk=calendar_id).first()
        if calendar is None:
            return
        meetings = list(
            Meeting.objects.filter(calendar=calendar, href__in=gone)
            .select_for_update(of=("self",))
            .select_related("calendar__owner", "person", "account")
        )
        call_off(meetings, at)
        left = {path: tag for path, tag in calendar.unreadable.items() if path not in gone}
        if left != calendar.unreadable:
            Calendar.objects.filter(pk=calendar.pk).update(unreadable=left)


def call_off(meetings: Sequence[Meeting], at: datetime) -> None:
    """These are not on their server any more; in the caller's transaction."""
    facts = []
    for meeting in meetings:
        if meeting.to_write == "put":
            _keep_words(meeting, _("It was deleted on the calendar server."), at)
        meeting.href = meeting.etag = meeting.remote_text = meeting.to_write = ""
        if not meeting.is_of_a_customer and not meeting.kept_note:
            meeting.delete()
            continue
        if meeting.is_standing:
            meeting.state = MeetingState.CANCELLED
            facts.append(fact("meeting.cancelled", meeting, at))
        meeting.version += 1
        meeting.updated_at = written_now()
        meeting.save()
        spread([meeting], at)
    if facts:
        ledger.record(facts, by=SYSTEM)


def adopt(meeting: Meeting, etag: str, text: str, at: datetime) -> None:
    """The entry stands on its server as we say it; in the caller's transaction, the row locked."""
    meeting.etag, meeting.remote_text, meeting.to_write = etag, text, ""
    meeting.save(update_fields=["href", "etag", "remote_text", "to_write"])


def _read(calendar: Calendar, items: Sequence[Item]) -> tuple[list[tuple[Item, Entry]], dict[str, str]]:
    read, unreadable = [], {}
    for item in items:
        try:
            entry = read_entry(item.text, calendar.zone)
        except Unreadable:
            unreadable[item.path] = item.etag
            continue
        read.append((item, entry))
    return read, unreadable


def _batch(calendar: Calendar, read: Sequence[tuple[Item, Entry]], at: datetime) -> _Batch:
    rows = Meeting.objects.filter(calendar=calendar).select_related("calendar__owner", "person", "account")
    locked = rows.select_for_update(of=("self",))
    by_path = {one.href: one for one in locked.filter(href__in=[item.path for item, _entry in read])}
    by_uid = {one.uid: one for one in locked.filter(uid__in=[entry.uid for _item, entry in read])}
    addresses = {guest.email for _item, entry in read for guest in entry.guests if not entry.is_private}
    users = {one.email.lower(): one for one in User.objects.filter(email__in=addresses)}
    people = holders_of_addresses(addresses - users.keys())
    return _Batch(calendar, at, by_path, by_uid, people, users, [], [], [], [])


def _take(batch: _Batch, item: Item, entry: Entry) -> None:
    meeting = batch.by_path.get(item.path) or batch.by_uid.get(entry.uid)
    if meeting is None:
        batch.by_uid[entry.uid] = _new(batch, item, entry)
        return
    if meeting.etag == item.etag and meeting.href == item.path:
        return
    if meeting.to_write:
        if hash_of(entry) in meeting.sent:  # Our own words came back: the job that writes them goes on.
            meeting.href, meeting.etag, meeting.remote_text = item.path, item.etag, item.text
            meeting.save(update_fields=["href", "etag", "remote_text"])
            return
        _keep_words(meeting, _("It was changed on the calendar server meanwhile."), batch.at)
    moved = (meeting.starts_at, meeting.ends_at) != (entry.starts_at, entry.ends_at)
    was_standing, differed = meeting.is_standing, exceptions_of(meeting)
    _set(meeting, item, entry)
    single = _changed_times(meeting, differed, entry)
    meeting.version += 1
    meeting.save()
    batch.changed.append(meeting)
    if moved or single or not was_standing:
        batch.placed.append(meeting)
    if meeting.is_of_a_customer:
        if was_standing and meeting.state == MeetingState.CANCELLED:
            batch.facts.append(fact("meeting.cancelled", meeting, batch.at))
        elif moved and meeting.is_standing:
            batch.facts.append(fact("meeting.moved", meeting, batch.at))
        elif meeting.is_standing:
            batch.facts += [_single(meeting, one, batch.at) for one in single[:_MOST_TOLD]]


def _changed_times(meeting: Meeting, before: Sequence[Override], entry: Entry) -> list[Override]:
    """The single times of a series that were moved or called off there since it was read.

    Each is a change more than guests know of it, whatever the other program counts.
    """
    known = {one.at: one for one in before}
    found = []
    for one in entry.exceptions:
        was = known.get(one.at)
        if was is None or (was.off, was.starts_at, was.ends_at) != (one.off, one.starts_at, one.ends_at):
            number = max(one.sequence, meeting.sequence, (was.sequence if was else 0) + 1)
            found.append(replace(one, sequence=number))
    changed = {one.at: one for one in found}
    if entry.recurrence:
        meeting.exceptions = as_json([changed.get(one.at, one) for one in entry.exceptions])
    return found


def _single(meeting: Meeting, one: Override, at: datetime) -> Fact:
    kind = "meeting.cancelled" if one.off else "meeting.moved"
    begins = one.at if one.off else one.starts_at or one.at
    return fact(kind, meeting, at, time_us=to_us(one.at), starts_us=to_us(begins))


def _new(batch: _Batch, item: Item, entry: Entry) -> Meeting:
    calendar = batch.calendar
    meeting = Meeting(
        calendar=calendar,
        uid=entry.uid or f"{item.path}"[-255:],
        owner=calendar.owner,
        team_id=calendar.team_id,
        made_at=batch.at,
    )
    if not entry.is_private:
        _about(meeting, [batch.people[one.email] for one in entry.guests if one.email in batch.people])
    _set(meeting, item, entry)
    meeting.exceptions = as_json(entry.exceptions) if entry.recurrence else None
    meeting.save()
    batch.fresh.append(meeting)
    batch.placed.append(meeting)
    if meeting.is_of_a_customer and meeting.is_standing:
        batch.facts.append(fact("meeting.booked", meeting, batch.at))
    return meeting


def _about(meeting: Meeting, people: Sequence[Person]) -> None:
    """Whom it is with: the one person of its guests whom the company knows."""
    if len({one.pk for one in people}) == 1:
        meeting.person, meeting.account_id = people[0], people[0].account_id
        meeting.territory_id = people[0].territory_id


def _set(meeting: Meeting, item: Item, entry: Entry) -> None:
    for name in _SAID:
        setattr(meeting, name, getattr(entry, name))
    if meeting.is_standing or meeting.state == MeetingState.CANCELLED:
        meeting.state = entry.state  # What was held or missed stays so.
    meeting.href, meeting.etag, meeting.remote_text, meeting.to_write = item.path, item.etag, item.text, ""
    meeting.updated_at = written_now()


def _keep_words(meeting: Meeting, because: str, at: datetime) -> None:
    """Keep what we said as a note on the meeting, and tell its owner."""
    begins = meeting.starts_at.astimezone(meeting.calendar.zone)
    said = [because, _("Yours was:"), meeting.title, f"{begins:%Y-%m-%d %H:%M}", meeting.place, meeting.notes]
    if meeting.state == MeetingState.CANCELLED:
        said[2:] = [_("called off"), meeting.title]
    earlier = [meeting.kept_note] if meeting.kept_note else []
    meeting.kept_note = "\n".join([*earlier, " ".join(one for one in said if one)])[:4_000]
    owner: Any = meeting.calendar.owner
    text = _("A meeting was changed here and on the calendar server. Theirs stands; yours is kept as a note.")
    notify(user=owner, kind="calendar.conflict", text=text, path=f"/calendar/{meeting.pk}/", at=at)


def _seat(batch: _Batch, meetings: Sequence[Meeting], entries: Mapping[str, Entry]) -> None:
    Attendee.objects.filter(meeting__in=[one.pk for one in meetings]).delete()
    seats = [
        Attendee(
            meeting=meeting,
            email=guest.email,
            name=guest.name,
            person=batch.people.get(guest.email),
            user=batch.users.get(guest.email),
            role=guest.role,
            answer=guest.answer,
        )
        for meeting in meetings
        for guest in entries[meeting.href].guests
    ]
    Attendee.objects.bulk_create(seats, batch_size=1000)
