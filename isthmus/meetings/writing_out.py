"""What changed here and must be written to a calendar server: noted with the act, written by a job."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import Literal

from isthmus.core import queue
from isthmus.meetings.ics import Entry
from isthmus.meetings.models import Meeting

TASK = "meetings.write"
KEPT_HASHES = 8
_SAID = ("title", "starts_at", "ends_at", "all_day", "place", "notes", "state", "shows_as", "is_private")


def note_to_write(meeting: Meeting, what: Literal["put", "delete"]) -> None:
    """Note that its server must hear of a change; the caller saves the row."""
    if meeting.calendar.is_remote:
        never_there = what == "delete" and not meeting.href and not meeting.sent
        meeting.to_write = "" if never_there else what


def ask_to_write(meeting: Meeting, at: datetime | None = None) -> None:
    """Have it written, in the caller's transaction; with a time once more, should a job have been lost."""
    if meeting.to_write:
        again = f":{at.isoformat()}" if at else ""
        key = f"write-meeting:{meeting.pk}:{meeting.version}{again}"
        queue.enqueue(TASK, {"meeting_id": meeting.pk}, key=key)


def hash_of(entry: Entry) -> str:
    """What an entry says, whatever its server made of its lines: so one's own words are known again."""
    said = [str(getattr(entry, name)).replace("\r\n", "\n").strip() for name in _SAID]
    if entry.recurrence:
        said += sorted(entry.recurrence.upper().split(";"))
        said += [json.dumps(replace(one, sequence=0).as_json(), sort_keys=True) for one in entry.exceptions]
    return hashlib.sha256("\x00".join(said).encode()).hexdigest()[:32]
