"""What comes from a source as it comes, paused and gone on with; properties that are declared from there."""

import re

import pytest

from isthmus.collect import undeclared
from isthmus.collect.models import DeclaredProperty
from isthmus.ledger import latest
from tests.collect.received import page, receive, sealed, track, website

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client, ledger_folder, company, mia):
    client.force_login(mia)
    return client


def _live(office, source, query=""):
    return office.get(f"/settings/sources/{source.pk}/live/{query}")


def test_the_latest_events_stand_there_and_nothing_is_sent_until_there_are_newer_ones(office):
    shop, other = website(name="Shop"), website(name="Other")
    receive(shop, page("https://a.example/first"), track("Order", properties={"revenue": 12.5}))
    receive(other, track("Elsewhere"))
    sealed()

    shown = _live(office, shop).content.decode()
    assert "a.example/first" in shown
    assert "Order" in shown
    assert "12.50" in shown
    assert "Elsewhere" not in shown
    (onward,) = re.findall(r'hx-get="[^"]*(\?after=\d+)"', shown)
    assert _live(office, shop, onward).status_code == 204

    receive(shop, page("https://a.example/second"))
    sealed()

    again = _live(office, shop, onward).content.decode()
    assert again.index("a.example/second") < again.index("a.example/first")
    assert _live(office, shop, "?after=x").status_code == 400


def test_it_is_paused_and_goes_on(office):
    shop = website(name="Shop")

    paused = _live(office, shop, "?paused=1").content.decode()

    assert "every 2s" not in paused
    assert "Go on" in paused
    assert "every 2s" in _live(office, shop).content.decode()
    assert "Nothing came from it lately." in paused


def test_only_the_newest_files_are_looked_into(office, monkeypatch):
    monkeypatch.setattr(latest, "FILES", 2)
    shop = website(name="Shop")
    for number in range(4):
        receive(shop, track(f"Event {number}"))
        sealed()

    rows = latest.latest_collected(shop.pk, 20)

    assert [row["event"] for row in rows] == ["Event 3", "Event 2"]
    assert [row["event"] for row in latest.latest_collected(shop.pk, 1)] == ["Event 3"]


def test_properties_that_are_not_kept_are_declared_from_there(office):
    shop = website(name="Shop")
    given = {"plan": "pro", "seats": 3, "trial": True, "tags": [1], "revenue": 1, "email": "x@y.example"}
    receive(shop, track("Signed Up", properties=given), track("Signed Up", properties={"plan": "free"}))
    sealed()
    DeclaredProperty.objects.create(event="", name="trial", made_at=shop.made_at)

    shown = office.get(f"/settings/sources/{shop.pk}/properties/").content.decode()

    found = re.findall(r'<th scope="row" class="break">([^<]+)<', shown)
    assert (found[0], sorted(found)) == ("plan", ["email", "plan", "seats"])
    assert "x@y.example" not in shown
    chosen = {"event": "Signed Up", "name": "plan"}
    office.post(f"/settings/sources/{shop.pk}/declare/", chosen)
    assert DeclaredProperty.objects.filter(**chosen).exists()
    assert [one.name for one in undeclared.undeclared_of(shop)] == ["seats", "email"]
    assert office.post(f"/settings/sources/{shop.pk}/declare/", chosen).status_code == 409


def test_no_more_of_the_archive_is_read_than_it_pays(office, monkeypatch):
    monkeypatch.setattr(undeclared, "EVENTS", 3)
    shop = website(name="Shop")
    receive(shop, *[track("A", properties={f"p{number}": 1}) for number in range(9)])
    sealed()

    assert len(undeclared.undeclared_of(shop)) == 3
