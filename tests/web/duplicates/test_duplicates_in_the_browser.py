"""Duplicates in a real Chromium: found, told apart, merged with a preview, taken apart; by keys alone."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead
from isthmus.people.commands import add_account
from isthmus.people.duplicates.finding import find_duplicates
from isthmus.people.models import Account, DuplicatePair, Person
from isthmus.people.models.search import ACCOUNT, PERSON
from isthmus.sales.commands import open_deal
from tests.browsing import FORMS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def problems(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def width_over(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.fixture
def annas(pipeline):
    """Two Annas of one firm, and two firms of one name, found."""
    at = clock.now()
    anna = capture_lead(
        full_name="Anna Lind", email="anna@firm.example", city="Lund", by=SYSTEM, at=at
    ).person
    other = capture_lead(
        full_name="LIND Anna", email="a.lind@firm.example", title="Buyer", by=SYSTEM, at=at
    ).person
    open_deal(name="Kettle", person_id=anna.pk, by=SYSTEM, at=at)
    for domain in ("nordlager.se", "nordlager.com"):
        add_account(name="Nordlager", domain=domain, country="SE", by=SYSTEM, at=at)
    find_duplicates(PERSON, at=at)
    find_duplicates(ACCOUNT, at=at)
    return anna, other


@pytest.mark.parametrize(("width", "theme"), FORMS)
def test_every_page_is_open_to_everybody_and_fits_its_screen(
    sign_in, live_server, annas, admin, theme, width
):
    anna, other = annas
    page = sign_in(admin)
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=theme)

    for path in (
        "/people/duplicates/",
        "/accounts/duplicates/",
        f"/people/merge/?keep={anna.pk}&lose={other.pk}",
        f"/people/{anna.pk}/identity/",
        f"/accounts/{Account.objects.first().pk}/identity/",
    ):
        page.goto(live_server.url + path)

        assert problems(page) == [], path
        assert width_over(page) <= 0, path


def test_a_pair_is_merged_by_keys_alone_and_taken_apart_again(sign_in, live_server, annas, admin):
    anna, other = annas
    page = sign_in(admin)
    page.goto(live_server.url + "/people/duplicates/")

    assert page.get_by_text("Both are called Anna Lind, at firm.example.").is_visible()
    page.get_by_role("link", name="Merge…").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Merge LIND Anna into Anna Lind").wait_for()
    assert page.get_by_text("1 lead", exact=True).is_visible()
    page.get_by_role("radio", name="a.lind@firm.example").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Merge the two").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Anna Lind", exact=False).first.wait_for()

    kept = Person.objects.get(pk=anna.pk)
    assert (kept.email, kept.title, kept.city) == ("a.lind@firm.example", "Buyer", "Lund")
    assert page.get_by_role("button", name="Undo").is_visible()

    page.goto(live_server.url + f"/people/{other.pk}/")
    assert page.url.endswith(f"/people/{anna.pk}/")
    page.get_by_role("link", name="Why are these one person?").click()
    page.get_by_role("button", name="Take apart").click()
    page.get_by_text("Nothing was merged into it").wait_for()
    assert Person.objects.get(pk=anna.pk).email == "anna@firm.example"


def test_not_the_same_takes_the_pair_away_and_leaves_a_way_back(sign_in, live_server, annas, admin):
    page = sign_in(admin)
    page.goto(live_server.url + "/people/duplicates/")

    page.get_by_role("button", name="Not the same").click()
    page.get_by_text("They are not proposed again.").wait_for()
    assert page.evaluate("document.activeElement.textContent") == "Undo"
    assert DuplicatePair.objects.get(party=PERSON).different_since is not None

    page.keyboard.press("Enter")
    page.get_by_role("link", name="Merge…").wait_for()
    assert DuplicatePair.objects.get(party=PERSON).different_since is None
