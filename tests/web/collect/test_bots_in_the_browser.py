"""Bots in a real Chromium: a page open to everybody, as wide as its screen, decided on with the keyboard."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core import clock
from isthmus.ledger.machines import machine_agents
from tests.browsing import FORMS
from tests.collect.received import page as view
from tests.collect.received import receive, sealed, website
from tests.web.collect.test_bot_pages import GOOGLE, SAFARI

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def seen(ledger_folder, company) -> None:
    site, now = website(), clock.now()
    for agent in (GOOGLE, GOOGLE, SAFARI):
        receive(site, view("https://shop.example/", who=agent), agent=agent, at=now - timedelta(days=1))
    sealed()


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_bots_are_open_to_everybody_and_fit_their_screen(sign_in, live_server, seen, admin, theme, width):
    page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)

    page.goto(f"{live_server.url}/settings/bots/")

    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_a_program_is_decided_on_with_the_keyboard(sign_in, live_server, seen, admin):
    page = sign_in(admin)
    page.goto(f"{live_server.url}/settings/bots/?which=people")
    group = page.get_by_role("group", name="What Safari on iPhone counts as")

    group.get_by_role("button", name="Machine").focus()
    page.keyboard.press("Enter")

    page.get_by_text("Safari on iPhone is a machine from now on").first.wait_for()
    assert len(machine_agents()) == 2
