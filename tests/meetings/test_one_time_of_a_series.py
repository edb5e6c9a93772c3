"""One time of a series: moved, changed, called off, alone or with all later ones; each with its way back."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from isthmus.core import commands
from isthmus.core.refusals import NotFound, Refusal
from isthmus.ledger.models import InboxFact
from isthmus.meetings import repeating
from isthmus.meetings.commands import book_meeting, edit_meeting, invite_guests, move_meeting
from isthmus.meetings.commands.changing import MeetingOver
from isthmus.meetings.commands.series import NoSuchTime, WholeSeries
from isthmus.meetings.ics import Override
from isthmus.meetings.models import Busy, Invitation, Meeting
from isthmus.people.commands import add_person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from prove.post_office import PostOffice
from tests.cast import MONDAY_NOON
from tests.meetings.test_invitations_by_mail import mails_to
from tests.messages.conftest import mailbox_of, run_until_idle

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
TUESDAY = MONDAY_NOON + timedelta(days=1)  # 13:00 in Berlin; from March 29 on that is an hour earlier in UTC.
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def weekly(company: Any, rita: User) -> Meeting:
    pat = add_person(full_name="Pat", email="pat@x.example", by=actor_for(rita), at=MONDAY_NOON)
    made: Meeting = book_meeting(
        title="Weekly", starts_at=TUESDAY, minutes=60, person_id=pat.pk, recurrence="FREQ=WEEKLY;COUNT=6",
        guests=["pat@x.example"], by=actor_for(rita), at=MONDAY_NOON,
    )  # fmt: skip
    return made


def run(name: str, rita: User, meeting: Meeting, time: datetime, **given: Any) -> Any:
    told = {"meeting_id": meeting.pk, "time_at": time, **given}
    return commands.run(name, told, by=actor_for(rita), at=MONDAY_NOON)


def times(meeting: Meeting) -> list[str]:
    """When it takes place, in Berlin, with what each time is called otherwise."""
    rows = Busy.objects.filter(meeting=meeting).order_by("starts_at")
    return [f"{one.starts_at.astimezone(BERLIN):%m-%d %H} {one.title}".strip() for one in rows]


ALL = ["03-03 13", "03-10 13", "03-17 13", "03-24 13", "03-31 13", "04-07 13"]


def test_one_time_is_moved_changed_and_called_off_and_the_others_stay(weekly: Meeting, rita: User) -> None:
    second, third, fourth = (TUESDAY + number * WEEK for number in (1, 2, 3))
    done = [
        run("move_one_time", rita, weekly, second, starts_at=second + 25 * HOUR),
        run("edit_one_time", rita, weekly, third, title="With their boss", place="Room 4"),
        run("cancel_one_time", rita, weekly, fourth),
    ]
    apart = ["03-03 13", "03-11 14", "03-17 13 With their boss", "03-31 13", "04-07 13"]
    assert times(weekly) == apart
    assert done[0].value.sequence == 1
    kinds = InboxFact.objects.filter(kind__in=["meeting.moved", "meeting.changed", "meeting.cancelled"])
    assert kinds.count() == 3
    assert all("time_us" in str(one.props) for one in kinds)

    edit_meeting(meeting_id=weekly.pk, title="Regular", by=actor_for(rita), at=MONDAY_NOON)
    assert times(weekly) == apart
    for one in reversed(done):
        commands.undo(one.batch, by=actor_for(rita), at=MONDAY_NOON)
    assert times(weekly) == ALL


def test_moved_twice_its_undo_is_the_time_before(weekly: Meeting, rita: User) -> None:
    run("move_one_time", rita, weekly, TUESDAY, starts_at=TUESDAY + HOUR)
    again = run("move_one_time", rita, weekly, TUESDAY, starts_at=TUESDAY + 2 * HOUR, minutes=30)
    assert times(weekly)[0] == "03-03 15"

    commands.undo(again.batch, by=actor_for(rita), at=MONDAY_NOON)

    assert times(weekly)[0] == "03-03 14"
    assert Busy.objects.filter(meeting=weekly, at=TUESDAY).get().ends_at == TUESDAY + 2 * HOUR


def test_this_and_all_later_ones_become_a_series_of_their_own(weekly: Meeting, rita: User) -> None:
    third, fifth = TUESDAY + 2 * WEEK, datetime(2026, 3, 31, 11, tzinfo=UTC)
    run("cancel_one_time", rita, weekly, fifth)

    done = run("move_one_time", rita, weekly, third, starts_at=third + 23 * HOUR, and_later=True)

    later = Meeting.objects.exclude(pk=weekly.pk).get()
    assert times(weekly) == ["03-03 13", "03-10 13"]
    assert times(later) == ["03-18 12", "03-25 12", "04-08 12"]  # What was called off moved along.
    assert (later.person, later.recurrence) == (weekly.person, "FREQ=WEEKLY;COUNT=4")
    assert later.attendees.get().email == "pat@x.example"
    assert InboxFact.objects.filter(kind="meeting.booked").count() == 1  # Nobody booked anything anew.
    commands.undo(done.batch, by=actor_for(rita), at=MONDAY_NOON)
    assert times(weekly) == [one for one in ALL if one != "03-31 13"]
    assert Meeting.objects.get(pk=later.pk).state == "cancelled"

    ended = run("cancel_one_time", rita, weekly, third, and_later=True)
    assert times(weekly) == ["03-03 13", "03-10 13"]
    commands.undo(ended.batch, by=actor_for(rita), at=MONDAY_NOON)
    assert times(weekly) == [one for one in ALL if one != "03-31 13"]


def test_all_of_it_moves_with_its_days_and_with_what_differs(rita: User) -> None:
    meeting = book_meeting(
        title="Weekly", starts_at=TUESDAY, recurrence="FREQ=WEEKLY;BYDAY=TU;COUNT=3",
        by=actor_for(rita), at=MONDAY_NOON,
    )  # fmt: skip
    run("edit_one_time", rita, meeting, TUESDAY + WEEK, title="Other")

    move_meeting(meeting_id=meeting.pk, starts_at=TUESDAY + 25 * HOUR, by=actor_for(rita), at=MONDAY_NOON)
    assert times(meeting) == ["03-04 14", "03-11 14 Other", "03-18 14"]
    move_meeting(meeting_id=meeting.pk, starts_at=TUESDAY, by=actor_for(rita), at=MONDAY_NOON)
    assert times(meeting) == ["03-03 13", "03-10 13 Other", "03-17 13"]


def test_what_is_no_time_of_it_is_refused(weekly: Meeting, rita: User, olga: User) -> None:
    once = book_meeting(title="Once", starts_at=TUESDAY, by=actor_for(rita), at=MONDAY_NOON)
    run("cancel_one_time", rita, weekly, TUESDAY + WEEK)
    for meeting, time, refusal in (
        (weekly, TUESDAY + HOUR, NoSuchTime),
        (weekly, TUESDAY + WEEK, NoSuchTime),
        (once, TUESDAY, NoSuchTime),
    ):
        with pytest.raises(refusal):
            run("cancel_one_time", rita, meeting, time)
    with pytest.raises(WholeSeries):
        run("cancel_one_time", rita, weekly, TUESDAY, and_later=True)
    with pytest.raises(NotFound):
        run("cancel_one_time", olga, weekly, TUESDAY)
    with pytest.raises(Refusal, match="at this time already"):
        run("move_one_time", rita, weekly, TUESDAY, starts_at=TUESDAY)
    commands.run("cancel_meeting", {"meeting_id": weekly.pk}, by=actor_for(rita), at=MONDAY_NOON)
    with pytest.raises(MeetingOver):
        run("cancel_one_time", rita, weekly, TUESDAY)


def test_guests_are_told_of_the_one_time_once(weekly: Meeting, rita: User, office: PostOffice) -> None:
    mailbox_of(rita, office.port)
    invite_guests(meeting_id=weekly.pk, by=actor_for(rita), at=MONDAY_NOON)
    second, third = TUESDAY + WEEK, TUESDAY + 2 * WEEK
    run("move_one_time", rita, weekly, second, starts_at=second + HOUR)
    run("cancel_one_time", rita, weekly, third)
    later = run("edit_one_time", rita, weekly, third + WEEK, place="Room 4", and_later=True)
    _all_mailed()

    told = [_main_in(mail) for mail in mails_to(office, "pat@x.example")]
    said = [
        (
            one["SEQUENCE"],
            "RRULE" in one,
            str(one.get("STATUS")),
            getattr(one.get("RECURRENCE-ID"), "dt", None),
        )
        for one in told
        if one["UID"] == weekly.uid
    ]
    assert said[0] == (0, True, "CONFIRMED", None)
    assert (1, False, "CONFIRMED", second) in said
    assert (2, False, "CANCELLED", third) in said
    assert (3, True, "CONFIRMED", None) in said  # The series ends earlier …
    other = Meeting.objects.exclude(pk=weekly.pk).get()
    assert [str(one["LOCATION"]) for one in told if one["UID"] == other.uid] == [
        "Room 4"
    ]  # … and goes on so.
    assert later.value.pk == weekly.pk
    count = len(told)
    assert Invitation.objects.count() == count
    _all_mailed()
    assert len(mails_to(office, "pat@x.example")) == count


def _all_mailed() -> None:
    """Each mail is a job of its own that the one before it makes, due a little later each time."""
    for _turn in range(4):
        run_until_idle()


def _main_in(mail: Any) -> Any:
    """What a mail's calendar says of the meeting itself; singles of a series stand after it."""
    part = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
    return Calendar.from_ical(part.get_content()).walk("VEVENT")[0]


