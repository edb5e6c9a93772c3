"""Views of lists in a real Chromium: saved, shared, the one that greets; columns moved; nothing for axe."""

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import save_view
from isthmus.workspace.models import SavedView
from tests.browsing import FORMS
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACT = {"by": SYSTEM, "at": MONDAY_NOON}


@pytest.fixture
def deals(ledger_folder, company, pipeline, rita):
    """Two deals of Rita's with Pat."""
    pat = add_person(full_name="Pat Prospect", email="pat@buyer.example", **ACT)
    with_pat = {"person_id": pat.pk, "owner_id": rita.pk, **ACT}
    return [open_deal(name=name, amount=Decimal(300), **with_pat) for name in ("Probes", "Valves")]


def problems(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def test_a_view_is_saved_shared_and_made_the_one_that_greets(sign_in, live_server, deals, admin):
    page = sign_in(admin)
    page.goto(f"{live_server.url}/deals/?state=open&sort=-value")
    page.get_by_role("link", name="Save as a view…").click()
    page.get_by_label("Name").fill("Largest open")
    page.get_by_label("Everybody").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Largest open").wait_for()

    page.get_by_role("button", name="About this view").click()
    page.get_by_role("button", name="Open the list with it").click()
    page.get_by_text("The list opens with this view now.").wait_for()
    page.goto(f"{live_server.url}/deals/")

    assert f"view={SavedView.objects.get().pk}" in page.url
    assert page.get_by_role("link", name="Largest open").get_attribute("aria-current") == "page"


def test_columns_are_put_in_another_order_by_keys(sign_in, live_server, deals, admin):
    page = sign_in(admin)
    page.goto(f"{live_server.url}/deals/")

    page.get_by_role("button", name="Columns").click()
    page.get_by_role("button", name="Owner: one place up").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show these columns").click()
    page.wait_for_url("**columns=owner**")

    heads = page.locator("thead th").all_inner_texts()
    assert heads.index("Owner") < heads.index("Stage") < heads.index("Value")


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_the_bar_of_views_fits_its_screen_and_is_open_to_everybody(
    sign_in, live_server, deals, admin, theme, width
):
    by = actor_for(admin)
    views = [
        save_view(list="deals", name=f"{name} of the year", query="sort=-value", by=by, at=MONDAY_NOON)
        for name in ("Largest deals", "Forgotten deals", "Deals to be closed")
    ]
    page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    page.goto(f"{live_server.url}/deals/?sort=value&view={views[0].pk}")

    for button in ("About this view", "Columns"):
        page.get_by_role("button", name=button).click()
        assert problems(page) == [], button
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, button
        page.keyboard.press("Escape")
