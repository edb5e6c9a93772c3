"""What browsers need beside the calls: leave to call, settings, our own script, a picture."""

import json
from base64 import b64encode, urlsafe_b64encode

import pytest

from isthmus.collect.commands import switch_source_off
from isthmus.core.actors import SYSTEM
from tests.cast import MONDAY_NOON

SITE = "https://www.example.com"
pytestmark = pytest.mark.both_databases


def test_a_browser_learns_what_it_may_send_and_remembers_it(call):
    answer = call("/v1/batch", method="OPTIONS", origin=SITE)

    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == SITE
    assert answer.headers["Access-Control-Max-Age"] == "86400"
    allowed = answer.headers["Access-Control-Allow-Headers"].split(", ")
    assert set(allowed) == {
        "authorization", "content-type", "content-encoding", "x-retry-count", "anonymousid"
    }  # fmt: skip


def test_a_page_may_read_its_answer_also_a_refusal(call, site):
    taken = call("/v1/page", {"writeKey": site.write_key}, origin=SITE)
    refused = call("/v1/page", {}, origin=SITE)

    for answer in (taken, refused):
        assert answer.headers["Access-Control-Allow-Origin"] == SITE
        assert answer.headers["Vary"] == "Origin"
    assert (taken.status, refused.status) == (200, 401)


@pytest.mark.parametrize("origin", ["x\r\nSet-Cookie: a=b", "https://a b", "https://é.example", "a" * 9000])
def test_no_strange_origin_comes_back_in_a_header(call, site, origin):
    answer = call("/v1/page", {"writeKey": site.write_key}, origin=origin)

    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("pack", [b64encode, urlsafe_b64encode, lambda text: b64encode(text).rstrip(b"=")])
def test_a_pixel_brings_an_event_in_base64(call, shop, pack):
    event = {"writeKey": shop.write_key, "userId": "ü?>~", "event": "Email Opened"}

    answer = call(
        "/v1/pixel/track", query=f"data={pack(json.dumps(event).encode()).decode()}", user_agent="Mail"
    )

    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/gif")
    assert answer.body.startswith(b"GIF89a")
    (batch,) = call.kept()
    assert (batch.source, batch.endpoint, batch.count) == (shop.pk, "track", 1)
    assert json.loads(batch.body) == event
    assert batch.agent == "Mail"


def test_a_pixel_brings_an_event_in_flat_parameters(call, shop):
    query = (
        f"writeKey={shop.write_key}&userId=u1&event=Opened&properties.plan=pro&properties.a.b=1&userId.x=2"
    )

    call("/v1/pixel/t", query=query)

    (batch,) = call.kept()
    assert json.loads(batch.body) == {
        "writeKey": shop.write_key,
        "userId": "u1",
        "event": "Opened",
        "properties": {"plan": "pro", "a": {"b": "1"}},
    }


@pytest.mark.parametrize(
    "query",
    [
        "",
        "data=",
        "data=%ff%fe",
        "data=W10=",
        "data=bm9wZQ==",
        "writeKey=unknown",
        "data=%00&a.b.c.d.e.f.g.h.i.j=1",
        "&".join(f"p{number}=1" for number in range(5000)),
        "data=" + "W" * 90_000,
        "a" + ".a" * 20_000,
    ],
)
def test_a_pixel_is_shown_whatever_its_address_says(call, shop, query):
    answer = call("/v1/pixel/page", query=query)

    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/gif")
    assert call.kept() == []


def test_a_pixel_with_more_parameters_than_django_would_take_is_kept(call, shop):
    many = "&".join(f"properties.p{number}={number}" for number in range(1500))

    call("/v1/pixel/page", query=f"writeKey={shop.write_key}&{many}")

    assert len(json.loads(call.kept()[0].body)["properties"]) == 1500


def test_a_pixel_of_no_known_method_is_shown_and_leaves_nothing(call, shop):
    assert call("/v1/pixel/nonsense", query=f"writeKey={shop.write_key}").status == 200
    assert call.kept() == []


def test_segments_program_is_told_to_send_here(call, site, settings):
    settings.PUBLIC_URL = ""

    told = call(f"/v1/projects/{site.write_key}/settings", host="c.example:8000").json

    assert told["integrations"]["Segment.io"]["apiKey"] == site.write_key
    assert told["integrations"]["Segment.io"]["apiHost"] == "c.example:8000/v1"
    assert told["integrations"]["Segment.io"]["protocol"] == "http"
    settings.PUBLIC_URL = "https://c.example"
    told = call(f"/v1/projects/{site.write_key}/settings", host="inside:1").json
    assert told["integrations"]["Segment.io"]["apiHost"] == "c.example/v1"
    assert told["integrations"]["Segment.io"]["protocol"] == "https"


def test_rudders_program_learns_whether_its_source_is_on(call, site):
    def told():
        return call("/sourceConfig/", query=f"p=cdn&writeKey={site.write_key}").json["source"]

    assert (told()["enabled"], told()["destinations"], told()["writeKey"]) == (True, [], site.write_key)
    switch_source_off(source_id=site.pk, by=SYSTEM, at=MONDAY_NOON)
    call.receiver._keys._looked_at = -100.0
    assert told()["enabled"] is False


def test_settings_are_for_known_keys(call, site):
    assert call("/v1/projects/unknown/settings").status == 401
    assert call("/v1/projects//settings").status == 401
    assert call("/sourceConfig").status == 401


def test_our_own_script_is_fetched_once(call):
    first = call("/isthmus.js")

    again = call("/isthmus.js", if_none_match=first.headers["ETag"])

    assert first.headers["Content-Type"].startswith("text/javascript")
    assert b"/v1/b" in first.body
    assert (again.status, again.body) == (304, b"")
    assert len(call("/isthmus.js", accept_encoding="gzip, br").body) < 3000
