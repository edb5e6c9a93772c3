"""The board in a real Chromium: by drag, by keys alone, gates, a card that goes back, a phone, axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import edit_stage, move_deal
from isthmus.sales.models import Deal

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def stage_of(name: str) -> str:
    return Deal.objects.select_related("stage").get(name=name).stage.name


def column(page, name: str):
    return page.get_by_role("region", name="Deals by stage").locator(f'[data-name="{name}"]')


def wait_for_focus(page, name: str) -> None:
    """A dialog closes in a step of its own: the focus is back a moment after the key."""
    page.wait_for_function("name => document.activeElement.textContent.trim() === name", arg=name)


def test_a_card_is_dragged_and_the_move_taken_back_from_its_toast(sign_in, live_server, deals, rita):
    page = sign_in(rita)
    page.goto(live_server.url + "/deals/board/?owner=me")

    page.locator("li.deal", has_text="Alpha").drag_to(column(page, "Proposal"))
    page.get_by_text("Alpha: Moved to Proposal.").first.wait_for()

    assert stage_of("Alpha") == "Proposal"
    assert column(page, "Proposal").locator(".deal-name").all_inner_texts() == ["Alpha", "Delta"]
    assert column(page, "Proposal").locator(".lane-sum").inner_text() == "€3,500"
    assert "Alpha: Moved to Proposal." in page.locator("#board-says").inner_text()
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    assert stage_of("Alpha") == "Discovery"
    assert page.url.endswith("?owner=me")


def test_by_keys_alone_a_deal_goes_to_the_next_stage_is_won_and_comes_back(sign_in, live_server, deals, rita):
    page = sign_in(rita)
    page.goto(live_server.url + "/deals/")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url("**/deals/board/")
    page.locator("a.deal-name", has_text="Gamma").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    wait_for_focus(page, "Alpha")

    page.keyboard.press("]")
    page.get_by_text("Alpha: Moved to Proposal.").first.wait_for()
    wait_for_focus(page, "Alpha")
    page.keyboard.press("]")
    page.get_by_role("heading", name="The deal is won").wait_for()
    page.keyboard.type("1200")
    page.keyboard.press("Enter")
    page.get_by_text("Alpha: Won.").first.wait_for()
    won = Deal.objects.get(name="Alpha")
    assert (won.state, won.amount) == ("won", 1_200_000_000)

    page.keyboard.press("u")
    page.keyboard.press("Enter")
    page.get_by_text("Taken back.").wait_for()
    assert (Deal.objects.get(name="Alpha").state, stage_of("Alpha")) == ("open", "Proposal")


def test_what_a_stage_demands_is_asked_on_the_drop(sign_in, live_server, deals, rita, pipeline):
    stage = pipeline.stages.get(name="Proposal")
    edit_stage(stage_id=stage.pk, gate=["amount"], by=SYSTEM, at=clock.now())
    page = sign_in(rita)
    page.goto(live_server.url + "/deals/board/")

    page.locator("li.deal", has_text="Gamma").drag_to(column(page, "Proposal"))
    page.get_by_role("heading", name="Before Proposal").wait_for()
    assert column(page, "Discovery").get_by_text("Gamma").count() >= 1
    page.keyboard.press("Escape")
    wait_for_focus(page, "Gamma")
    page.keyboard.press("]")
    page.get_by_label("Value in EUR").fill("800")
    page.get_by_role("button", name="Move to Proposal").click()
    page.get_by_text("Gamma: Moved to Proposal.").first.wait_for()

    assert (stage_of("Gamma"), Deal.objects.get(name="Gamma").amount) == ("Proposal", 800_000_000)


def test_a_card_that_somebody_moved_meanwhile_goes_where_it_is_and_the_page_says_why(
    sign_in, live_server, deals, rita, pipeline
):
    page = sign_in(rita)
    page.goto(live_server.url + "/deals/board/")
    proposal, discovery = pipeline.stages.get(name="Proposal"), pipeline.stages.get(name="Discovery")
    move_deal(deal_id=deals["Delta"].pk, stage_id=discovery.pk, by=SYSTEM, at=clock.now())
    page.locator("a.deal-name", has_text="Delta").focus()

    page.keyboard.press("[")

    page.get_by_role("alert").get_by_text("The deal is in Discovery already.").wait_for()
    assert column(page, "Discovery").locator("a.deal-name", has_text="Delta").count() == 1
    assert column(page, "Proposal").locator(".deal").count() == 0
    assert proposal.pk != discovery.pk


def test_the_button_of_a_card_asks_where_to_and_losing_asks_why(sign_in, live_server, deals, rita):
    page = sign_in(rita)
    page.goto(live_server.url + "/deals/board/")

    page.get_by_role("link", name="Move Beta").click()
    page.get_by_role("heading", name="Where to?").wait_for()
    page.get_by_role("radio", name="Lost").check()
    page.get_by_role("button", name="Move", exact=True).click()
    page.get_by_role("heading", name="The deal is lost").wait_for()
    page.get_by_label("Wrong time").check()
    page.get_by_role("button", name="Lost").click()
    page.get_by_text("Beta: Lost, with its reason.").first.wait_for()

    assert Deal.objects.get(name="Beta").lost_reason == "timing"


def test_a_phone_shows_one_column_at_a_time(sign_in, live_server, deals, rita):
    page = sign_in(rita)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(live_server.url + "/deals/board/")

    assert page.locator(".lane:visible").count() == 1
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Proposal").click()
    page.locator('.lane[data-name="Proposal"]:visible').wait_for()
    assert page.locator(".lane:visible").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_on_board_palette_and_sheet(sign_in, live_server, deals, admin, pipeline, theme):
    stage = pipeline.stages.get(name="Discovery")
    edit_stage(stage_id=stage.pk, stale_days=7, by=SYSTEM, at=clock.now())
    page = sign_in(admin)
    page.emulate_media(color_scheme=theme)
    found: list[str] = []

    def look(where: str) -> None:
        violations = Axe().run(page).response["violations"]
        found.extend(f"{where}: {one['id']}: {one['nodes'][0]['html'][:200]}" for one in violations)

    page.goto(live_server.url + "/deals/board/")
    look("board")
    page.get_by_role("link", name="Move Beta").click()
    page.get_by_role("heading", name="Where to?").wait_for()
    look("move")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="Pipeline", exact=True).wait_for()
    look("palette")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    page.get_by_role("heading", name="Shortcuts").wait_for()
    look("sheet")
    page.keyboard.press("Escape")
    for path in ("/palette/?q=won", "/account/preferences/", "/settings/pipelines/"):
        page.goto(live_server.url + path)
        look(path)
    assert found == [], "\n".join(found)
