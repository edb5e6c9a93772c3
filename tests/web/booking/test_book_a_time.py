"""The public page without a browser: what it shows, what it takes, whom it lets frame it, how it refuses."""

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from isthmus.core import commands
from isthmus.core.clock import now
from isthmus.leads.models import Lead
from isthmus.meetings.booking.links import token_of
from isthmus.meetings.models import Booking, BookingPage
from isthmus.workspace.models import User
from tests.meetings.booking import next_working_day, page_of

pytestmark = pytest.mark.django_db
GUEST = {"full_name": "Pat Prospect", "email": "pat@prospect.example", "website": ""}


@pytest.fixture
def page(rita: User) -> BookingPage:
    return page_of(rita, now(), notice_hours=0)


def at(start: Any, **more: str) -> str:
    told = {"start": f"{start:%Y-%m-%dT%H:%MZ}", **more}
    return "/book/first-look/?" + "&".join(f"{name}={value}" for name, value in told.items())


def test_a_guest_finds_a_day_a_time_and_the_form_in_their_own_zone(client: Client, page: BookingPage) -> None:
    start = next_working_day(now())

    month = client.get(f"/book/first-look/?zone=America/New_York&month={start:%Y-%m}")
    day = client.get(f"/book/first-look/?zone=America/New_York&day={start:%Y-%m-%d}")
    form = client.get(at(start, zone="America/New_York"))

    assert f"day={start:%Y-%m-%d}#times" in month.content.decode()
    written = start.astimezone(ZoneInfo("America/New_York"))
    assert re.search(rf"{written.hour % 12 or 12}:00\s[AP]M", day.content.decode())
    assert "America/New_York" in form.content.decode()
    assert 'name="full_name"' in form.content.decode()
    assert client.get("/book/first-look/?month=0&day=x&start=never&zone=Mars").status_code == 200
    assert client.get("/book/nothing-here/").status_code == 404


def test_what_is_sent_is_booked_once_and_machines_are_not_let_in(client: Client, page: BookingPage) -> None:
    start = next_working_day(now())

    assert client.post(at(start), {**GUEST, "website": "x"}).status_code == 422
    assert client.post(at(start), {**GUEST, "email": "x"}).status_code == 422
    assert Booking.objects.count() == 0
    answer = client.post(at(start, zone="Asia/Kathmandu"), GUEST)
    again = client.post(at(start), {**GUEST, "email": "lee@prospect.example"})

    booking = Booking.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/book/yours/{token_of(booking)}/")
    assert (booking.time_zone, booking.meeting.starts_at) == ("Asia/Kathmandu", start)
    assert again.status_code == 409
    assert "taken in the meantime" in again.content.decode()
    assert Lead.objects.get().channel == "booking"


def test_whose_visits_they_are_is_known_by_the_browser_that_came_not_by_a_copied_address(
    page: BookingPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    run = commands.run
    monkeypatch.setattr(
        commands, "run", lambda name, given, **who: told.append(given["visitor"]) or run(name, given, **who)
    )
    came, other, back = Client(), Client(), Client()
    first, second, third = (next_working_day(now()) + timedelta(hours=hours) for hours in range(3))

    onward = came.get("/book/first-look/?day=2026-12-01&visitor=ab%2Fc.1")
    assert (onward.status_code, onward["Location"]) == (302, "/book/first-look/?day=2026-12-01")
    cookie = onward.cookies["isthmus_visitor"]
    assert (cookie["httponly"], cookie["max-age"], cookie["path"]) == (True, 3600, "/book/first-look/")
    assert "ab/c" not in came.get(onward["Location"]).content.decode()

    other.post(at(first), {**GUEST, "email": "lee@prospect.example"})
    came.post(at(second), GUEST)
    came.post(at(third), {**GUEST, "email": "kim@prospect.example"})
    assert told == ["", "ab/c.1", ""]

    for visitor in ("x", "", "x" * 101):  # Consent is taken back; what is no id is none.
        back.get(f"/book/first-look/?visitor={visitor}")
    back.cookies["isthmus_visitor"] = "forged:x"
    back.post(at(third + timedelta(hours=1)), {**GUEST, "email": "jo@prospect.example"})
    assert told[-1] == ""


def test_a_guest_sees_moves_and_gives_back_by_their_link(client: Client, page: BookingPage) -> None:
    start = next_working_day(now())
    link = client.post(at(start), GUEST)["Location"]
    later = start + timedelta(hours=1)

    assert "Your meeting is booked" in client.get(link).content.decode()
    file = client.get(f"{link}meeting.ics")
    assert (file["Content-Type"], b"METHOD:PUBLISH" in file.content) == ("text/calendar; charset=utf-8", True)
    moved = client.post(f"{link}move/?start={later:%Y-%m-%dT%H:%MZ}")
    assert (moved.status_code, Booking.objects.get().meeting.starts_at) == (302, later)
    assert client.post(link).status_code == 302
    assert "This meeting is cancelled" in client.get(link).content.decode()
    assert client.post(link).status_code == 409
    assert client.get("/book/yours/" + "x" * 32 + "/").status_code == 404


def test_only_named_sites_show_it_in_theirs_and_who_asks_too_often_waits(
    client: Client, page: BookingPage, rita: User
) -> None:
    closed = client.get("/book/first-look/")
    assert "frame-ancestors 'none'" in closed["Content-Security-Policy"]
    assert closed["X-Frame-Options"] == "DENY"
    BookingPage.objects.update(framed_by="https://www.example.com")

    open_one = client.get("/book/first-look/")
    assert "frame-ancestors https://www.example.com" in open_one["Content-Security-Policy"]
    assert "X-Frame-Options" not in open_one
    answers = [client.post("/book/first-look/", GUEST).status_code for _number in range(14)]
    assert answers[-1] == 429


def test_a_closed_page_says_whom_to_write_to(client: Client, page: BookingPage) -> None:
    BookingPage.objects.update(is_open=False)

    shown = client.get("/book/first-look/").content.decode()

    assert "Nothing can be booked here at present" in shown
    assert "rita@example.com" in shown
