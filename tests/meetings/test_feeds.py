"""Calendars at an address: read from elsewhere, and given out to others."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import time_machine
from icalendar import Calendar as ICalendar

from isthmus.core.queue import run_due
from isthmus.core.refusals import InvalidInput
from isthmus.meetings.commands import (
    book_meeting,
    edit_meeting,
    publish_calendar,
    read_calendar,
    revoke_feed,
    subscribe_calendar,
)
from isthmus.meetings.commands.changing import OnlyRead
from isthmus.meetings.models import CalendarFeed, Meeting
from isthmus.web.meetings import feeds
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON
from tests.meetings.radicale import running_radicale

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY_NOON + timedelta(days=1)
FAIR = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//fair//EN\r\n"
    "BEGIN:VEVENT\r\nUID:f1\r\nDTSTAMP:20260301T000000Z\r\nSUMMARY:{}\r\nDTSTART;VALUE=DATE:20260310\r\nEND:VEVENT\r\n"
    "BEGIN:VEVENT\r\nUID:f2\r\nDTSTAMP:20260301T000000Z\r\nSUMMARY:Dinner\r\nDTSTART:20260310T180000Z\r\nEND:VEVENT\r\n"
    "END:VCALENDAR\r\n"
)  # fmt: skip


class _Fair(BaseHTTPRequestHandler):
    text, etag, asked = "", '"1"', []

    def do_GET(self):
        asked = self.headers.get("If-None-Match")
        type(self).asked.append(asked)
        body = self.text.encode()
        self.send_response(304 if asked == self.etag else 200)
        self.send_header("ETag", self.etag)
        self.send_header("Content-Length", "0" if asked == self.etag else str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if asked == self.etag else body)

    def log_message(self, *given):
        """Quiet."""


@pytest.fixture
def fair(settings):
    settings.OUTBOUND_TO_THIS_MACHINE = True
    _Fair.text, _Fair.etag, _Fair.asked = FAIR.format("Fair"), '"1"', []
    server = HTTPServer(("127.0.0.1", 0), _Fair)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/fair.ics"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def nobody_asked_yet():
    feeds.BUDGET.forget()


def test_an_address_is_read_when_it_changed_and_never_written_to(fair, rita, company):
    by = actor_for(rita)
    calendar = subscribe_calendar(url=fair, name="Fairs", by=by, at=MONDAY_NOON)
    run_due()
    assert {(one.title, one.all_day) for one in Meeting.objects.all()} == {("Fair", True), ("Dinner", False)}
    with pytest.raises(OnlyRead):
        edit_meeting(meeting_id=Meeting.objects.first().pk, title="x", by=by, at=MONDAY_NOON)

    read_calendar(calendar_id=calendar.pk, by=by, at=TUESDAY)
    run_due()
    _Fair.text, _Fair.etag = FAIR.format("Moved fair").replace("f2", "f3"), '"2"'
    read_calendar(calendar_id=calendar.pk, by=by, at=TUESDAY + timedelta(hours=1))
    run_due()

    assert _Fair.asked == [None, '"1"', '"1"']
    assert {(one.title, one.uid) for one in Meeting.objects.all()} == {("Moved fair", "f1"), ("Dinner", "f3")}

    _Fair.text, _Fair.etag = "<html>Sign in</html>", '"3"'
    read_calendar(calendar_id=calendar.pk, by=by, at=TUESDAY + timedelta(hours=2))
    run_due()
    calendar.refresh_from_db()
    assert calendar.error.startswith("What lies at this address is no calendar")
    assert Meeting.objects.count() == 2


def test_only_addresses_that_may_be_called_are_subscribed_to(rita, company, settings):
    settings.OUTBOUND_TO_THIS_MACHINE = False
    for url in (
        "http://example.com/a.ics",
        "webcal://127.0.0.1/a.ics",
        "https://10.0.0.1/a.ics",
        "file:///etc",
    ):
        with pytest.raises(InvalidInput):
            subscribe_calendar(url=url, name="x", by=actor_for(rita), at=MONDAY_NOON)


def _entries(answer):
    return [
        (str(one["SUMMARY"]), one.decoded("DTSTART"))
        for one in ICalendar.from_ical(answer.content).walk("VEVENT")
    ]


@time_machine.travel(MONDAY_NOON, tick=False)
def test_a_feed_says_busy_or_words_but_never_private_ones_until_it_is_revoked(rita, company, client):
    by = actor_for(rita)
    book_meeting(title="Demo", starts_at=TUESDAY, place="Room 4", by=by, at=MONDAY_NOON)
    book_meeting(title="Doctor", starts_at=TUESDAY, is_private=True, notes="ill", by=by, at=MONDAY_NOON)
    book_meeting(title="Maybe", starts_at=TUESDAY, shows_as="free", by=by, at=MONDAY_NOON)
    words = publish_calendar(name="Phone", with_words=True, by=by, at=MONDAY_NOON)
    busy = publish_calendar(name="Partner", by=by, at=MONDAY_NOON)

    full = client.get(f"/calendar/feed/{words.token}.ics")
    assert sorted(_entries(full)) == [("Busy", TUESDAY), ("Demo", TUESDAY), ("Maybe", TUESDAY)]
    alone = client.get(f"/calendar/feed/{busy.token}.ics")
    assert _entries(alone) == [("Busy", TUESDAY), ("Busy", TUESDAY)]
    for word in (b"Demo", b"Doctor", b"ill", b"Room 4", b"Maybe"):
        assert word not in alone.content
    again = client.get(f"/calendar/feed/{words.token}.ics", headers={"If-None-Match": full["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert CalendarFeed.objects.get(pk=busy.pk).read_at == MONDAY_NOON
    assert words.token not in str(list(CalendarFeed.objects.values()))

    revoke_feed(feed_id=words.pk, by=by, at=MONDAY_NOON)
    assert client.get(f"/calendar/feed/{words.token}.ics").status_code == 404
    assert client.get("/calendar/feed/guessed.ics").status_code == 404


def test_whoever_asks_too_often_waits(rita, company, client):
    answers = [client.get("/calendar/feed/guessed.ics").status_code for _ in range(31)]

    assert answers == [404] * 30 + [429]


def test_a_feed_is_taken_by_another_calendar_server(rita, company, client, tmp_path):
    with time_machine.travel(MONDAY_NOON, tick=False):
        book_meeting(title="Demo", starts_at=TUESDAY, by=actor_for(rita), at=MONDAY_NOON)
        given = publish_calendar(name="Phone", with_words=True, by=actor_for(rita), at=MONDAY_NOON)
        text = client.get(f"/calendar/feed/{given.token}.ics").content.decode()

    with running_radicale(tmp_path) as server:
        calendar = server.phone().principal().make_calendar(name="From the feed")
        calendar.save_event(text)
        (event,) = calendar.events()

    assert str(event.icalendar_component["SUMMARY"]) == "Demo"
