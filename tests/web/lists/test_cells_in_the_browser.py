"""Cells of lists in a real Chromium: changed by keys, whose change came first, nothing for axe."""

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core.actors import SYSTEM
from isthmus.people.commands import add_account, add_person, edit_person
from isthmus.people.models import Person
from isthmus.sales.commands import edit_deal, open_deal
from isthmus.sales.models import Deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.browsing import FORMS
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ACT = {"by": SYSTEM, "at": MONDAY_NOON}


@pytest.fixture
def deals(ledger_folder, company, pipeline, rita):
    """Two deals of Rita's with Pat."""
    account = add_account(name="Buyer Works", **ACT)
    pat = add_person(full_name="Pat Prospect", email="pat@buyer.example", **ACT)
    edit_person(person_id=pat.pk, account_id=account.pk, title="Buyer", **ACT)
    with_pat = {"person_id": pat.pk, "account_id": account.pk, "owner_id": rita.pk, **ACT}
    return [open_deal(name=name, amount=Decimal(300), **with_pat) for name in ("Probes", "Valves")]


def problems(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def cell(page, row, column):
    return page.locator("tr", has_text=row).locator(f'td[data-label="{column}"]')


def test_a_cell_is_changed_by_keys_alone_and_taken_back(sign_in, live_server, deals, mia, admin):
    page = sign_in(admin)
    page.goto(f"{live_server.url}/deals/?sort=opened")

    page.locator("[data-cell][tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator(".cell-input").wait_for()
    page.keyboard.type("450")
    page.keyboard.press("Enter")
    page.get_by_text("Saved.").wait_for()

    assert Deal.objects.get(name="Valves").amount == 450_000_000
    assert page.evaluate("document.activeElement.textContent").strip() == "€450"
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Taken back.").wait_for()
    assert Deal.objects.get(name="Valves").amount == 300_000_000


def test_esc_leaves_a_cell_as_it_was(sign_in, live_server, deals, admin):
    page = sign_in(admin)
    page.goto(f"{live_server.url}/deals/")

    cell(page, "Probes", "Value").locator(".cell").click()
    page.locator(".cell-input").fill("1")
    page.keyboard.press("Escape")

    assert cell(page, "Probes", "Value").inner_text() == "€300"
    assert page.locator(".cell-input").count() == 0
    assert Deal.objects.get(name="Probes").amount == 300_000_000


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_somebody_elses_change_is_named_and_one_chooses(sign_in, live_server, deals, admin, rita, theme):
    page = sign_in(admin)
    page.emulate_media(color_scheme=theme)
    page.goto(f"{live_server.url}/deals/")
    cell(page, "Probes", "Value").locator(".cell").click()
    page.locator(".cell-input").fill("450")
    by = actor_for(User.objects.get(pk=rita.pk))
    edit_deal(deal_id=deals[0].pk, amount=Decimal(700), by=by, at=MONDAY_NOON)

    page.keyboard.press("Enter")
    page.get_by_text("Rita Reyes changed this to").wait_for()

    assert problems(page) == []
    page.get_by_role("button", name="Keep theirs").click()
    assert cell(page, "Probes", "Value").inner_text() == "€700"
    assert Deal.objects.get(name="Probes").amount == 700_000_000


def test_an_owner_is_chosen_in_the_list_and_a_field_emptied(sign_in, live_server, deals, admin, rita):
    page = sign_in(admin)
    page.goto(f"{live_server.url}/people/?columns=owner&columns=title")

    cell(page, "Pat Prospect", "Owner").locator(".cell").click()
    page.locator("select.cell-input").select_option(label="Rita Reyes")
    page.get_by_text("Saved.").wait_for()
    cell(page, "Pat Prospect", "Title").locator(".cell").click()
    page.locator(".cell-input").fill("")
    page.keyboard.press("Enter")
    page.locator("td[data-label='Title'] [data-state='saved']").wait_for()

    pat = Person.objects.get()
    assert (pat.owner, pat.title) == (rita, "")


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_lists_fit_their_screen_and_are_open_to_everybody(sign_in, live_server, deals, admin, theme, width):
    page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)

    for name in ("people", "accounts", "leads", "deals"):
        page.goto(f"{live_server.url}/{name}/")
        assert problems(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
    cell(page, "Probes", "Value").locator(".cell").click()
    page.locator(".cell-input").wait_for()
    assert problems(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
