"""Two ways with a real calendar server: what is made there appears here, and the other way round, once."""

import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest

from isthmus.core.queue import run_due
from isthmus.meetings.caldav import reading
from isthmus.meetings.commands import (
    book_meeting,
    cancel_meeting,
    cancel_one_time,
    choose_calendars,
    connect_calendar,
    disconnect_calendar,
    edit_meeting,
    edit_one_time,
    look_for_calendars,
    move_meeting,
    move_one_time,
    read_calendar,
)
from isthmus.meetings.models import Calendar, CalendarServer, Meeting
from isthmus.people.commands import add_person
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Notification
from tests.cast import MONDAY_NOON
from tests.meetings.radicale import LOGIN, PASSWORD, running_radicale

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
TUESDAY = MONDAY_NOON + timedelta(days=1)
HOUR = timedelta(hours=1)
_clock = iter(range(1, 10_000))


@pytest.fixture(scope="module")
def radicale(tmp_path_factory):
    with running_radicale(tmp_path_factory.mktemp("radicale")) as server:
        yield server


@pytest.fixture
def phone(radicale):
    """A fresh calendar on the server, as another program sees it."""
    client = radicale.phone()
    for old in client.principal().calendars():
        old.delete()
    return client.principal().make_calendar(name="Work")


@pytest.fixture
def here(radicale, phone, rita, settings):
    """The same calendar, connected here, with what a test does to it."""
    settings.OUTBOUND_TO_THIS_MACHINE = True
    by = actor_for(rita)
    server = connect_calendar(url=radicale.url, login=LOGIN, password=PASSWORD, by=by, at=MONDAY_NOON)
    run_due()
    server.refresh_from_db()
    (found,) = server.found
    assert (found["name"], found["can_write"], server.error) == ("Work", True, "")
    assert PASSWORD not in str(CalendarServer.objects.values().get())
    url = found["address"]
    choose_calendars(server_id=server.pk, urls=[url], write_to=url, by=by, at=MONDAY_NOON)
    run_due()
    calendar = Calendar.objects.get(source="caldav")

    def read():
        at = MONDAY_NOON + timedelta(seconds=next(_clock))
        read_calendar(calendar_id=calendar.pk, by=by, at=at)
        run_due()
        calendar.refresh_from_db()
        return calendar

    return SimpleNamespace(by=by, calendar=calendar, read=read, server=server, url=url)


def written(phone, title="", *, starts=TUESDAY, uid="", more=""):
    uid = uid or f"{title.lower().replace(' ', '-')}@phone"
    text = (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//phone//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:{uid}\r\nDTSTAMP:20260301T000000Z\r\nSUMMARY:{title}\r\nX-PHONE:yes\r\n"
        f"DTSTART:{starts:%Y%m%dT%H%M%SZ}\r\nDTEND:{starts + HOUR:%Y%m%dT%H%M%SZ}\r\n{more}END:VEVENT\r\n"
        "END:VCALENDAR\r\n"
    )
    return phone.save_event(text)


def on_phone(phone):
    return sorted(
        (str(one.icalendar_component["SUMMARY"]), one.icalendar_component.decoded("DTSTART"))
        for one in phone.events()
    )


def test_what_is_made_changed_and_deleted_there_is_so_here(here, phone, rita):
    pat = add_person(full_name="Pat", email="pat@x.example", by=here.by, at=MONDAY_NOON)
    lunch = written(phone, "Lunch", more="ATTENDEE;PARTSTAT=ACCEPTED:mailto:pat@x.example\r\n")
    written(phone, "Dentist", more="CLASS:PRIVATE\r\n")
    calendar = here.read()

    assert {(one.title, one.starts_at, one.is_private) for one in Meeting.objects.all()} == {
        ("Lunch", TUESDAY, False),
        ("Dentist", TUESDAY, True),
    }
    meeting = Meeting.objects.get(title="Lunch")
    assert (meeting.person, meeting.attendees.get().answer) == (pat, "accepted")
    assert (calendar.on_server, calendar.here, calendar.error) == (2, 2, "")
    assert reading.sentence(calendar) == "The server has 2, here 2."

    lunch.icalendar_component["SUMMARY"] = "Late lunch"
    lunch.save()
    here.read()
    meeting.refresh_from_db()
    assert meeting.title == "Late lunch"

    for one in phone.events():
        one.delete()
    here.read()
    meeting.refresh_from_db()
    # A customer's meeting stays, called off; what is nobody's goes.
    assert [(one.title, one.state) for one in Meeting.objects.all()] == [("Late lunch", "cancelled")]