def test_rules_are_parted_and_turned() -> None:
    march, april = date(2026, 3, 10), date(2026, 3, 12)  # The second Tuesday, the second Thursday.

    assert repeating.turned("FREQ=WEEKLY;BYDAY=TU,FR", march, april) == "FREQ=WEEKLY;BYDAY=TH,SU"
    assert repeating.turned("FREQ=MONTHLY;BYDAY=2TU", march, april) == "FREQ=MONTHLY;BYDAY=2TH"
    assert repeating.turned("FREQ=MONTHLY;BYMONTHDAY=10", march, april) == "FREQ=MONTHLY;BYMONTHDAY=12"
    assert repeating.turned("FREQ=DAILY;COUNT=3", march, april) == "FREQ=DAILY;COUNT=3"
    assert repeating.turned("RDATE", march, april) == "RDATE"
    ended = repeating.ended_before("FREQ=DAILY;COUNT=3", TUESDAY, all_day=False, zone=BERLIN)
    assert ended == "FREQ=DAILY;UNTIL=20260303T115959Z"
    ended = repeating.ended_before("FREQ=DAILY", TUESDAY, all_day=True, zone=BERLIN)
    assert ended == "FREQ=DAILY;UNTIL=20260302"
    assert repeating.going_on("FREQ=DAILY;COUNT=3", 2) == "FREQ=DAILY;COUNT=1"
    moved = Override(TUESDAY, starts_at=TUESDAY + 5 * HOUR, ends_at=TUESDAY + 6 * HOUR)
    (along,) = repeating.moved_along(
        [moved], (TUESDAY, TUESDAY + HOUR), (TUESDAY + HOUR, TUESDAY + 2 * HOUR), BERLIN
    )
    assert (along.at, along.starts_at) == (TUESDAY + HOUR, TUESDAY + 5 * HOUR)
