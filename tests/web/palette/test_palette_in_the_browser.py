"""The palette and the shortcuts in a real Chromium, by keys alone."""

import pytest

from isthmus.sales.models import Deal
from isthmus.workspace.models import SeenRecord

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_by_keys_alone_the_deal_of_the_page_is_lost_from_the_palette_and_comes_back(
    sign_in, live_server, deals, rita
):
    page = sign_in(rita)
    page.goto(f"{live_server.url}/deals/{deals['Alpha'].pk}/")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="Lost").first.wait_for()
    field = page.get_by_role("combobox", name="Search or do")
    page.keyboard.type("lost")
    page.locator('#palette-options [role=option][aria-selected=true]:has-text("Lost")').wait_for()
    assert field.get_attribute("aria-activedescendant") == "palette-acts-1"

    page.keyboard.press("Enter")
    page.get_by_label("Price").wait_for()
    page.get_by_label("Price").check()
    page.keyboard.press("Enter")
    page.get_by_text("Lost, with its reason.").wait_for()
    assert Deal.objects.get(name="Alpha").state == "lost"

    page.keyboard.press("u")
    page.keyboard.press("Enter")
    page.get_by_text("Taken back.").wait_for()
    assert Deal.objects.get(name="Alpha").state == "open"


def test_a_record_that_was_opened_is_at_hand_in_the_palette(sign_in, live_server, deals, rita):
    page = sign_in(rita)
    with page.expect_response(lambda answer: "/seen/deal/" in answer.url):
        page.goto(f"{live_server.url}/deals/{deals['Beta'].pk}/")
    assert SeenRecord.objects.get().record_id == deals["Beta"].pk

    page.goto(live_server.url + "/deals/")
    page.keyboard.press("Control+k")
    page.get_by_role("group", name="Seen lately").get_by_role("option", name="Beta").click()

    page.wait_for_url(f"**/deals/{deals['Beta'].pk}/")


def test_arrows_choose_and_the_number_of_matches_is_said(sign_in, live_server, deals, rita):
    page = sign_in(rita)
    page.goto(live_server.url + "/deals/")
    page.keyboard.press("Control+k")
    page.keyboard.type("alpha")
    page.locator('[role=option][aria-selected=true]:has-text("Alpha")').wait_for()
    assert "match" in page.locator("#palette-says").inner_text()

    page.keyboard.press("ArrowDown")
    assert page.locator("[aria-selected=true]").count() == 1
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/deals/{deals['Alpha'].pk}/")


def test_single_keys_walk_a_list_and_stay_out_of_fields(sign_in, live_server, deals, rita):
    page = sign_in(rita)
    page.goto(live_server.url + "/deals/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Gamma"

    page.keyboard.press("/")
    page.keyboard.type("g?je")
    assert page.evaluate("document.activeElement.value") == "g?je"
    assert page.get_by_role("heading", name="Shortcuts").count() == 0


def test_switched_off_no_single_key_does_anything(sign_in, live_server, deals, rita):
    rita.shortcuts = False
    rita.save()
    page = sign_in(rita)
    page.goto(live_server.url + "/deals/")

    page.keyboard.press("?")
    page.keyboard.press("g")
    page.keyboard.press("b")
    assert page.get_by_role("heading", name="Shortcuts").count() == 0
    assert page.url.endswith("/deals/")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search or do").wait_for()


def test_a_star_is_given_by_its_key(sign_in, live_server, deals, rita):
    page = sign_in(rita)
    page.goto(f"{live_server.url}/deals/{deals['Alpha'].pk}/")

    page.keyboard.press("s")

    page.locator('[data-star][aria-pressed="true"]').wait_for()
    page.reload()
    assert page.locator("[data-star]").get_attribute("aria-pressed") == "true"
