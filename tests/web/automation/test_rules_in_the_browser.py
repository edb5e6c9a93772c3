"""Writing a rule in a real Chromium, by keys alone; choosing brings blanks; what axe says."""

import os
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

from isthmus.automation.models import Rule
from isthmus.core.queue import run_due
from tests.automation.conftest import captured
from tests.browsing import FORMS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def _choose(page: Page, label: str, letters: str) -> None:
    """Choose in a select as one does by keys: to it, then the first letters."""
    page.get_by_label(label, exact=True).focus()
    page.keyboard.type(letters)
    page.keyboard.press("Tab")


def test_a_rule_is_written_tried_and_switched_on_by_keys(
    sign_in: Any, live_server: Any, company: Any, admin: Any, ledger_folder: Any
) -> None:
    captured(channel="email")
    page: Page = sign_in(admin)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{live_server.url}/settings/automation/new/empty/")

    page.get_by_label("Name", exact=True).fill("Say hello")
    _choose(page, "Act 1", "Tell a")
    page.get_by_label("Whom").wait_for()
    _choose(page, "Whom", "Ines")
    page.get_by_label("Text", exact=True).fill("Greet {person.name}")
    page.get_by_role("button", name="Add a condition").press("Enter")
    _choose(page, "Field of condition 1", "Chann")
    page.get_by_label("With what of condition 1").wait_for()
    _choose(page, "With what of condition 1", "Email")
    expect(page.get_by_label("Text", exact=True)).to_have_value("Greet {person.name}")
    page.get_by_role("button", name="Keep the draft").press("Enter")

    expect(page.get_by_role("heading", name="Draft: version 1")).to_be_visible()
    page.get_by_role("button", name="Try it on the past").press("Enter")
    expect(page.get_by_text("It is being tried; nothing is done meanwhile")).to_be_visible()
    run_due()
    page.reload()
    expect(
        page.get_by_role("heading", name="It would have gone off once in the last 90 days.")
    ).to_be_visible()
    page.get_by_role("link", name="Switch on…").press("Enter")
    page.get_by_role("button", name="Switch it on").press("Enter")
    expect(page.get_by_role("heading", name="At work: version 1")).to_be_visible()
    assert Rule.objects.get().flow.state == "on"


def test_keeping_a_draft_wins_over_blanks_that_are_still_being_drawn(
    sign_in: Any, live_server: Any, company: Any, admin: Any
) -> None:
    page: Page = sign_in(admin)
    address = f"{live_server.url}/settings/automation/new/empty/"
    page.goto(address)
    page.get_by_label("Name", exact=True).fill("Say hello")
    _choose(page, "Act 1", "Tell a")
    page.get_by_label("Whom").wait_for()
    _choose(page, "Whom", "Ines")
    page.get_by_label("Text", exact=True).fill("Greet them")

    keep = page.get_by_role("button", name="Keep the draft")
    keep.focus()
    with page.expect_response(address):  # Blanks drawn anew leave the button where it is.
        page.get_by_label("When", exact=True).dispatch_event("change")
    expect(keep).to_be_focused()

    held: list[Route] = []
    page.route(address, lambda route: held.append(route), times=1)  # Never answered.
    page.get_by_label("When", exact=True).dispatch_event("change")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Draft: version 1")).to_be_visible()
    assert len(held) == 1


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_rules_are_looked_at(
    sign_in: Any, live_server: Any, company: Any, admin: Any, width: int, theme: Any
) -> None:
    page: Page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    found: list[str] = []
    for name in ("", "new/", "new/slow-answer/", "new/stale-deal/", "runs/"):
        page.goto(f"{live_server.url}/settings/automation/{name}")
        found += [one["id"] for one in Axe().run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/rules-{name.replace('/', '-')}{width}-{theme}.png")

    assert found == []
