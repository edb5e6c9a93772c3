"""Visits in a real Chromium: on the person's page, and a wrong visitor parted from it."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.ledger.visitors import visitor_subjects
from isthmus.marketing.forms import capture_from_form
from isthmus.people.models import Person
from isthmus.people.visitors import VisitorSighting, identify_visitors
from tests.ledger.collected import collect, form
from tests.ledger.collected import page as viewed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PICTURES = os.environ.get("ISTHMUS_PICTURES", "")


def problems(page):
    found = Axe().run(page).response["violations"]
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found]


def picture(page, name):
    if PICTURES:
        page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=True)


@pytest.fixture
def pat(pipeline):
    """Pat, who came by an advertisement, came back by search and sent a form."""
    now = clock.now()
    (browser,) = visitor_subjects(["a:b-1"]).values()
    first = now - timedelta(days=9)
    tags = {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "spring-sale", "click_id": "gclid:x"}
    viewed(browser, first, "/pricing", channel="paid_search", landing_page="/pricing", **tags)
    for minute, path in enumerate(("/sizes", "/wholesale", "/delivery"), 1):
        collect("page.left", browser, first + timedelta(minutes=minute), path=path, quantity=58_000)
        viewed(browser, first + timedelta(minutes=minute), path)
    second = now - timedelta(days=2)
    viewed(browser, second, "/", channel="organic_search", referrer="www.google.com", landing_page="/")
    viewed(browser, second + timedelta(minutes=1), "/contact")
    typed = {"name": "Pat Prospect", "email": "pat@buyer.example", "message": "How much for forty?"}
    sent = form(browser, second + timedelta(minutes=3), "contact", **typed)
    sighting = VisitorSighting(browser, "a:b-1", second, email="pat@buyer.example", full_name="Pat Prospect")
    with transaction.atomic():
        identify_visitors([sighting], by=SYSTEM)
    capture_from_form(sent, by=SYSTEM)
    return Person.objects.get()


def test_the_way_of_a_visitor_stands_on_the_page_of_the_person(sign_in, live_server, pat, mia):
    page = sign_in(mia)
    for scheme in ("light", "dark"):
        for width in (1440, 390):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            page.goto(f"{live_server.url}/people/{pat.pk}/")
            page.get_by_text("Visited /pricing and 3 other pages").wait_for()
            assert problems(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            picture(page, f"visits-{width}-{scheme}")

    page.get_by_text("Visited /pricing and 3 other pages").click()
    assert page.get_by_text("/wholesale").is_visible()
    assert page.get_by_text("Campaign spring-sale, google / cpc").first.is_visible()
    page.get_by_role("link", name="Marketing", exact=True).first.click()
    assert page.get_by_text("Sent the form contact").is_visible()


def test_a_visitor_of_somebody_else_is_parted_on_the_page_of_why(sign_in, live_server, pat, admin):
    page = sign_in(admin)
    page.goto(f"{live_server.url}/people/{pat.pk}/identity/")
    assert problems(page) == []
    picture(page, "identity")

    page.get_by_role("button", name="Part Browser b-1").click()

    page.get_by_text("What this visitor did is a stranger’s again.").wait_for()
    page.goto(f"{live_server.url}/people/{pat.pk}/")
    assert page.get_by_text("Visited /pricing").count() == 0