def test_what_is_made_moved_and_called_off_here_is_so_there_and_comes_back_once(here, phone, rita):
    meeting = book_meeting(title="Demo", starts_at=TUESDAY, minutes=60, by=here.by, at=MONDAY_NOON)
    run_due()
    assert on_phone(phone) == [("Demo", TUESDAY)]

    move_meeting(meeting_id=meeting.pk, starts_at=TUESDAY + HOUR, by=here.by, at=MONDAY_NOON)
    edit_meeting(meeting_id=meeting.pk, title="Second demo", by=here.by, at=MONDAY_NOON)
    run_due()
    assert on_phone(phone) == [("Second demo", TUESDAY + HOUR)]
    here.read()
    meeting.refresh_from_db()
    assert (Meeting.objects.count(), meeting.title, meeting.to_write, meeting.kept_note) == (
        1, "Second demo", "", "",
    )  # fmt: skip

    cancel_meeting(meeting_id=meeting.pk, by=here.by, at=MONDAY_NOON)
    run_due()
    assert on_phone(phone) == []
    here.read()
    assert Meeting.objects.get().state == "cancelled"


def test_what_we_do_not_know_of_survives_a_change_here(here, phone):
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\n"
    written(phone, "Lunch", more=f"CATEGORIES:FOOD\r\n{alarm}")
    here.read()

    edit_meeting(meeting_id=Meeting.objects.get().pk, place="Canteen", by=here.by, at=MONDAY_NOON)
    run_due()

    (event,) = phone.events()
    for kept in ("X-PHONE:yes", "CATEGORIES:FOOD", "TRIGGER:-PT5M", "LOCATION:Canteen"):
        assert kept in event.data


def test_changed_on_both_sides_theirs_stands_and_ours_is_kept_and_said(here, phone, rita):
    event = written(phone, "Lunch")
    here.read()
    meeting = Meeting.objects.get()

    event.icalendar_component["SUMMARY"] = "Their lunch"
    event.save()
    edit_meeting(meeting_id=meeting.pk, title="Our lunch", by=here.by, at=MONDAY_NOON)
    run_due()

    meeting.refresh_from_db()
    assert (meeting.title, meeting.to_write) == ("Their lunch", "")
    assert "Our lunch" in meeting.kept_note
    assert [title for title, _at in on_phone(phone)] == ["Their lunch"]
    assert "kept as a note" in str(Notification.objects.get(user=rita).text)

    # Deleted there, changed here: our words are kept just so.
    (event,) = phone.events()
    event.delete()
    edit_meeting(meeting_id=meeting.pk, title="Ours again", by=here.by, at=MONDAY_NOON)
    run_due()
    meeting.refresh_from_db()
    assert (meeting.state, meeting.to_write) == ("cancelled", "")
    assert "Ours again" in meeting.kept_note
    assert on_phone(phone) == []


