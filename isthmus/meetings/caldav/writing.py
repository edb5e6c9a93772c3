"""Writing what changed here to its calendar server: over the very state that was read, never blindly.

A try that was cut off is known again: what stands there then is what was sent (`Meeting.sent`), so it is
taken for ours and not for somebody's change.
"""

from dataclasses import dataclass
from urllib.parse import quote

from django.db import transaction

from isthmus.core.clock import now
from isthmus.core.crash import crash_point
from isthmus.core.system_acts import system_act
from isthmus.meetings.caldav.client import Dav, Gone, Moved, address_of
from isthmus.meetings.caldav.multistatus import path_of
from isthmus.meetings.caldav.reading import WRONG, note
from isthmus.meetings.credentials import header_of
from isthmus.meetings.ics import Unreadable, new_text, read_entry, with_words
from isthmus.meetings.keeping import words_of
from isthmus.meetings.models import Meeting
from isthmus.meetings.taking_in import Item, adopt, call_off, take_in
from isthmus.meetings.writing_out import KEPT_HASHES, hash_of

_TRIES = 4


@dataclass(frozen=True)
class _Try:
    """What is about to be sent: the row as it stood, where to, over which state, and the text."""

    meeting: Meeting
    url: str
    path: str
    etag: str
    text: str


def write(meeting_id: int) -> None:
    """Write what the server does not have yet of a meeting. What goes wrong stands on its calendar."""
    rows = Meeting.objects.select_related("calendar__server", "calendar__owner")
    meeting = rows.filter(pk=meeting_id).exclude(to_write="").first()
    if meeting is None or not meeting.calendar.is_remote or meeting.calendar.server is None:
        return
    calendar, server = meeting.calendar, meeting.calendar.server
    try:
        dav = Dav(header_of(server))
        for _try in range(_TRIES):
            if not _once(meeting_id, dav):
                break
    except WRONG as wrong:
        note(calendar, str(wrong))
        raise  # The queue tries again, later each time.


def _once(meeting_id: int, dav: Dav) -> bool:
    """One try; whether another is worth it at once."""
    attempt = _prepared(meeting_id)
    if attempt is None:
        return False
    meeting = attempt.meeting
    try:
        if meeting.to_write == "delete":
            dav.delete(attempt.url, attempt.etag)
            crash_point("meetings.write.after_delete")
            return _deleted(attempt)
        etag = dav.put(attempt.url, attempt.text, attempt.etag)
        crash_point("meetings.write.after_put")
    except Moved:
        return _met_theirs(attempt, dav)
    try:
        text, read_tag = dav.entry(attempt.url)
    except Gone:
        return _gone_there(attempt)
    return _written(attempt, etag or read_tag, text, read_tag)


def _prepared(meeting_id: int) -> _Try | None:
    """The row as it stands, its hash noted before anything leaves: so that it is known when it comes back."""
    with transaction.atomic():
        rows = Meeting.objects.select_for_update(of=("self",)).select_related("calendar__owner")
        meeting = rows.filter(pk=meeting_id).exclude(to_write="").first()
        if meeting is None:
            return None
        collection = meeting.calendar.address.rstrip("/") + "/"
        url = address_of(collection, meeting.href) if meeting.href else collection + _name(meeting)
        text = ""
        if meeting.to_write == "put":
            words = words_of(meeting)
            guests = tuple((one.email, one.name) for one in meeting.attendees.all() if one.email)
            text = (
                with_words(meeting.remote_text, words, now())
                if meeting.remote_text
                else new_text(words, now(), guests)
            )
            said = hash_of(read_entry(text, meeting.calendar.zone))
            meeting.sent = [said, *(one for one in meeting.sent if one != said)][:KEPT_HASHES]
            meeting.save(update_fields=["sent"])
        return _Try(meeting, url, path_of(url, url), meeting.etag, text)


def _name(meeting: Meeting) -> str:
    return quote(meeting.uid.replace("/", "-"), safe="@") + ".ics"


def _written(attempt: _Try, etag: str, text: str, read_tag: str) -> bool:
    """Note that it stands there; whether it was changed here meanwhile and must be written once more."""
    with transaction.atomic():
        row = _locked(attempt)
        if row is None:
            return False
        if read_tag and read_tag != etag:  # Changed there right after: the next reading finds it.
            text = attempt.text
        row.href = attempt.path
        moved_on = row.version != attempt.meeting.version
        adopt(row, etag, text, now())
        if moved_on:
            row.to_write = "delete" if row.state == "cancelled" else "put"
            row.save(update_fields=["to_write"])
        return moved_on


def _deleted(attempt: _Try) -> bool:
    with transaction.atomic():
        row = _locked(attempt)
        if row is None:
            return False
        restored = row.state != "cancelled"
        row.href = row.etag = row.remote_text = ""
        row.to_write = "put" if restored else ""
        row.sent = []
        row.save(update_fields=["href", "etag", "remote_text", "to_write", "sent"])
        return restored


def _gone_there(attempt: _Try) -> bool:
    """It was deleted there: theirs holds, our words are kept."""
    at = now()
    with transaction.atomic(), system_act("read_calendar_entries", at=at):
        row = _locked(attempt)
        if row is not None:
            call_off([row], at)
    return False


def _met_theirs(attempt: _Try, dav: Dav) -> bool:
    """Somebody changed it there, or a try of ours got through that nobody noted: look which."""
    try:
        text, etag = dav.entry(attempt.url)
    except Gone:
        return _gone_there(attempt)
    try:
        ours = hash_of(read_entry(text, attempt.meeting.calendar.zone)) in attempt.meeting.sent
    except Unreadable:
        ours = False
    if ours:
        with transaction.atomic():
            row = _locked(attempt)
            if row is not None:
                row.href, row.etag, row.remote_text = attempt.path, etag, text
                row.save(update_fields=["href", "etag", "remote_text"])
        return True  # Over that state what is to be said is said once more; the same words change nothing.
    take_in(attempt.meeting.calendar_id, [Item(attempt.path, etag, text)], at=now())
    return False


def _locked(attempt: _Try) -> Meeting | None:
    rows = Meeting.objects.select_for_update(of=("self",)).select_related(
        "calendar__owner", "person", "account"
    )
    found: Meeting | None = rows.filter(pk=attempt.meeting.pk).first()
    return found
