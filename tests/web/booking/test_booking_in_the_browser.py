"""A guest books in a real Chromium, Rita sees it, the guest moves it and declines by mail; what axe says."""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from isthmus.core.clock import now
from isthmus.meetings.invitations import Party, reply
from isthmus.meetings.mailing.telling import event_of
from isthmus.meetings.models import Booking
from isthmus.messages.models import Mailbox
from isthmus.messages.receiving.fetching import fetch
from isthmus.workspace.models import User
from prove.post_office import PostOffice
from tests.browsing import FORMS
from tests.meetings.booking import next_working_day, page_of
from tests.meetings.test_invitations_by_mail import letter, told_in
from tests.messages.conftest import mailbox_of, run_until_idle
from tests.messages.imap_server import Box, imap_box

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def box() -> Iterator[Box]:
    with imap_box() as there:
        yield there


def _shot(page: Page, name: str) -> None:
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def test_a_guest_books_moves_and_declines_and_rita_sees_each(
    chromium: Any, sign_in: Any, live_server: Any, rita: User, office: PostOffice, box: Box, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    given = {"imap_host": "127.0.0.1", "imap_port": box.port, "imap_security": "none"}
    mailbox = mailbox_of(rita, office.port, login="rita@example.com", password="swordfish", **given)
    Mailbox.objects.filter(pk=mailbox.pk).update(login="")
    page_of(rita, now(), text="Half an hour, by telephone.", step=60)
    start = next_working_day(now())
    guests = chromium.new_context(timezone_id="America/New_York", viewport={"width": 390, "height": 900})
    guest: Page = guests.new_page()

    guest.goto(f"{live_server.url}/book/first-look/?month={start:%Y-%m}")
    expect(guest.get_by_label("Times are shown for")).to_have_value("America/New_York")
    guest.get_by_role("link", name=f"{start:%B} {start.day}, ").press("Enter")
    expect(guest.locator("#times h2")).to_be_visible()
    assert guest.evaluate("document.documentElement.scrollWidth <= innerWidth")
    _shot(guest, "guest-day")
    guest.locator("#times a").nth(2).press("Enter")
    guest.get_by_label("Your name").fill("Pat Prospect")
    guest.get_by_label("Your e-mail").fill("pat@prospect.example")
    guest.get_by_label("What is it about?").fill("Line 2")
    _shot(guest, "guest-form")
    assert Axe().run(guest).response["violations"] == []
    guest.get_by_role("button", name="Book this time").press("Enter")
    expect(guest.get_by_role("heading", name="Your meeting is booked")).to_be_visible()
    _shot(guest, "guest-booked")
    booking = Booking.objects.get()
    run_until_idle()
    (first,) = [mail for mail in office.taken if "pat@" in mail["To"]]
    link = next(word for word in first.get_body(("plain",)).get_content().split() if "/book/yours/" in word)

    page: Page = sign_in(rita)
    page.goto(f"{live_server.url}/people/{booking.meeting.person_id}/")
    expect(page.get_by_text("First look: Pat Prospect and Rita Reyes").first).to_be_visible()
    _shot(page, "rita-timeline")
    page.goto(f"{live_server.url}/calendar/?day={booking.meeting.starts_at:%Y-%m-%d}")
    expect(page.get_by_text("First look: Pat Prospect and Rita Reyes").first).to_be_visible()
    _shot(page, "rita-calendar")
    page.goto(f"{live_server.url}/calendar/{booking.meeting_id}/")
    expect(page.get_by_text("What is it about?").first).to_be_visible()

    guest.goto(live_server.url + urlsplit(link).path)
    guest.get_by_role("link", name="Move it").press("Enter")
    day = start + timedelta(days=7)
    guest.goto(guest.url.split("?")[0] + f"?day={day:%Y-%m-%d}")
    guest.locator("#times a").first.press("Enter")
    guest.get_by_role("button", name="Move my meeting here").press("Enter")
    expect(guest.get_by_role("heading", name="Your meeting is booked")).to_be_visible()
    run_until_idle()
    moved = [mail for mail in office.taken if "pat@" in mail["To"]][-1]
    assert told_in(moved)[1]["SEQUENCE"] == 1

    booking.meeting.refresh_from_db()
    event = event_of(booking.meeting, mailbox, list(booking.meeting.attendees.all()), now())
    box.inbox.put(letter(1, reply(event, Party("pat@prospect.example", answer="declined"))), now())
    Mailbox.objects.filter(pk=mailbox.pk).update(login="rita@example.com")
    fetch(mailbox.pk)
    Mailbox.objects.filter(pk=mailbox.pk).update(login="")
    run_until_idle()
    page.goto(f"{live_server.url}/people/{booking.meeting.person_id}/")
    expect(page.get_by_text("Declined the meeting").first).to_be_visible()
    page.goto(f"{live_server.url}/notifications/")
    expect(page.get_by_text("Pat Prospect declined").first).to_be_visible()
    guests.close()


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_booking_pages_are_looked_at(
    chromium: Any, sign_in: Any, live_server: Any, rita: User, width: int, theme: Any
) -> None:
    page_of(rita, now(), text="Half an hour, by telephone.")
    page: Page = sign_in(rita)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    start = next_working_day(now())
    found: list[str] = []
    looks = {
        "month": f"/book/first-look/?zone=Europe/Berlin&day={start:%Y-%m-%d}",
        "form": f"/book/first-look/?zone=Europe/Berlin&start={start:%Y-%m-%dT%H:%MZ}",
        "nothing": "/book/nothing-here/",
        "settings": "/settings/booking/",
        "new": "/settings/booking/new/",
    }
    for name, address in looks.items():
        page.goto(live_server.url + address)
        found += [f"{name}: {one['id']}" for one in Axe().run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        _shot(page, f"booking-{name}-{width}-{theme}")

    assert found == []
