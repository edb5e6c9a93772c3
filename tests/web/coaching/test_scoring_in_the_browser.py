"""A manager scores a call from its deal's timeline by keys alone, and the seller finds it with its lesson."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.sales.commands import lose_deal
from isthmus.sales.models import FilledCard

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def is_open_to_everybody(page):
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found] == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_call_is_scored_by_keys_and_its_seller_reads_the_score(
    sign_in, live_server, ledger_folder, world, rita, sam
):
    lose_deal(deal_id=world.deal.pk, reason="price", by=SYSTEM, at=now())
    page = sign_in(sam)
    page.goto(f"{live_server.url}/deals/{world.deal.pk}/")
    page.get_by_role("link", name="Score this call").press("Enter")
    page.get_by_role("heading", name="Score this call").wait_for()
    is_open_to_everybody(page)
    page.keyboard.press("2")
    page.keyboard.press("0")
    page.keyboard.type("Wait for the answer")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text("Scored: 1 of 2.").wait_for()
    is_open_to_everybody(page)

    assert FilledCard.objects.get().comment == "Wait for the answer"
    page = sign_in(rita)
    page.goto(f"{live_server.url}/coaching/")
    page.get_by_role("heading", name="My coaching").wait_for()
    page.get_by_text("Wait for the answer").wait_for()
    page.get_by_role("link", name="Holding the price").click()
    page.get_by_role("button", name="Worked through").click()
    page.get_by_text("You worked through this").wait_for()
    is_open_to_everybody(page)
