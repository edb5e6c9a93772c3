"""A guest books a free time, once; who they are is found or made; they move it and give it back."""

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.meetings.booking.links import by_token, token_of
from isthmus.meetings.booking.turns import Turn, next_in_turn
from isthmus.meetings.commands import book_meeting, cancel_meeting
from isthmus.meetings.commands.bookings import BookedEnough, PageClosed, TimeTaken, TooLateToChange
from isthmus.meetings.models import Booking, BookingPage, Meeting
from isthmus.people.models import Person
from isthmus.sales.commands import open_deal
from isthmus.simulate.booking import open_booking
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Notification, User
from tests.cast import MONDAY_NOON
from tests.meetings.booking import GUEST, book, page_of

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAY, HALF = timedelta(days=1), timedelta(minutes=30)
TEN = datetime.fromisoformat("2026-03-04T09:00:00Z")  # Wednesday, ten in Berlin.


@pytest.fixture
def page(rita: User) -> BookingPage:
    return page_of(rita, MONDAY_NOON)


def run(name: str, by: Any = GUEST, at: datetime = MONDAY_NOON, **given: Any) -> Any:
    return commands.run(name, given, by=by, at=at).value


def test_a_stranger_who_books_becomes_a_lead_and_the_meeting_is_theirs(page: BookingPage, rita: User) -> None:
    booking = book(page, TEN, MONDAY_NOON, answers=["Line 2"], time_zone="America/New_York")

    meeting, lead = booking.meeting, Lead.objects.get()
    assert (meeting.owner, meeting.starts_at, meeting.ends_at - meeting.starts_at) == (rita, TEN, HALF)
    assert meeting.title == "First look: Pat Prospect and Rita Reyes"
    assert meeting.notes == "What is it about?\nLine 2"
    assert (lead.channel, lead.owner, lead.person, meeting.lead) == ("booking", rita, meeting.person, lead)
    assert [seat.answer for seat in meeting.attendees.all()] == ["accepted"]
    (fact,) = InboxFact.objects.filter(kind="meeting.booked")
    assert (fact.subject, fact.lead_id, fact.actor_kind) == (lead.person.subject, lead.pk, "person")
    assert Notification.objects.filter(user=rita, kind="meeting.guest").count() == 1
    assert booking.time_zone == "America/New_York"


def test_somebody_known_is_tied_to_their_open_deal_and_makes_no_lead(
    page: BookingPage, rita: User, pipeline: Any
) -> None:
    first = book(page, TEN, MONDAY_NOON)
    person = first.meeting.person
    deal = open_deal(name="Big", person_id=person.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)

    second = book(page, TEN + HALF, MONDAY_NOON, full_name="Somebody Else", email="PAT@prospect.example")

    assert (second.meeting.person, second.meeting.deal) == (person, deal)
    assert Lead.objects.count() == Person.objects.count() == 1
    assert Person.objects.get().full_name == "Pat Prospect"


def test_what_is_busy_taken_closed_or_outside_the_hours_is_not_booked(page: BookingPage, rita: User) -> None:
    book_meeting(title="Busy", starts_at=TEN, minutes=45, by=actor_for(rita), at=MONDAY_NOON)

    for start in (TEN, TEN + HALF, TEN + timedelta(minutes=5), TEN - timedelta(hours=4), MONDAY_NOON + HALF):
        with pytest.raises(TimeTaken):
            book(page, start, MONDAY_NOON)
    run("open_booking_page", actor_for(rita), page_id=page.pk, is_open=False)
    with pytest.raises(PageClosed):
        book(page, TEN + DAY, MONDAY_NOON)
    assert Person.objects.count() == 0


def test_bad_words_are_told_beside_their_field(rita: User) -> None:
    page = page_of(rita, MONDAY_NOON, questions=[{"label": "Why?", "required": True}])

    with pytest.raises(InvalidInput) as told:
        book(page, TEN, MONDAY_NOON, full_name=" ", email="nobody")
    assert set(told.value.errors) == {"full_name", "email", "answers.0"}


def test_one_guest_holds_three_times_at_most(page: BookingPage) -> None:
    for number in range(3):
        book(page, TEN + number * HALF, MONDAY_NOON)
    with pytest.raises(BookedEnough):
        book(page, TEN + DAY, MONDAY_NOON)


def test_a_guest_moves_and_gives_back_until_the_limit(page: BookingPage, rita: User) -> None:
    booking = book(page, TEN, MONDAY_NOON)
    assert by_token(token_of(booking)) == booking

    moved = run("move_booking", booking_id=booking.pk, starts_at=(TEN + HALF).isoformat())
    assert (moved.meeting.starts_at, moved.meeting.sequence) == (TEN + HALF, 1)
    book(page, TEN, MONDAY_NOON, email="lee@prospect.example")  # The old time is free again.
    with pytest.raises(TimeTaken):
        run("move_booking", booking_id=booking.pk, starts_at=TEN.isoformat())

    near = moved.meeting.starts_at - timedelta(hours=3)
    with pytest.raises(TooLateToChange):
        run("cancel_booking", at=near, booking_id=booking.pk)
    assert run("cancel_booking", booking_id=booking.pk).meeting.state == "cancelled"
    with pytest.raises(TooLateToChange):
        run("cancel_booking", booking_id=booking.pk)
    run("close_booking_link", actor_for(rita), booking_id=booking.pk)
    assert by_token(token_of(booking)) is None


