"""The calendar in a real Chromium: a meeting made, moved and held by keys; what axe says; how it looks."""

import os
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.meetings.commands import (
    book_meeting,
    cancel_one_time,
    move_one_time,
    publish_calendar,
    subscribe_calendar,
)
from isthmus.meetings.models import Calendar, Meeting
from isthmus.people.commands import add_person
from isthmus.sales.models import Activity
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.browsing import FORMS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOUR = timedelta(hours=1)


@pytest.fixture
def pat(company: Any, rita: Any) -> Any:
    return add_person(full_name="Pat Prospect", email="pat@x.example", by=actor_for(rita), at=now())


def test_a_meeting_is_made_from_a_persons_page_moved_and_held_by_keys(
    sign_in: Any, live_server: Any, pat: Any, rita: Any
) -> None:
    page: Page = sign_in(rita)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{live_server.url}/people/{pat.pk}/")
    page.get_by_role("link", name="Plan a meeting").press("Enter")
    form = page.locator("#act")
    form.get_by_label("What is it about").fill("Demo")
    expect(form.get_by_label("With whom")).to_have_value("pat@x.example")
    form.get_by_label("Where").fill("Room 4")
    form.get_by_role("button", name="Make it").press("Enter")
    expect(page.get_by_text("The meeting is made.")).to_be_visible()
    one = Meeting.objects.get()
    assert (one.person, one.place) == (pat, "Room 4")

    page.goto(f"{live_server.url}/calendar/{one.pk}/")
    page.get_by_role("link", name="Move…").press("Enter")
    form.get_by_label("Day").fill((now() - timedelta(days=1)).date().isoformat())
    form.get_by_role("button", name="Move").press("Enter")
    expect(page.get_by_text("The meeting is moved.")).to_be_visible()
    page.get_by_role("link", name="It took place…").press("Enter")
    form.get_by_label("What was said").fill("Liked it")
    form.get_by_role("button", name="It took place").press("Enter")
    expect(page.get_by_text("Noted: it took place.")).to_be_visible()
    assert Activity.objects.get().text == "Liked it"

    page.goto(f"{live_server.url}/calendar/")
    here = page.locator(".cluster strong").first.inner_text()
    # A key counts once the next page is there with its scripts: not as soon as its first words are seen.
    with page.expect_navigation():
        page.keyboard.press("j")
    expect(page.locator(".cluster strong").first).not_to_have_text(here)
    with page.expect_navigation():
        page.keyboard.press("k")
    expect(page.locator(".cluster strong").first).to_have_text(here)


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_the_calendar_is_looked_at(
    sign_in: Any,
    live_server: Any,
    company: Any,
    pat: Any,
    rita: Any,
    sam: Any,
    settings: Any,
    width: int,
    theme: Any,
) -> None:
    settings.OUTBOUND_TO_THIS_MACHINE = True
    by, at = actor_for(rita), now().replace(minute=0, second=0, microsecond=0)
    for hours, title in ((-20, "Demo"), (2, "Go through the offer"), (26, "Terms with purchasing")):
        book_meeting(
            title=title, starts_at=at + hours * HOUR, person_id=pat.pk, place="Video call", by=by, at=at
        )
    book_meeting(title="Dentist", starts_at=at + 4 * HOUR, is_private=True, by=by, at=at)
    book_meeting(title="Fair", starts_at=at, minutes=60, all_day=True, by=SYSTEM, at=at, owner_id=rita.pk)
    publish_calendar(name="Phone", by=by, at=at)
    fairs = subscribe_calendar(url="http://localhost:1/fairs.ics", name="Fairs", by=by, at=at)
    Calendar.objects.filter(pk=fairs.pk).update(error="Nobody listens at this address.")
    Meeting.objects.filter(title="Demo").update(kept_note="It was changed on the calendar server meanwhile.")
    demo = Meeting.objects.get(title="Demo")
    weekly = book_meeting(
        title="Weekly", starts_at=at + 2 * HOUR, person_id=pat.pk, place="https://meet.example/weekly",
        recurrence="FREQ=WEEKLY;COUNT=6", by=by, at=at,
    )  # fmt: skip
    second, third = weekly.starts_at + 168 * HOUR, weekly.starts_at + 336 * HOUR
    told: dict[str, Any] = {"meeting_id": weekly.pk, "by": by, "at": at}
    move_one_time(**told, time_at=second, starts_at=second + HOUR)
    cancel_one_time(**told, time_at=third)
    one_time = f"{weekly.pk}/?{urlencode({'time': weekly.times.order_by('starts_at')[1].at.isoformat()})}"
    form = one_time.replace("/?", "/move/?")
    ritas = ("", "mine/", f"{demo.pk}/", "new/", f"{weekly.pk}/", one_time, form, f"../people/{pat.pk}/")
    crowd = (User(email=f"{n}@tarnfell.example", name=f"Seller {n}", role="seller") for n in range(12))
    User.objects.bulk_create(crowd)
    found: list[str] = []
    for user, names in ((rita, ritas), (sam, ("?of=all", "?day=2031-01-06"))):
        page: Page = sign_in(user)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=theme)
        for name in names:
            page.goto(f"{live_server.url}/calendar/{name}")
            if name == "new/":
                page.locator("#id_hour").fill(f"{(at + 2 * HOUR).astimezone(company.zone):%H:%M}")
                page.locator("#id_day").fill(f"{(at + 2 * HOUR).astimezone(company.zone):%Y-%m-%d}")
                expect(page.get_by_text("It overlaps")).to_be_visible()
            found += [f"{name}: {one['id']}" for one in Axe().run(page).response["violations"]]
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            if folder := os.environ.get("SHOTS"):
                said = "".join(letter if letter.isalnum() else "-" for letter in name)
                page.screenshot(path=f"{folder}/calendar-{said}{width}-{theme}.png")

    assert found == []
