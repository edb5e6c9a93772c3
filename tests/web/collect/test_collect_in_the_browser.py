"""Sources and quarantine in a real Chromium: looked at wide and narrow, light and dark; and what axe says."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.collect.models import Source, SourceCount
from isthmus.core.clock import now, to_us
from tests.browsing import FORMS
from tests.collect.received import page as browse
from tests.collect.received import receive, sealed, track, website
from tests.web.collect.test_quarantine_pages import BAD, put_aside

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(ledger_folder, company) -> Source:
    shop = website(name="Shop", alarm_hours=6)
    website(name="Back office", kind="server", off_since=now())
    for ago in range(1, 20):
        day = (now() - timedelta(days=ago)).date()
        SourceCount.objects.create(
            source=shop, day=day, acknowledged=900 + 70 * (ago % 7), facts=880 + 70 * (ago % 7),
            duplicates=15, quarantined=5, last_us=to_us(now() - timedelta(hours=9)),
        )  # fmt: skip
    receive(
        shop,
        browse("https://shop.example/"),
        track("Order Placed", properties={"revenue": 20, "currency": "EUR", "plan": "pro"}),
    )
    sealed()
    put_aside(shop, 120, detail="revenue: “12,50 €”", body=BAD)
    put_aside(shop, 3, reason="no_identity", event="Signed Up")
    return shop


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_sources_and_quarantine_are_looked_at(sign_in, live_server, shop, mia, width, theme):
    page = sign_in(mia)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    found = []

    def look():
        found.extend(one["id"] for one in Axe().run(page).response["violations"])
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.goto(f"{live_server.url}/settings/sources/")
    look()
    page.get_by_role("link", name="Shop").click()
    page.get_by_role("button", name="Declare plan").wait_for()
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Go on").wait_for()
    look()
    page.get_by_role("link", name="Change…").first.click()
    page.get_by_label("Only from these sites").wait_for()
    look()
    page.goto(f"{live_server.url}/settings/quarantine/")
    look()
    page.get_by_role("link", name="Order Placed").click()
    page.locator("main summary").first.click()
    look()
    page.get_by_role("link", name="Repair all…").click()
    page.get_by_role("heading", name="Rules, in their order").wait_for()
    page.get_by_role("button", name="Try it").click()
    page.get_by_role("button", name="Send all of them again").wait_for()
    look()
    page.get_by_role("button", name="Send all of them again").click()
    page.get_by_role("heading", name="Repairs").wait_for()
    look()

    assert found == []