def test_a_team_takes_turns_by_who_has_the_fewest_ahead(rita: User, sam: User, inbound: Any) -> None:
    page = page_of(sam, MONDAY_NOON, team_id=inbound.pk)

    hosts = [
        book(page, TEN + number * HALF, MONDAY_NOON + number * HALF, email=f"g{number}@x.example").host
        for number in range(4)
    ]  # fmt: skip
    assert hosts == [rita, sam, rita, sam]
    book_meeting(title="Busy", starts_at=TEN + DAY, by=actor_for(rita), at=MONDAY_NOON)
    assert book(page, TEN + DAY, MONDAY_NOON, email="x@guests.example").host == sam


def test_of_equals_whoever_waited_longest_is_next() -> None:
    turns = [Turn(1, 2, TEN), Turn(2, 1, TEN), Turn(3, 1, TEN - DAY), Turn(4, 1, TEN - DAY)]

    assert next_in_turn(turns) == turns[2]
    assert next_in_turn([*turns, Turn(5, 1)]) == Turn(5, 1)
    assert next_in_turn([]) is None


def test_a_page_is_its_owners_and_a_teams_is_its_leaders_to_change(
    rita: User, sam: User, olga: User, inbound: Any
) -> None:
    own, shared = page_of(rita, MONDAY_NOON), page_of(sam, MONDAY_NOON, team_id=inbound.pk)

    assert (own.slug, shared.slug) == ("first-look", "first-look-2")
    assert set(BookingPage.objects.visible_to(actor_for(rita), "meetings.edit")) == {own, shared}
    for page, user in ((own, olga), (shared, rita), (shared, olga)):
        with pytest.raises(NotFound):
            run("edit_booking_page", actor_for(user), page_id=page.pk, title="Mine")
    changed = run(
        "edit_booking_page", actor_for(sam), page_id=shared.pk, title="Ours", day_limit=1, minutes=60
    )
    assert (changed.title, changed.day_limit) == ("Ours", 1)
    with pytest.raises(InvalidInput) as told:
        run("edit_booking_page", actor_for(rita), page_id=own.pk, slug="First!", minutes=1, time_zone="Mars",
            hours={"mon": [["10:00", "09:00"]]}, framed_by="javascript:x")  # fmt: skip
    assert set(told.value.errors) == {"slug", "minutes", "time_zone", "hours", "framed_by"}


def test_a_full_day_offers_no_more_and_one_that_is_called_off_counts_no_more(rita: User) -> None:
    page = page_of(rita, MONDAY_NOON, day_limit=1)
    first = book(page, TEN, MONDAY_NOON)
    with pytest.raises(TimeTaken):
        book(page, TEN + HALF, MONDAY_NOON)

    cancel_meeting(meeting_id=first.meeting_id, by=actor_for(rita), at=MONDAY_NOON)

    assert book(page, TEN + HALF, MONDAY_NOON).host == rita


@pytest.mark.django_db(transaction=True)
def test_of_two_who_press_at_once_one_gets_the_time(rita: User) -> None:
    """On two pages of the same host, so that nothing but their calendar tells."""
    pages = [page_of(rita, MONDAY_NOON), page_of(rita, MONDAY_NOON)]
    gate, outcomes = threading.Barrier(2), []

    def press(number: int) -> None:
        gate.wait()
        try:
            book(pages[number], TEN, MONDAY_NOON, email=f"g{number}@guests.example")
            outcomes.append("booked")
        except TimeTaken:
            outcomes.append("taken")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=press, args=(number,)) for number in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(60)

    assert sorted(outcomes) == ["booked", "taken"]
    assert Booking.objects.count() == Meeting.objects.count() == Person.objects.count() == 1
    assert connection.vendor in ("sqlite", "postgresql")


def test_the_sample_companys_page_is_open_and_somebody_took_a_time(rita: User, pipeline: Any) -> None:
    person = book(page_of(rita, MONDAY_NOON, slug="another"), TEN, MONDAY_NOON).meeting.person
    assert person is not None
    open_deal(name="Big", person_id=person.pk, owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON)

    open_booking(until=MONDAY_NOON)

    booking = Booking.objects.get(page__slug="first-look")
    assert (booking.host, booking.meeting.person) == (rita, person)
    assert booking.meeting.starts_at > MONDAY_NOON