def test_a_series_with_one_moved_time_keeps_it_when_it_is_changed_here(here, phone):
    first, second = (f"{datetime.now(UTC) + timedelta(days=days):%Y%m%d}" for days in (0, 1))
    phone.save_event(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//phone//EN\r\n"
        "BEGIN:VEVENT\r\nUID:w\r\nDTSTAMP:20260301T000000Z\r\nSUMMARY:Weekly\r\n"
        f"DTSTART;TZID=Europe/Berlin:{first}T090000\r\nDURATION:PT1H\r\n"
        "RRULE:FREQ=DAILY;COUNT=4\r\nEND:VEVENT\r\n"
        "BEGIN:VEVENT\r\nUID:w\r\nDTSTAMP:20260301T000000Z\r\nSUMMARY:Moved\r\n"
        f"RECURRENCE-ID;TZID=Europe/Berlin:{second}T090000\r\n"
        f"DTSTART;TZID=Europe/Berlin:{second}T150000\r\nDURATION:PT1H\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    here.read()
    meeting = Meeting.objects.get()
    zone = here.calendar.zone

    def hours():
        return [one.starts_at.astimezone(zone).hour for one in meeting.times.order_by("starts_at")]

    assert hours() == [9, 15, 9, 9]
    edit_meeting(meeting_id=meeting.pk, place="Room 4", by=here.by, at=MONDAY_NOON)
    run_due()
    here.read()
    assert hours() == [9, 15, 9, 9]
    (event,) = phone.events()
    assert "SUMMARY:Moved" in event.data


def test_one_time_of_a_series_goes_there_as_an_exception_and_comes_back(here, phone):
    """Moved, called otherwise and called off here; then changed and put back on the telephone."""
    start = datetime.now(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    days = [start + timedelta(days=number) for number in range(5)]
    meeting = book_meeting(
        title="Daily", starts_at=start, minutes=60, time_zone="UTC", recurrence="FREQ=DAILY;COUNT=5",
        by=here.by, at=MONDAY_NOON,
    )  # fmt: skip
    told = {"meeting_id": meeting.pk, "by": here.by, "at": MONDAY_NOON}
    run_due()
    move_one_time(**told, time_at=days[1], starts_at=days[1] + HOUR)
    edit_one_time(**told, time_at=days[2], title="With their boss")
    cancel_one_time(**told, time_at=days[3])
    run_due()

    def both_sides():
        (event,) = phone.events()
        there = [part for part in event.icalendar_instance.walk("VEVENT") if "RECURRENCE-ID" in part]
        found = sorted((one["RECURRENCE-ID"].dt, one["DTSTART"].dt, str(one["SUMMARY"])) for one in there)
        times = meeting.times.order_by("starts_at").values_list("at", "starts_at", "title")
        return found, [one for one in times if one[0] != one[1] or one[2]]

    changed = [(days[1], days[1] + HOUR, "Daily"), (days[2], days[2], "With their boss")]
    there, ours = both_sides()
    assert there == changed
    assert ours == [(days[1], days[1] + HOUR, ""), (days[2], days[2], "With their boss")]
    assert meeting.times.count() == 4
    (event,) = phone.events()
    assert "EXDATE" in event.data
    before = event.data
    here.read()
    assert both_sides() == (there, ours)
    meeting.refresh_from_db()
    assert (meeting.to_write, meeting.kept_note) == ("", "")

    whole = event.icalendar_instance
    for part in whole.walk("VEVENT"):
        if "RECURRENCE-ID" in part and part["SUMMARY"] == "Daily":
            part["DTSTART"].dt, part["DTEND"].dt = days[1] + 2 * HOUR, days[1] + 3 * HOUR
        part.pop("EXDATE", None)
    event.data = whole.to_ical().decode()
    event.save()
    here.read()
    assert meeting.times.count() == 5
    assert both_sides()[1][0] == (days[1], days[1] + 2 * HOUR, "")

    later = move_one_time(**told, time_at=days[2], starts_at=days[2] + 3 * HOUR, and_later=True)
    run_due()
    assert len(phone.events()) == 2
    here.read()
    moved = Meeting.objects.get(pk=later.left["later_id"])
    assert [one.starts_at for one in moved.times.order_by("starts_at")] == [
        one + 3 * HOUR for one in days[2:]
    ]
    assert meeting.times.count() == 2
    assert "RECURRENCE-ID" in before


def test_a_try_that_was_cut_off_is_no_conflict(here, phone):
    """The server has it, and nobody here noted that."""
    meeting = book_meeting(title="Demo", starts_at=TUESDAY, by=here.by, at=MONDAY_NOON)
    run_due()
    before = Meeting.objects.values().get()
    edit_meeting(meeting_id=meeting.pk, title="Demo two", by=here.by, at=MONDAY_NOON)
    run_due()
    Meeting.objects.update(etag=before["etag"], remote_text=before["remote_text"], to_write="put")

    edit_meeting(meeting_id=meeting.pk, title="Demo three", by=here.by, at=MONDAY_NOON)
    run_due()

    assert on_phone(phone) == [("Demo three", TUESDAY)]
    assert Meeting.objects.get().kept_note == ""


def test_without_sync_collection_tags_tell_what_changed(here, phone, monkeypatch):
    from isthmus.meetings.caldav.client import Dav, DavSaidNo

    def refuses(self, url, token):
        raise DavSaidNo("no such report", 501)

    monkeypatch.setattr(Dav, "changes", refuses)
    one = written(phone, "One")
    written(phone, "Two")
    here.read()
    one.delete()
    written(phone, "Three")
    here.read()

    assert {one.title for one in Meeting.objects.all()} == {"Two", "Three"}


def test_a_reading_that_was_stopped_goes_on_where_it_was(here, phone, monkeypatch):
    for number in range(5):
        written(phone, f"Entry {number}")
    monkeypatch.setattr(reading, "AT_ONCE", 2)
    asked = []
    entries = reading.Dav.entries

    def counted(self, url, paths):
        asked.append(len(paths))
        if len(asked) == 2:
            raise KeyboardInterrupt
        return entries(self, url, paths)

    monkeypatch.setattr(reading.Dav, "entries", counted)
    with pytest.raises(KeyboardInterrupt):
        reading.read_calendar(here.calendar.pk)
    assert Meeting.objects.count() == 2

    reading.read_calendar(here.calendar.pk, compare=True)

    here.calendar.refresh_from_db()
    assert (asked, Meeting.objects.count()) == ([2, 2, 2, 1], 5)
    assert (here.calendar.on_server, here.calendar.here) == (5, 5)


def test_an_entry_that_cannot_be_read_stops_no_other(here, phone, radicale):
    written(phone, "Good")
    folder = next(iter(phone.events()))
    assert folder
    phone.save_todo(summary="Buy milk")
    calendar = here.read()

    assert [one.title for one in Meeting.objects.all()] == ["Good"]
    assert reading.sentence(calendar) == "The server has 2, here 1; 1 are no meetings."


class _Broken(BaseHTTPRequestHandler):
    answer = (500, b"")

    def handle_any(self):
        status, body = type(self).answer
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(status)
        self.send_header("Content-Length", str(len(body) + (50 if body else 0)))
        self.end_headers()
        self.wfile.write(body)

    do_PROPFIND = do_REPORT = do_PUT = do_DELETE = do_GET = handle_any  # noqa: N815

    def log_message(self, *given):
        """Quiet."""


@pytest.fixture
def broken():
    server = HTTPServer(("127.0.0.1", 0), _Broken)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/work/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((500, b""), "not well at the moment"),
        ((429, b""), "not well at the moment"),
        ((401, b""), "does not take this name and password"),
        ((404, b""), "no calendar at this address"),
        ((207, b"<d:multistatus xmlns:d='DAV:'><d:resp"), "in the middle of the answer"),
        (None, "Nobody listens"),
    ],
)
def test_what_goes_wrong_is_one_sentence_and_nothing_is_lost(here, phone, broken, answer, said):
    written(phone, "Lunch")
    here.read()
    _Broken.answer = answer
    where = broken if answer else "http://127.0.0.1:1/work/"
    Calendar.objects.filter(pk=here.calendar.pk).update(address=where)

    calendar = here.read()
    edit_meeting(meeting_id=Meeting.objects.get().pk, title="Ours", by=here.by, at=MONDAY_NOON)
    run_due(limit=1)

    assert said in calendar.error
    assert [(one.title, one.to_write) for one in Meeting.objects.all()] == [("Ours", "put")]
    Calendar.objects.filter(pk=here.calendar.pk).update(address=here.url)
    here.read()
    from isthmus.meetings.caldav.writing import write

    write(Meeting.objects.get().pk)
    assert [title for title, _at in on_phone(phone)] == ["Ours"]
    assert here.read().error == ""


