"""Quarantine: groups of what could not be read, one group's events, rules tried and events sent again."""

import re
from urllib.parse import urlencode

import pytest

from isthmus.collect.models import Quarantined, Repair
from isthmus.core.clock import now, to_us
from isthmus.core.queue.running import run_due
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


def repair_page(source, **more):
    asked = {"reason": "bad_amount", "source": source.pk, "event": "Order Placed", **more}
    return f"/settings/quarantine/repair/?{urlencode(asked, doseq=True)}"


BAD = (
    '{"type":"track","event":"Order Placed","userId":"u","properties":{"revenue":"12,50 €","currency":"EUR"}}'
)
NUMBER = {"act": "number", "field": "properties.revenue", "value": ""}


def test_rules_are_tried_on_the_newest_events_before_anything_is_sent(office):
    shop = website(name="Shop")
    put_aside(shop, 2, body=BAD)
    put_aside(shop, 1, body=BAD.replace("12,50 €", "free"))

    bare = _read(office, repair_page(shop))
    tried = _read(office, repair_page(shop, **NUMBER))

    assert "Of the newest 3 events, 0 could be read" in bare
    assert 'value="properties.revenue"' in bare
    assert "Send all of them again" not in bare
    assert "Of the newest 3 events, 2 could be read" in tried
    assert "Take the field properties.revenue as a number." in tried
    assert "&quot;revenue&quot;: 12.5" in tried
    assert "Its revenue, total or currency cannot be read" in tried
    assert set(Quarantined.objects.values_list("state", flat=True)) == {"waiting"}


def test_the_field_that_events_stumble_over_is_offered(office):
    shop = website(name="Shop")
    put_aside(shop, reason="unreadable", event="", detail="Expected `str | null`, got `int` - at `$.event`")

    assert 'value="event"' in _read(office, repair_page(shop, reason="unreadable", event=""))


def test_a_rule_that_is_none_is_said_beside_the_rules(office):
    shop = website(name="Shop")
    put_aside(shop, body=BAD)

    shown = _read(office, repair_page(shop, act="rename", field="a", value=""))

    assert "Move a field: say to what." in shown


def test_a_group_is_sent_again_by_its_rules(office):
    shop = website(name="Shop")
    put_aside(shop, 2, body=BAD)
    put_aside(shop, 1, body=BAD.replace("12,50 €", "free"))

    answer = office.post(repair_page(shop), NUMBER, follow=True)

    shown = answer.content.decode()
    assert "2 events are sent again. Still not readable: 1." in shown
    assert "Sent again: 2. Still not readable: 1." in shown
    assert sorted(Quarantined.objects.values_list("state", flat=True)) == ["replayed", "replayed", "waiting"]
    again = office.post(repair_page(shop), {**NUMBER, "ids": ["7777777"]})
    assert again.status_code == 409


def test_ticked_events_alone_are_thrown_away_or_sent_again(office):
    shop = website(name="Shop")
    first, second, _third = put_aside(shop, 3, body=BAD)

    tried = _read(office, repair_page(shop, **NUMBER, ids=[first.pk, second.pk]))
    assert "Of the newest 2 events, 2 could be read" in tried
    office.post(repair_page(shop), {**NUMBER, "ids": [first.pk]})
    office.post(repair_page(shop, ids=[second.pk]).replace("/repair/", "/discard/"))

    assert list(Quarantined.objects.order_by("pk").values_list("state", flat=True)) == [
        "replayed",
        "discarded",
        "waiting",
    ]
    assert office.get(repair_page(shop, ids=["x"])).status_code == 400


def test_a_repair_of_many_is_watched_stopped_and_gone_on_with(office, monkeypatch):
    monkeypatch.setattr("isthmus.collect.commands.quarantine.AT_ONCE", 2)
    shop = website(name="Shop")
    put_aside(shop, 3, body=BAD)

    begun = office.post(repair_page(shop), NUMBER, follow=True).content.decode()
    assert "It is under way: 3 events." in begun
    assert "every 2s" in begun
    repair = Repair.objects.get()
    office.post(f"/settings/quarantine/repairs/{repair.pk}/stop/")
    stopped = office.get("/settings/quarantine/?part=repairs", headers=HTMX).content.decode()
    assert "Go on" in stopped
    assert "every 2s" not in stopped
    office.post(f"/settings/quarantine/repairs/{repair.pk}/on/")
    run_due()

    assert "Sent again: 3." in _read(office, "/settings/quarantine/")
    assert office.post(f"/settings/quarantine/repairs/{repair.pk}/on/").status_code == 409
    assert office.post(f"/settings/quarantine/repairs/{repair.pk}/burn/").status_code == 404
