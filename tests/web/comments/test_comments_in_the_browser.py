"""Naming a colleague in a real Chromium, by keys alone; and what axe says of it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.workspace.models import Comment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_colleague_is_named_by_keys_alone(sign_in, live_server, deals, rita, admin):
    page = sign_in(rita)
    page.goto(f"{live_server.url}/deals/{deals['Alpha'].pk}/")
    field = page.get_by_role("textbox", name="Comment")
    field.focus()
    page.keyboard.type("May I, @" + admin.name[:2].lower())
    page.get_by_role("option", name=admin.name).wait_for()
    assert field.get_attribute("aria-activedescendant") == f"mention-{admin.pk}"

    page.keyboard.press("Enter")
    page.keyboard.type("give a rebate?")
    assert field.input_value() == f"May I, @{admin.name} give a rebate?"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    page.get_by_text("Your comment is there.").wait_for()
    assert Comment.objects.get().mentioned == [admin.pk]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_comments_and_preferences(sign_in, live_server, deals, rita, admin, theme):
    page = sign_in(rita)
    page.emulate_media(color_scheme=theme)
    page.goto(f"{live_server.url}/deals/{deals['Alpha'].pk}/")
    page.get_by_role("textbox", name="Comment").fill(f"@{admin.name} look")
    page.get_by_role("button", name="Comment").click()
    page.get_by_text("Your comment is there.").wait_for()
    page.get_by_role("textbox", name="Comment").press_sequentially("@")
    page.get_by_role("listbox").get_by_role("option").first.wait_for()
    found = [one["id"] for one in Axe().run(page).response["violations"]]
    page.goto(live_server.url + "/account/preferences/")
    found += [one["id"] for one in Axe().run(page).response["violations"]]

    assert found == []
