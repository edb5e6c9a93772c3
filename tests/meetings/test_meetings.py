"""Meetings: made, moved, changed, called off, held or missed; each with its fact and its way back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from isthmus.automation.enrolling import what_stops
from isthmus.core import commands
from isthmus.core.actors import SYSTEM, Actor, Scope
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.ledger.reading import snapshot
from isthmus.meetings import queries
from isthmus.meetings.commands import book_meeting, edit_calendar, move_meeting, record_meeting_held
from isthmus.meetings.commands.changing import MeetingOver
from isthmus.meetings.commands.outcomes import NotYetBegun, SaidAlready
from isthmus.meetings.models import Busy, Meeting
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal
from isthmus.sales.day.queue import queue_of
from isthmus.sales.models import Activity, Task
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
HOUR = timedelta(hours=1)
TUESDAY = MONDAY_NOON + timedelta(days=1)


@pytest.fixture
def pat(company, rita):
    return add_person(full_name="Pat Prospect", email="pat@x.example", by=actor_for(rita), at=MONDAY_NOON)


@pytest.fixture
def deal(pat, pipeline, rita):
    return open_deal(name="Big", person_id=pat.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)


@pytest.fixture
def meeting(deal, rita):
    return book_meeting(
        title="Demo", starts_at=TUESDAY, minutes=60, deal_id=deal.pk, guests=["pat@x.example"],
        by=actor_for(rita), at=MONDAY_NOON,
    )  # fmt: skip


def facts(kind):
    with snapshot() as found:
        asked = "SELECT subject, deal_id, owner, natural_key, props FROM facts WHERE kind = ?"
        return found.execute(asked, [kind]).fetchall()


def run(name, user, at=MONDAY_NOON, **arguments):
    return commands.run(name, arguments, by=actor_for(user), at=at)


def test_a_meeting_on_a_deal_is_with_its_person_in_ones_own_calendar(meeting, pat, deal, rita):
    assert (meeting.person, meeting.deal, meeting.owner, meeting.team) == (pat, deal, rita, rita.team)
    assert (meeting.calendar.source, meeting.calendar.owner, meeting.zone) == ("own", rita, "Europe/Berlin")
    assert [seat.person for seat in meeting.attendees.all()] == [pat]
    (fact,) = facts("meeting.booked")
    assert fact[:3] == (pat.subject, deal.pk, rita.pk)
    assert "Demo" not in str(fact)
    assert what_stops({"kind": "meeting.booked"})[0] == "meeting"  # A cadence ends with it.
    (taken,) = queries.busy_between([rita.pk], MONDAY_NOON, TUESDAY + HOUR)
    assert (taken["starts_at"], taken["ends_at"]) == (TUESDAY, TUESDAY + HOUR)


def test_each_act_has_its_way_back(meeting, rita):
    for name, arguments, changed in [
        ("move_meeting", {"starts_at": TUESDAY + HOUR}, "starts_at"),
        ("edit_meeting", {"title": "Second demo", "place": "Room 4"}, "title"),
        ("cancel_meeting", {}, "state"),
    ]:
        before = getattr(Meeting.objects.get(pk=meeting.pk), changed)
        done = run(name, rita, meeting_id=meeting.pk, **arguments)
        assert getattr(Meeting.objects.get(pk=meeting.pk), changed) != before
        commands.undo(done.batch, by=actor_for(rita), at=MONDAY_NOON)
        assert getattr(Meeting.objects.get(pk=meeting.pk), changed) == before
    moved = Meeting.objects.get(pk=meeting.pk)
    assert (moved.starts_at, moved.ends_at, moved.place) == (TUESDAY, TUESDAY + HOUR, "")
    assert [one.starts_at for one in Busy.objects.all()] == [TUESDAY]


def test_what_was_called_off_takes_no_time_and_is_not_moved(meeting, rita):
    run("cancel_meeting", rita, meeting_id=meeting.pk)

    assert not queries.busy_between([rita.pk], MONDAY_NOON, TUESDAY + HOUR)
    with pytest.raises(MeetingOver, match="over: cancelled"):
        move_meeting(meeting_id=meeting.pk, starts_at=TUESDAY, by=actor_for(rita), at=MONDAY_NOON)


def test_a_held_meeting_is_an_activity_with_outcome_objection_and_next_step_once(meeting, pat, deal, rita):
    said = {"text": "Liked it", "objection": "price", "next_step": "Send the quote"}
    held = run("record_meeting_held", rita, at=TUESDAY + HOUR, meeting_id=meeting.pk, **said)

    (activity,) = Activity.objects.all()
    assert (activity.kind, activity.outcome, activity.objection) == ("meeting", "held", "price")
    assert (activity.at, activity.minutes, activity.person, activity.deal) == (TUESDAY, 60, pat, deal)
    assert Task.objects.get().text == "Send the quote"
    assert facts("meeting.held")[0][3] == f"meeting.outcome:{meeting.pk}:1772539200000000"
    with pytest.raises(MeetingOver):
        run("record_meeting_missed", rita, at=TUESDAY + HOUR, meeting_id=meeting.pk)

    commands.undo(held.batch, by=actor_for(rita), at=TUESDAY + HOUR)

    assert not Activity.objects.exists()
    assert Task.objects.get().state == "cancelled"
    run("record_meeting_missed", rita, at=TUESDAY + HOUR, meeting_id=meeting.pk)
    assert Activity.objects.get().outcome == "no_show"
    assert not Activity.objects.get().is_contact


def test_nobody_knows_before_its_time_whether_a_meeting_takes_place(meeting, rita):
    with pytest.raises(NotYetBegun):
        record_meeting_held(meeting_id=meeting.pk, by=actor_for(rita), at=MONDAY_NOON)


def test_of_a_series_each_time_is_an_activity_and_it_goes_on(deal, rita):
    weekly = book_meeting(
        title="Weekly", starts_at=TUESDAY, deal_id=deal.pk, recurrence="FREQ=WEEKLY;COUNT=8",
        by=actor_for(rita), at=MONDAY_NOON,
    )  # fmt: skip
    starts = list(Busy.objects.order_by("starts_at").values_list("starts_at", flat=True))
    # The clocks go forward in Berlin on March 29: it stays at 13:00 there.
    hours = {one.astimezone(ZoneInfo("Europe/Berlin")).hour for one in starts}
    assert (len(starts), hours) == (8, {13})
    assert starts[4] == datetime(2026, 3, 31, 11, tzinfo=UTC)

    for week in (0, 1):
        at = TUESDAY + timedelta(weeks=week) + HOUR
        record_meeting_held(meeting_id=weekly.pk, by=actor_for(rita), at=at)
        with pytest.raises(SaidAlready):
            record_meeting_held(meeting_id=weekly.pk, by=actor_for(rita), at=at)

    assert [one.at for one in Activity.objects.order_by("at")] == starts[:2]
    assert Meeting.objects.get(pk=weekly.pk).state == "confirmed"


@pytest.mark.parametrize(
    ("named", "more"),
    [
        ("title", {"title": " "}),
        ("ends_at", {"ends_at": MONDAY_NOON}),
        ("ends_at", {"minutes": 10, "ends_at": TUESDAY + HOUR}),
        ("time_zone", {"time_zone": "Mars/Phobos"}),
        ("recurrence", {"recurrence": "FREQ=SECONDLY"}),
        ("recurrence", {"recurrence": "every Monday"}),
        ("guests", {"guests": ["nobody"]}),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(company, rita, named, more):
    with pytest.raises(InvalidInput) as refused:
        book_meeting(**{"title": "x", "starts_at": TUESDAY, **more}, by=actor_for(rita), at=MONDAY_NOON)
    assert list(refused.value.errors) == [named]


def test_whole_days_are_those_of_the_zone_also_when_the_clocks_change(company, rita):
    day = book_meeting(
        title="Fair", starts_at=datetime(2026, 3, 29, 9, tzinfo=UTC), minutes=60, all_day=True,
        by=actor_for(rita), at=MONDAY_NOON,
    )  # fmt: skip

    assert day.ends_at - day.starts_at == timedelta(hours=23)
    assert day.starts_at == datetime(2026, 3, 28, 23, tzinfo=UTC)


def test_others_see_busy_without_words_unless_it_is_shared_and_not_private(meeting, rita, sam, olga):
    secret = book_meeting(
        title="Doctor", starts_at=TUESDAY + 3 * HOUR, is_private=True, by=actor_for(rita), at=MONDAY_NOON
    )
    window = (MONDAY_NOON, TUESDAY + 9 * HOUR)

    def shown(user):
        return [one.title for one in queries.shown_between(actor_for(user), [rita], *window)]

    assert shown(rita) == ["Demo", "Doctor"]
    assert shown(sam) == ["Demo", ""]
    assert shown(olga) == []
    sams = set(Meeting.objects.visible_to(actor_for(sam)).values_list("pk", flat=True))
    assert sams == {meeting.pk}
    with pytest.raises(NotFound):
        move_meeting(meeting_id=secret.pk, starts_at=TUESDAY, by=actor_for(sam), at=MONDAY_NOON)
    all_rights = Actor(kind="user", id=sam.pk, grants={"meetings.view": Scope.ALL})
    assert secret not in Meeting.objects.visible_to(all_rights)

    edit_calendar(calendar_id=meeting.calendar_id, shared=False, by=actor_for(rita), at=MONDAY_NOON)

    assert shown(sam) == ["", ""]
    assert not Meeting.objects.visible_to(actor_for(sam)).exists()


def test_my_day_has_todays_meetings_and_asks_of_those_that_are_over(meeting, rita):
    def rows(at):
        return [(one.kind, one.name) for one in queue_of(actor_for(rita), at).all if one.kind != "close"]

    assert rows(MONDAY_NOON) == []
    assert rows(TUESDAY - HOUR) == [("meeting", "Pat Prospect")]
    assert rows(TUESDAY + 2 * HOUR) == [("held", "Pat Prospect")]
    with timezone.override("Europe/Berlin"):
        asked = queue_of(actor_for(rita), TUESDAY + 2 * HOUR).all[0]
    assert asked.reason == "“Demo”, today at 13:00. Did it take place?"

    record_meeting_held(meeting_id=meeting.pk, by=actor_for(rita), at=TUESDAY + 2 * HOUR)

    assert rows(TUESDAY + 2 * HOUR) == []
