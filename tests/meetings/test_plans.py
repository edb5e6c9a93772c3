"""Five thousand entries in a calendar: what pages, free times and reminders ask is found by an index."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from isthmus.core.clock import now
from isthmus.meetings.booking.offering import hosts_of
from isthmus.meetings.booking.reminding import due_reminders
from isthmus.meetings.commands import book_meeting
from isthmus.meetings.keeping import own_calendar
from isthmus.meetings.models import Booking, Busy, Meeting
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.meetings.booking import page_of

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ENTRIES, BOOKED = 5_000, 2_500  # Every seven hours; every second one booked, so that one is always due.


@pytest.fixture
def full(rita: User) -> Any:
    """Four years of entries of Rita's, a year of a series; half of them was booked by guests."""
    calendar, at, page = own_calendar(rita), now(), page_of(rita, now())
    starts = [at + (number - ENTRIES * 9 // 10) * timedelta(hours=7) for number in range(ENTRIES)]
    rows = Meeting.objects.bulk_create(
        Meeting(
            calendar=calendar, uid=f"u{number}", title="x", starts_at=start, ends_at=start + DAY / 24,
            zone="UTC", owner=rita, team_id=rita.team_id, made_at=at, updated_at=at,
        )
        for number, start in enumerate(starts)
    )  # fmt: skip
    Busy.objects.bulk_create(
        Busy(calendar=calendar, meeting=one, starts_at=one.starts_at, ends_at=one.ends_at) for one in rows
    )
    Booking.objects.bulk_create(
        Booking(meeting=one, page=page, host=rita, time_zone="UTC", made_at=one.starts_at - 3 * DAY)
        for one in rows[:: ENTRIES // BOOKED]
    )
    by = actor_for(rita)
    book_meeting(title="Daily", starts_at=at + DAY, recurrence="FREQ=DAILY;COUNT=365", by=by, at=at)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return page


def scanned(queries: list[dict[str, str]]) -> list[str]:
    """Every line of a plan by which a table of the room is read from its first row to its last."""
    found = []
    with connection.cursor() as cursor:
        for one in queries:
            if not one["sql"].startswith("SELECT") or "meetings_" not in one["sql"]:
                continue
            explain = "EXPLAIN QUERY PLAN " if connection.vendor == "sqlite" else "EXPLAIN "
            cursor.execute(explain + one["sql"].replace("%", "%%"))
            plan = [str(row[-1]) for row in cursor.fetchall()]
            words = [line.strip().removeprefix("->").split() for line in plan]
            found += [line for line, said in zip(plan, words, strict=True) if _whole(said)]
    return found


def _whole(said: list[str]) -> bool:
    named = said[1:2] if said[:1] == ["SCAN"] else said[3:4] if said[:3] == ["Seq", "Scan", "on"] else []
    return bool(set(named) & {"meetings_busy", "meetings_meeting", "meetings_booking"})


def test_pages_free_times_and_reminders_read_only_what_they_need(
    full: Any, client: Client, rita: User
) -> None:
    at = now()
    client.force_login(rita)
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/calendar/").status_code == 200
        assert client.get(f"/calendar/?day={at - 300 * DAY:%Y-%m-%d}&of=all").status_code == 200
        assert client.get("/calendar/taken/", _form(at)).status_code == 200
        free = hosts_of(full, first=at, before=at + 60 * DAY, now=at).starts(
            now=at, first=at, before=at + 60 * DAY
        )
        due = due_reminders(at)

    assert scanned(asked.captured_queries) == []
    assert free
    assert due
    assert all(
        at < one.meeting.starts_at <= at + DAY
        for one in Booking.objects.filter(pk__in=due).select_related("meeting")
    )


def _form(at: datetime) -> dict[str, str]:
    return {"day": f"{at:%Y-%m-%d}", "hour": "10:00", "length": "60"}