def test_a_wrong_password_is_said_and_a_new_one_mends_it(radicale, phone, rita, settings):
    settings.OUTBOUND_TO_THIS_MACHINE = True
    by = actor_for(rita)
    server = connect_calendar(url=radicale.url, login=LOGIN, password="wrong", by=by, at=MONDAY_NOON)
    run_due()
    server.refresh_from_db()
    assert server.error == "The server does not take this name and password. Give them anew."

    look_for_calendars(server_id=server.pk, password=PASSWORD, by=by, at=MONDAY_NOON + HOUR)
    run_due()
    server.refresh_from_db()
    assert (server.error, [one["name"] for one in server.found]) == ("", ["Work"])


def test_disconnecting_takes_the_password_away_and_keeps_meetings_with_customers(here, phone, pipeline):
    add_person(full_name="Pat", email="pat@x.example", by=here.by, at=MONDAY_NOON)
    written(phone, "With Pat", more="ATTENDEE:mailto:pat@x.example\r\n")
    written(phone, "Private")
    here.read()

    disconnect_calendar(calendar_id=here.calendar.pk, by=here.by, at=MONDAY_NOON)

    here.server.refresh_from_db()
    assert (here.server.secret, here.server.found) == ("", [])
    assert [one.title for one in Meeting.objects.all()] == ["With Pat"]
    assert len(on_phone(phone)) == 2
