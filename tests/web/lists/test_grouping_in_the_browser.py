"""A grouped list in a real Chromium: opened and closed by keys, more rows on demand, nothing for axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead
from tests.browsing import FORMS
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_a_list_is_grouped_and_its_groups_open_by_keys(
    sign_in, live_server, ledger_folder, company, admin, width, theme
):
    for channel, many in (
        ("email", 25),
        ("event", 1),
        ("partner", 1),
        ("phone", 1),
        ("search", 1),
        ("social", 1),
    ):
        for number in range(many):
            capture_lead(email=f"{channel}{number}@buyer.example", channel=channel, by=SYSTEM, at=MONDAY_NOON)
    page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/leads/?theme={theme}")
    page.get_by_role("button", name="Group").click()
    page.get_by_role("link", name="Channel", exact=True).click()
    rows = page.locator("tbody.group .row-name")
    page.get_by_role("link", name="More of these").wait_for()
    expect(rows).to_have_count(10 + 4)  # Each group fetches its own.

    page.get_by_role("link", name="More of these").click()
    page.get_by_role("link", name="More of these").wait_for(state="detached")
    expect(rows).to_have_count(25 + 4)

    last = page.get_by_role("button", name="Social")
    assert last.get_attribute("aria-expanded") == "false"
    last.focus()
    page.keyboard.press("Enter")
    page.get_by_text("social0@buyer.example").first.wait_for()
    page.get_by_role("button", name="Email", exact=True).click()

    assert page.get_by_text("email3@buyer.example").first.is_hidden()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []
