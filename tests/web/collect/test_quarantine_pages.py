"""Quarantine: groups of what could not be read, and one group's events as they came."""

import re
from urllib.parse import urlencode

import pytest

from isthmus.collect.models import Quarantined
from isthmus.core.clock import now, to_us
from tests.collect.received import website

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(client, ledger_folder, company, mia):
    client.force_login(mia)
    return client


def put_aside(source, count=1, **given):
    """Events of a source that wait."""
    values = {
        "source": source, "unit": 1, "received_us": to_us(now()), "endpoint": "batch",
        "reason": "bad_amount", "event": "Order Placed", "body": '{"type":"track","event":"Order Placed"}',
    }  # fmt: skip
    return Quarantined.objects.bulk_create(Quarantined(**(values | given)) for _ in range(count))


def _read(office, path: str) -> str:
    return office.get(path).content.decode()


def test_events_stand_in_groups_of_one_reason_source_and_name(office):
    shop, app = website(name="Shop"), website(name="App")
    put_aside(shop, 3)
    put_aside(app, 2)
    put_aside(shop, 1, event="Signed Up", reason="no_identity")
    put_aside(shop, 1, event="Gone", state="discarded")

    shown = _read(office, "/settings/quarantine/")

    assert re.findall(r'data-label="Events">([^<]+)<', shown) == ["1", "2", "3"]
    assert "Gone" not in shown
    assert "neither a user id nor an anonymous id" in shown


def test_groups_come_page_by_page(office):
    shop = website(name="Shop")
    for number in range(30):
        put_aside(shop, event=f"Event {number}")

    first = _read(office, "/settings/quarantine/")
    (onward,) = re.findall(r'hx-get="(\?before=\d+)"', first)
    rest = office.get("/settings/quarantine/" + onward, headers=HTMX).content.decode()

    assert (first.count("row-name"), rest.count("row-name")) == (25, 5)
    assert "Event 0<" in rest
    assert office.get("/settings/quarantine/?before=x").status_code == 400


def test_a_flood_is_counted_no_further_than_it_pays(office, monkeypatch):
    monkeypatch.setattr("isthmus.collect.queries.NEWEST", 5)
    put_aside(website(name="Shop"), 9)

    assert 'data-label="Events">5+<' in _read(office, "/settings/quarantine/")


def test_one_groups_events_stand_there_as_they_came_and_escaped(office):
    shop = website(name="Shop")
    put_aside(shop, 11, body='{"event":"<script>alert(1)</script>"}', detail="Expected `str`")
    put_aside(shop, 1, body="\x00no json <b>", event="Other")
    asked = urlencode({"reason": "bad_amount", "source": shop.pk, "event": "Order Placed"})

    shown = _read(office, f"/settings/quarantine/events/?{asked}")

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown
    assert "Waiting: 11" in shown
    (onward,) = re.findall(r'hx-get="(\?[^"]+after=[^"]+)"', shown)
    rest = office.get("/settings/quarantine/events/" + onward.replace("&amp;", "&"), headers=HTMX)
    assert rest.content.decode().count("<details>") == 1
    other = _read(office, f"/settings/quarantine/events/?{asked.replace('Order+Placed', 'Other')}")
    assert "no json &lt;b&gt;" in other


def test_an_address_that_names_no_group_is_none(office):
    assert office.get("/settings/quarantine/events/").status_code == 400
    assert office.get("/settings/quarantine/events/?source=999&reason=x").status_code == 404


def test_a_seller_sees_neither(client, company, rita):
    client.force_login(rita)

    assert client.get("/settings/quarantine/").status_code == 403
    assert client.get("/settings/sources/").status_code == 403
