"""Channels in a real Chromium: the bench as one types, rules moved by keyboard, and what axe says."""

import os
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from isthmus.collect.channels.current import written_rules
from tests.browsing import FORMS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VISIT = "https://www.acme.example/?utm_source=ig&utm_medium=paid_social"


def test_a_visit_is_tried_as_one_types(sign_in, live_server, company, admin):
    page = sign_in(admin)
    page.goto(f"{live_server.url}/settings/channels/")

    page.get_by_label("Address of the page").press_sequentially(VISIT)
    expect(page.locator("#tried")).to_contain_text(re.compile("Paid social, by rule 5, because instagram is"))
    page.get_by_label("Address of the page").fill("https://www.acme.example/")
    page.get_by_label("Page that linked to it").fill("https://duckduckgo.com/")
    expect(page.locator("#tried")).to_contain_text("Organic search")


def test_a_rule_is_moved_by_keyboard_alone(sign_in, live_server, company, admin):
    page = sign_in(admin)
    page.goto(f"{live_server.url}/settings/channels/")
    assert written_rules()[3]["channel"] == "paid_search"

    page.get_by_role("button", name="Move rule 4 up").focus()
    for place in (3, 2):
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name=f"Move rule {place} up: Paid search")).to_be_focused()

    assert [rule["channel"] for rule in written_rules()[:3]] == ["direct", "paid_search", "cross_network"]


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_channels_are_looked_at(sign_in, live_server, company, admin, width, theme):
    page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    found = []

    def look(name):
        found.extend(one["id"] for one in Axe().run(page).response["violations"])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/{name}-{width}-{theme}.png", full_page=name == "channels")

    page.goto(f"{live_server.url}/settings/channels/?url={VISIT.replace('&', '%26')}")
    look("channels")
    page.get_by_role("link", name="New rule").click()
    page.get_by_label("The channel is").wait_for()
    look("new-rule")

    assert found == []
