"""Calls as the tracking specification has them: taken, kept as they came, answered with exactly 200."""

import gzip
import json
import zlib
from base64 import b64encode

import pytest

from isthmus.collect.receiving import bodies
from isthmus.core.clock import now, to_us

EVENT = {"userId": "u1", "event": "Signed Up", "messageId": "m1"}
pytestmark = pytest.mark.both_databases


def basic(key):
    return f"Basic {b64encode(f'{key}:'.encode()).decode()}"


@pytest.mark.parametrize(
    ("path", "endpoint"),
    [(f"/v1/{name}", name) for name in ("identify", "track", "page", "screen", "group", "alias")]
    + [("/v1/i", "identify"), ("/v1/t", "track"), ("/v1/p", "page"), ("/v1/s", "screen"), ("/v1/g", "group")]
    + [("/v1/a", "alias"), ("/v1/track/", "track")],
)
def test_a_single_call_is_kept_as_it_came(call, shop, path, endpoint):
    before = to_us(now())

    answer = call(path, EVENT, authorization=basic(shop.write_key))

    assert (answer.status, answer.json) == (200, {"success": True})
    assert answer.headers["Content-Type"] == "application/json"
    (batch,) = call.kept()
    assert (batch.source, batch.endpoint, batch.count) == (shop.pk, endpoint, 1)
    assert json.loads(batch.body) == EVENT
    assert before <= batch.received_us <= to_us(now())
    assert (batch.agent, batch.visitor, batch.origin) == ("", "", "")


@pytest.mark.parametrize("path", ["/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch"])
def test_a_batch_is_one_frame_that_knows_how_many_it_holds(call, shop, path):
    sent = {"batch": [EVENT, "poison", None, {"type": "track"}], "sentAt": "2026-03-02T12:00:00Z"}

    answer = call(path, sent, query=f"writeKey={shop.write_key}")

    assert answer.status == 200
    (batch,) = call.kept()
    assert (batch.endpoint, batch.count) == ("batch", 4)
    assert json.loads(batch.body) == sent


def test_an_empty_batch_is_taken_and_leaves_nothing(call, shop):
    answer = call("/v1/batch", {"batch": []}, authorization=basic(shop.write_key))

    assert answer.status == 200
    assert call.kept() == []


@pytest.mark.parametrize(
    "pack", [gzip.compress, zlib.compress, lambda body: gzip.compress(body[:5]) + gzip.compress(body[5:])]
)
def test_packed_bodies_are_unpacked_first(call, shop, pack):
    packed = pack(json.dumps(EVENT).encode())
    encoding = "gzip" if packed.startswith(b"\x1f\x8b") else "deflate"

    answer = call("/v1/track", packed, authorization=basic(shop.write_key), content_encoding=encoding)

    assert answer.status == 200
    assert json.loads(call.kept()[0].body) == EVENT


def test_json_is_read_whatever_it_is_called(call, shop):
    form = "application/x-www-form-urlencoded"
    body = b"\xef\xbb\xbf" + json.dumps(EVENT).encode()

    answer = call("/v1/track", body, authorization=basic(shop.write_key), content_type=form)

    assert answer.status == 200
    assert json.loads(call.kept()[0].body) == EVENT


@pytest.mark.parametrize("body", [rb'{"event":"half \ud83d"}', b'{"event":"x","properties":{"a":NaN}}'])
def test_json_as_some_programs_write_it_is_taken(call, shop, body):
    assert call("/v1/track", body, authorization=basic(shop.write_key)).status == 200


@pytest.mark.parametrize("body", [b"", b"[]", b'"text"', b"{", b"\xff\xfe{}", b"[" * 100_000, b'{"a": nan}'])
def test_what_is_no_json_object_is_refused(call, shop, body):
    answer = call("/v1/track", body, authorization=basic(shop.write_key))

    assert (answer.status, answer.json["code"]) == (400, "invalid_json")
    assert answer.json["message"]
    assert call.kept() == []


@pytest.mark.parametrize("sent", [{}, {"batch": {}}, {"batch": "x"}, {"batch": None}])
def test_a_batch_without_its_list_is_refused(call, shop, sent):
    answer = call("/v1/batch", sent, authorization=basic(shop.write_key))

    assert (answer.status, answer.json["code"]) == (400, "no_batch")


def test_what_is_too_large_is_refused_packed_or_not(call, shop):
    key = basic(shop.write_key)
    bomb = gzip.compress(b" " * 200_000_000, 1)
    many = {"batch": [{}] * (bodies.MOST_EVENTS + 1)}

    assert len(bomb) < bodies.MOST_BYTES
    for path, sent in [("/v1/track", b" " * (bodies.MOST_BYTES + 1)), ("/v1/track", bomb), ("/v1/b", many)]:
        answer = call(path, sent, authorization=key)
        assert answer.status == 413
        assert {"code", "message"} <= set(answer.json)


@pytest.mark.parametrize("body", [b"\x1f\x8b", gzip.compress(b"{}", mtime=0)[:-4], b"\x1f\x8bnonsense"])
def test_what_is_packed_wrongly_is_refused(call, shop, body):
    answer = call("/v1/track", body, authorization=basic(shop.write_key), content_encoding="gzip")

    assert (answer.status, answer.json["code"]) == (400, "invalid_encoding")


def test_an_event_that_is_no_json_leaves_the_others_of_its_batch_whole(call, shop):
    deep = '{"a":' * 20_000 + "1" + "}" * 20_000
    body = f'{{"sentAt": "now", "batch": [{json.dumps(EVENT)}, {{"price": NaN}}, {deep}, {{"x": [1, 2]}}]}}'

    answer = call("/v1/batch", body.encode(), authorization=basic(shop.write_key))

    assert answer.status == 200
    (batch,) = call.kept()
    told = json.loads(batch.body)
    assert batch.count == 4
    assert told == {"sentAt": "now", "batch": [EVENT, '{"price": NaN}', deep, {"x": [1, 2]}]}


@pytest.mark.parametrize(
    "body", [b'{"batch": [{"a": 1}, {"b": ', b'{"batch": [{"a": "x]}', b"{batch: []}", b"nope"]
)
def test_a_batch_that_is_cut_off_is_refused_whole(call, shop, body):
    answer = call("/v1/batch", body, authorization=basic(shop.write_key))

    assert (answer.status, answer.json["code"]) == (400, "invalid_json")
    assert call.kept() == []


def test_figures_that_programs_tell_of_themselves_are_taken_and_forgotten(call):
    assert call("/v1/m", {"series": []}).status == 200
    assert call.kept() == []


def test_other_paths_go_to_the_pages(call):
    assert call("/sign-in/").headers == {"X-Path": "/sign-in/"}
    assert call("/api/v1/commands/x", {}).body == b"a page"


def test_what_is_nowhere_or_asked_for_wrongly_says_so(call):
    assert call("/v1/nothing", {}).json["code"] == "not_found"
    assert call("/v1/projects/x/other").status == 404
    assert call("/v1/batch").status == 405
    assert call("/v1/batch").headers["Allow"] == "POST, OPTIONS"
