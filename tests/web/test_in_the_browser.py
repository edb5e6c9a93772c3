"""The pages in a real Chromium: nothing that axe reports, nothing wider than its screen, keys that work."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from isthmus.core import clock
from isthmus.web.overview.prepared import shelf
from isthmus.workspace.commands import make_sign_in_link
from tests.browsing import FORMS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = (
    "/",
    "/explore/",
    "/explore/leads/?by=channel",
    "/explore/leads/rows/",
    "/search/?q=pat",
    "/account/password/",
    "/quality/",
)
OPEN_PAGES = ("/sign-in/", "/sign-in/forgotten/", "/sign-in/link/unknown/")


def problems(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def width_over(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_every_page_is_open_to_everybody_and_fits_its_screen(
    sign_in, live_server, trading, admin, theme, width
):
    page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)

    for path in PAGES:
        page.goto(live_server.url + path)
        expect(page.get_by_text("Counting…")).to_have_count(0)

        assert problems(page) == [], path
        assert width_over(page) <= 0, path


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pages_before_the_sign_in_are_open_to_everybody(page, live_server, company, theme):
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme=theme)

    for path in OPEN_PAGES:
        page.goto(live_server.url + path)

        assert problems(page) == [], path
        assert width_over(page) <= 0, path


def test_the_link_of_the_terminal_ends_in_the_overview(page, live_server, trading, admin):
    token = make_sign_in_link(user=admin, at=clock.now(), is_local=True)

    page.goto(live_server.url + reverse("sign-in-link", args=[token]))

    assert page.url == live_server.url + "/"
    assert page.get_by_role("link", name="€1,500").first.is_visible()


def test_search_opens_by_keys_and_finds_while_one_types(sign_in, live_server, trading, admin):
    page = sign_in(admin)
    page.goto(live_server.url + "/search/")

    page.keyboard.press("Control+k")
    page.keyboard.type("pros")
    hit = page.get_by_role("group", name="People").get_by_role("option", name="Pat Prospect")
    hit.wait_for()
    for _line in range(9):
        if hit.get_attribute("aria-selected") == "true":
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url("**/people/*/")
    assert page.get_by_role("heading", name="Pat Prospect").first.is_visible()


def test_choosing_a_dimension_shows_it_and_stands_in_the_address(sign_in, live_server, trading, admin):
    page = sign_in(admin)
    page.goto(live_server.url + "/explore/leads/?window=this_year")

    page.get_by_label("By", exact=True).select_option("channel")
    page.get_by_role("heading", name="Paid search brings most: 2 of 3, 67%").wait_for()

    assert page.url.endswith("/explore/leads/?window=this_year&by=channel")


def test_a_name_opens_its_definition(sign_in, live_server, trading, admin):
    page = sign_in(admin)
    page.goto(live_server.url + "/")

    page.get_by_role("button", name="Win rate").click()

    assert page.get_by_text("Share of decided deals that were won.").is_visible()


def test_the_theme_is_kept_from_page_to_page(sign_in, live_server, trading, admin):
    page = sign_in(admin)
    page.emulate_media(color_scheme="light")
    page.goto(live_server.url + "/search/")

    page.get_by_label("Switch between light and dark").click()
    page.goto(live_server.url + "/account/password/")

    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


@pytest.fixture
def long_history(monkeypatch):
    """A ledger counts as long however short it is."""
    monkeypatch.setattr("isthmus.web.overview.views.COUNTED_AT_ONCE", -1)
    shelf.clear()
    yield
    shelf.clear()


@pytest.mark.parametrize("width", [390, 1440])
def test_of_a_long_history_the_figures_come_into_the_page(
    sign_in, live_server, trading, admin, long_history, width
):
    page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    waiting = []

    def look_meanwhile(route):
        waiting.append((page.get_by_text("Counting the facts").count(), problems(page), width_over(page)))
        route.continue_()

    page.route("**/overview/figures/", look_meanwhile)
    page.goto(live_server.url + "/")
    page.get_by_role("link", name="€1,500").first.wait_for()

    assert waiting == [(1, [], 0)]
    assert problems(page) == []
    assert page.get_by_text("Counting the facts").count() == 0


def test_figures_that_cannot_be_fetched_are_said_to_be_missing(
    sign_in, live_server, trading, admin, long_history
):
    page = sign_in(admin)
    page.route("**/overview/figures/", lambda route: route.fulfill(status=500, body="<p>Broken</p>"))

    page.goto(live_server.url + "/")
    page.get_by_text("The figures could not be counted just now.").wait_for()

    assert page.get_by_text("Broken").count() == 0
    assert page.get_by_text("Counting the facts").count() == 0
    assert problems(page) == []
