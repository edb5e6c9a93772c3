"""Time that is taken: a guest never gets it; who plans by hand may lie over it, and is told over what."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from isthmus.core import commands
from isthmus.core.clock import now
from isthmus.meetings.commands import (
    book_meeting,
    cancel_meeting,
    edit_calendar,
    edit_meeting,
    move_meeting,
    restore_meeting,
)
from isthmus.meetings.commands.bookings import TimeTaken
from isthmus.meetings.keeping import own_calendar
from isthmus.meetings.models import Booking, Busy, Calendar, Meeting
from isthmus.meetings.overlapping import overlaps_of
from isthmus.meetings.taking_in import Item, take_in
from isthmus.meetings.tasks import spread_series
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Notification, User
from tests.cast import MONDAY_NOON
from tests.meetings.booking import book, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TEN = datetime.fromisoformat("2026-03-04T09:00:00Z")  # Wednesday, ten in Berlin.
HALF, DAY = timedelta(minutes=30), timedelta(days=1)
LUNCH = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//phone//EN\r\nBEGIN:VEVENT\r\nUID:lunch\r\n"
    "DTSTAMP:20260301T000000Z\r\nSUMMARY:Lunch\r\nDTSTART:20260304T090000Z\r\nDTEND:20260304T093000Z\r\n"
    "END:VEVENT\r\nEND:VCALENDAR\r\n"
)


def plan(rita: User, title: str = "Demo", starts_at: datetime = TEN, **more: Any) -> Meeting:
    made: Meeting = book_meeting(title=title, starts_at=starts_at, **more, by=actor_for(rita), at=MONDAY_NOON)
    return made


def phone_of(rita: User) -> Calendar:
    """A calendar of hers that her telephone writes."""
    found: Calendar = Calendar.objects.create(
        owner=rita, source="caldav", name="Phone", address="https://dav.example/work/", made_at=MONDAY_NOON
    )
    return found


def hand(name: str, rita: User) -> Callable[[], object]:
    """One way in which time of hers is taken by hand, ready to be done."""
    by: dict[str, Any] = {"by": actor_for(rita), "at": MONDAY_NOON}
    if name == "made":
        return lambda: plan(rita)
    if name == "on a telephone":
        calendar = phone_of(rita)
        return lambda: take_in(calendar.pk, [Item("/work/lunch.ics", "1", LUNCH)], at=MONDAY_NOON)
    one = plan(rita, starts_at=TEN + DAY if name == "moved" else TEN)
    told = {**by, "meeting_id": one.pk}
    if name == "moved":
        return lambda: move_meeting(**told, starts_at=TEN)
    if name == "put back":
        cancel_meeting(**told)
        return lambda: restore_meeting(**told)
    if name == "busy again":
        edit_meeting(**told, shows_as="free")
        return lambda: edit_meeting(**told, shows_as="busy")
    edit_calendar(**by, calendar_id=one.calendar_id, counts_as_busy=False)
    return lambda: edit_calendar(**by, calendar_id=one.calendar_id, counts_as_busy=True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "name", ["made", "moved", "put back", "busy again", "counts as busy", "on a telephone"]
)
def test_a_guest_who_presses_as_time_is_taken_by_hand_does_not_get_it(rita: User, name: str) -> None:
    page, act = page_of(rita, MONDAY_NOON), hand(name, rita)
    taken, pressed, outcomes = threading.Event(), threading.Event(), []

    def press() -> None:
        taken.wait(30)
        try:
            book(page, TEN, MONDAY_NOON)
            outcomes.append("booked")
        except TimeTaken:
            outcomes.append("taken")
        finally:
            pressed.set()
            connections.close_all()

    guest = threading.Thread(target=press)
    guest.start()
    with transaction.atomic():
        act()
        taken.set()
        # Until the guest waits for us: on SQLite, who writes second waits from the beginning.
        while connection.vendor == "postgresql" and not pressed.is_set() and not _somebody_waits():
            pressed.wait(0.01)
    guest.join(60)

    assert outcomes == ["taken"]
    assert not Booking.objects.exists()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


def test_by_hand_it_may_lie_over_a_booking_and_says_over_which(rita: User, sam: User) -> None:
    booking = book(page_of(rita, MONDAY_NOON), TEN, MONDAY_NOON)
    secret = plan(rita, "Dentist", TEN + 2 * HALF, is_private=True)
    assert secret.lies_over == []  # What ends as another begins is not in its way.

    made = plan(rita, minutes=90)

    assert made.lies_over is not None
    assert [(one["meeting_id"], one["title"]) for one in made.lies_over] == [
        (booking.meeting_id, "First look: Pat Prospect and Rita Reyes"),
        (secret.pk, "Dentist"),
    ]
    told = [(one.title, one.meeting_id) for one in overlaps_of(actor_for(sam), made)]
    assert told[1] == ("", None)  # To Sam that time is only taken.
    away = commands.run("move_meeting", {"meeting_id": made.pk, "starts_at": TEN + DAY},
                        by=actor_for(rita), at=MONDAY_NOON)  # fmt: skip
    assert away.value.lies_over == []
    free = edit_meeting(meeting_id=made.pk, shows_as="free", by=actor_for(rita), at=MONDAY_NOON)
    assert free.lies_over == []
    assert Booking.objects.get().meeting.is_standing


def test_of_a_series_every_time_is_looked_at(rita: User) -> None:
    booking = book(page_of(rita, MONDAY_NOON), TEN + 14 * DAY, MONDAY_NOON)

    weekly = plan(rita, "Weekly", recurrence="FREQ=WEEKLY;COUNT=5")

    assert [one["meeting_id"] for one in weekly.lies_over or []] == [booking.meeting_id]
    Busy.objects.all().delete()
    tomorrow = now().replace(microsecond=0) + DAY
    daily = plan(rita, "Daily", tomorrow, recurrence="FREQ=DAILY;COUNT=3")
    spread_series()
    assert [one.starts_at for one in daily.times.order_by("starts_at")] == [
        tomorrow + n * DAY for n in range(3)
    ]


def test_what_a_telephone_puts_over_a_guests_time_is_told_once(rita: User) -> None:
    book(page_of(rita, MONDAY_NOON), TEN, MONDAY_NOON)
    calendar = phone_of(rita)

    take_in(calendar.pk, [Item("/work/lunch.ics", "1", LUNCH)], at=MONDAY_NOON)
    renamed = LUNCH.replace("SUMMARY:Lunch", "SUMMARY:Late lunch")
    take_in(calendar.pk, [Item("/work/lunch.ics", "2", renamed)], at=MONDAY_NOON)

    (notice,) = Notification.objects.filter(user=rita, kind="meeting.overlap")
    assert notice.path == f"/calendar/{Meeting.objects.get(calendar=calendar).pk}/"
    assert own_calendar(rita).pk != calendar.pk
