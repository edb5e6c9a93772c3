"""Territories in a real Chromium: customers given away by keys; what axe says at both widths and themes."""

import os
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from isthmus.people.commands import add_account
from isthmus.people.models import Account
from isthmus.people.reassigning import reassign_account
from isthmus.territories.commands import (
    plan_reassignment,
    switch_on_territory_rules,
    try_territory_rules,
    write_territory_rules,
)
from isthmus.workspace.actors import actor_for
from tests.browsing import FORMS
from tests.territories.conftest import ACT, bea, gus, tree
from tests.territories.test_rules import rule

__all__ = ["bea", "gus", "tree"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/settings/territories/"


@pytest.fixture
def firms(tree: Any, rita: Any) -> list[int]:
    """Three accounts of Rita's in Germany."""
    made = [add_account(name=name, country="DE", **ACT).pk for name in ("Isar", "Elbe", "Oder")]
    for pk in made:
        reassign_account(account_id=pk, owner_id=rita.pk, **ACT)
    return made


def test_customers_are_given_away_by_keys(
    sign_in: Any, live_server: Any, ledger_folder: Any, firms: Any, rita: Any, bea: Any, admin: Any
) -> None:
    page: Page = sign_in(admin)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{live_server.url}{HOME}reassign/")

    page.get_by_label("Whose").focus()
    page.keyboard.type("Rita")
    page.get_by_label("Bea Bauer").press("Space")
    page.get_by_role("button", name="See what it means").press("Enter")
    page.wait_for_url("**/reassign/*/", timeout=120_000)  # Its first figures are compiled.
    page.get_by_label("Elbe").press("Space")
    page.get_by_role("button", name="Keep the exceptions").press("Enter")
    expect(page.get_by_text("Left out", exact=True)).to_be_visible()
    page.get_by_role("button", name="Give them away").press("Enter")

    expect(page.get_by_role("heading", name="Customers were given to others")).to_be_visible()
    owners = dict(Account.objects.values_list("name", "owner"))
    assert owners == {"Isar": bea.pk, "Elbe": rita.pk, "Oder": bea.pk}


def test_what_a_choice_does_not_ask_for_is_not_shown(sign_in: Any, live_server: Any, admin: Any) -> None:
    page: Page = sign_in(admin)
    page.goto(f"{live_server.url}{HOME}reassign/")
    whose, place = page.get_by_label("Whose"), page.get_by_label("Which territory")
    shares, sellers = page.get_by_label("Shares"), page.get_by_role("group", name="Sellers")

    shown = [one.is_visible() for one in (whose, place, shares, sellers)]
    assert shown == [True, False, False, True]

    page.get_by_label("What is given away").select_option("territory")
    page.get_by_label("Who gets it").select_option("shares")
    shown = [one.is_visible() for one in (whose, place, shares, sellers)]
    assert shown == [False, True, True, True]

    page.get_by_label("What is given away").select_option("rules")
    page.get_by_label("Who gets it").select_option("rules")
    assert not any(one.is_visible() for one in (whose, place, shares, sellers))


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_territories_are_looked_at(
    sign_in: Any, live_server: Any, ledger_folder: Any, firms: Any, tree: Any, rita: Any, bea: Any,
    admin: Any, width: int, theme: Any,
) -> None:  # fmt: skip
    by = actor_for(admin)
    spec = {
        "rules": [
            rule(tree["Bavaria"], ("name", "is", "Isar"), how="turn"),
            rule(tree["DACH"], ("size", "gt", 9)),
        ]
    }
    for _time in range(2):
        write_territory_rules(spec=spec, **ACT)
        if not _time:
            switch_on_territory_rules(**ACT)
        spec = {**spec, "fallback_id": tree["Nordics"]}
    try_territory_rules(by=by, at=ACT["at"])
    planned = plan_reassignment(
        what="seller", seller_id=rita.pk, to="one", to_ids=[bea.pk], by=by, at=ACT["at"]
    )
    page: Page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)
    found: list[str] = []
    names = ("", f"{tree['Bavaria']}/", "rules/", "rules/1/", "reassign/", f"reassign/{planned.pk}/")
    for number, name in enumerate(names):
        page.goto(f"{live_server.url}{HOME}{name}")
        found += [f"{name}: {one['id']}" for one in Axe().run(page).response["violations"]]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/territories-{number}-{width}-{theme}.png", full_page=True)

    assert found == []
