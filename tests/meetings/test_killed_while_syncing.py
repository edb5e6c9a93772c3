"""A process killed in the middle of a sync: the next one goes on, both sides are equal, none twice."""

import signal
import subprocess
import sys

import pytest

from isthmus.meetings.caldav import reading, writing
from isthmus.meetings.commands import book_meeting, cancel_meeting, edit_meeting
from isthmus.meetings.models import Meeting
from tests.cast import MONDAY_NOON
from tests.jobs.conftest import child_environment
from tests.meetings.test_caldav import TUESDAY, here, on_phone, phone, radicale, written

__all__ = ["here", "phone", "radicale"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases, pytest.mark.processes]


def killed(point, *arguments):
    done = subprocess.run(
        [sys.executable, "-m", "tests.meetings.syncer", *map(str, arguments)],
        env=child_environment()
        | {
            "DJANGO_SETTINGS_MODULE": "isthmus.settings",
            "ISTHMUS_CRASH_AT": point,
            "ISTHMUS_OUTBOUND_TO_THIS_MACHINE": "1",
        },
        timeout=120,
    )
    assert done.returncode == -signal.SIGKILL, f"{point} is not visited"


def both_sides(phone):
    ours = Meeting.objects.exclude(state="cancelled")
    return sorted((one.title, one.starts_at) for one in ours), on_phone(phone)


def test_whatever_is_cut_off_both_sides_are_equal_and_nothing_is_there_twice(here, phone):
    for number in range(5):
        written(phone, f"Entry {number}")
    for point in ("meetings.read.between:2", "meetings.read.before_token"):
        killed(point, "read", here.calendar.pk)
    reading.read_calendar(here.calendar.pk, compare=True)
    there = both_sides(phone)
    assert there[0] == there[1]
    assert len(there[0]) == 5

    made = book_meeting(title="Demo", starts_at=TUESDAY, by=here.by, at=MONDAY_NOON)
    killed("meetings.write.after_put", "write", made.pk)
    reading.read_calendar(here.calendar.pk)  # It comes back before anybody noted that it is there.
    edit_meeting(meeting_id=made.pk, title="Demo two", by=here.by, at=MONDAY_NOON)
    killed("meetings.write.after_put", "write", made.pk)
    writing.write(made.pk)
    reading.read_calendar(here.calendar.pk, compare=True)
    there = both_sides(phone)
    assert there[0] == there[1]
    assert len(there[0]) == 6
    assert not Meeting.objects.exclude(kept_note="", to_write="").exists()

    cancel_meeting(meeting_id=made.pk, by=here.by, at=MONDAY_NOON)
    killed("meetings.write.after_delete", "write", made.pk)
    writing.write(made.pk)
    reading.read_calendar(here.calendar.pk, compare=True)
    there = both_sides(phone)
    assert there[0] == there[1]
    assert len(there[0]) == 5
    here.calendar.refresh_from_db()
    assert (here.calendar.on_server, here.calendar.here) == (5, 5)
