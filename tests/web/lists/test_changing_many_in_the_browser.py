"""Choosing rows and changing them in a real Chromium: previewed, made in the background, taken back."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.bulk import commands as bulk
from isthmus.core.actors import SYSTEM
from isthmus.core.queue import run_due
from isthmus.people.commands import add_person
from isthmus.people.models import Person
from tests.browsing import FORMS
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(ledger_folder, company):
    """Five people without a city."""
    return [add_person(full_name=f"Guest {n}", by=SYSTEM, at=MONDAY_NOON) for n in range(5)]


def problems(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def ask_for_a_city(page):
    page.get_by_label("What to change").select_option(label="City")
    page.locator("#act input[maxlength='120']").fill("Lund")
    page.get_by_role("button", name="See what it would do").click()
    page.wait_for_url("**/changes/*/")


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_rows_are_chosen_changed_and_taken_back(sign_in, live_server, people, admin, width, theme):
    page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.goto(f"{live_server.url}/people/?sort=name")
    page.get_by_label("Choose Guest 1").check()
    page.get_by_label("Choose Guest 3").click(modifiers=["Shift"])
    page.get_by_text("3 chosen").wait_for()
    assert problems(page) == [] and fits(page)

    page.get_by_role("button", name="Change…", exact=True).click()
    page.get_by_role("heading", name="Change 3 chosen records").wait_for()
    assert problems(page) == []
    ask_for_a_city(page)
    assert problems(page) == [] and fits(page)
    page.get_by_role("button", name="Change 3 records").click()
    page.get_by_text("3 records are changed.").wait_for()
    assert set(Person.objects.filter(city="Lund")) == set(people[1:4])
    page.get_by_role("button", name="Take it all back").click()
    page.get_by_text("Put back").wait_for()

    assert problems(page) == []
    assert not Person.objects.filter(city="Lund").exists()


def test_the_page_follows_the_background(sign_in, live_server, people, admin, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    page = sign_in(admin)
    page.goto(f"{live_server.url}/people/")
    page.get_by_role("link", name="Change all…").click()
    ask_for_a_city(page)
    page.get_by_text("Trying it on every record").wait_for()
    assert problems(page) == []

    run_due()
    page.get_by_role("button", name="Change 5 records").click()
    page.get_by_role("heading", name="Changing").wait_for()
    run_due()
    page.get_by_role("button", name="Take it all back").wait_for()

    assert Person.objects.filter(city="Lund").count() == 5
