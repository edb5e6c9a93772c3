"""Who sends: by which key, in each form that programs use, and for how long a key counts."""

from base64 import b64encode
from datetime import timedelta

import pytest
from django.db import OperationalError

from isthmus.collect.commands import (
    edit_source,
    remove_source,
    rotate_source_key,
    switch_source_off,
    switch_source_on,
)
from isthmus.collect.models import Source
from isthmus.collect.receiving import keys
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from tests.cast import MONDAY_NOON

EVENT = {"userId": "u1", "event": "Signed Up"}
pytestmark = pytest.mark.both_databases


def basic(key, password=""):
    return f"Basic {b64encode(f'{key}:{password}'.encode()).decode()}"


@pytest.fixture(autouse=True)
def read_anew_each_time(monkeypatch):
    monkeypatch.setattr(keys, "KNOWN_SECONDS", -1.0)
    monkeypatch.setattr(keys, "LOOK_AGAIN_SECONDS", -1.0)


@pytest.mark.parametrize("form", ["basic", "body", "bearer", "query"])
def test_a_key_is_known_in_every_form(call, shop, form):
    key = shop.write_key
    ways = {
        "basic": lambda: call("/v1/track", EVENT, authorization=basic(key)),
        "body": lambda: call("/v1/track", {**EVENT, "writeKey": key}),
        "bearer": lambda: call("/v1/track", {**EVENT, "writeKey": key}, authorization="Bearer some-token"),
        "query": lambda: call("/v1/track", EVENT, query=f"v=1&writeKey={key}"),
    }

    assert ways[form]().status == 200
    assert [batch.source for batch in call.kept()] == [shop.pk]


def test_basic_authorization_goes_before_the_key_in_the_body(call, shop, site):
    call("/v1/track", {**EVENT, "writeKey": site.write_key}, authorization=basic(shop.write_key))

    assert [batch.source for batch in call.kept()] == [shop.pk]


@pytest.mark.parametrize(
    "given", ["", "Basic", "Basic ???", "Basic " + "A" * 5000, "Basic //79", basic(""), "Digest x"]
)
def test_authorization_that_says_nothing_leaves_it_to_the_body(call, shop, given):
    answer = call("/v1/track", {**EVENT, "writeKey": shop.write_key}, authorization=given)

    assert answer.status == 200


@pytest.mark.parametrize(
    ("key", "code"),
    [("", "no_write_key"), (5, "no_write_key"), (None, "no_write_key"), ("x" * 5000, "unknown_write_key")],
)
def test_without_a_known_key_nothing_is_taken(call, shop, key, code):
    answer = call("/v1/track", {**EVENT, "writeKey": key})

    assert (answer.status, answer.json["code"]) == (401, code)
    assert call.kept() == []


def test_a_source_that_is_switched_off_takes_nothing_until_it_is_on_again(call, shop):
    key = basic(shop.write_key)

    switch_source_off(source_id=shop.pk, by=SYSTEM, at=MONDAY_NOON)
    off = call("/v1/track", EVENT, authorization=key)
    switch_source_on(source_id=shop.pk, by=SYSTEM, at=MONDAY_NOON)

    assert (off.status, off.json["code"]) == (404, "source_off")
    assert call("/v1/track", EVENT, authorization=key).status == 200


def test_a_former_key_counts_until_its_day_is_over(call, shop):
    former = basic(shop.write_key)

    rotated = rotate_source_key(source_id=shop.pk, by=SYSTEM, at=now())
    within = call("/v1/track", EVENT, authorization=former)
    Source.objects.filter(pk=shop.pk).update(former_until=now() - timedelta(seconds=1))

    assert within.status == 200
    assert call("/v1/track", EVENT, authorization=former).status == 401
    assert call("/v1/track", EVENT, authorization=basic(rotated.write_key)).status == 200


def test_the_key_of_a_removed_source_counts_no_more(call, shop):
    remove_source(source_id=shop.pk, by=SYSTEM, at=MONDAY_NOON)

    assert call("/v1/track", EVENT, authorization=basic(shop.write_key)).status == 401


def test_keys_are_looked_up_once_in_a_while_and_not_for_each_call(
    call, shop, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(keys, "KNOWN_SECONDS", 60.0)
    monkeypatch.setattr(keys, "LOOK_AGAIN_SECONDS", 60.0)
    call("/v1/track", EVENT, authorization=basic(shop.write_key))

    with django_assert_num_queries(0):
        assert call("/v1/track", EVENT, authorization=basic(shop.write_key)).status == 200
        assert call("/v1/track", EVENT, authorization=basic("unknown")).status == 401


def test_while_the_database_is_away_known_keys_count_and_others_are_asked_to_wait(call, shop, monkeypatch):
    call("/v1/track", EVENT, authorization=basic(shop.write_key))

    def away():
        raise OperationalError("no")

    monkeypatch.setattr(keys, "_read", away)
    fresh = type(call)(type(call.receiver)(lambda environ, start: []))

    assert call("/v1/track", EVENT, authorization=basic(shop.write_key)).status == 200
    waiting = fresh("/v1/track", EVENT, authorization=basic(shop.write_key))
    assert (waiting.status, waiting.headers["Retry-After"]) == (503, "5")


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("https://www.example.com", 200),
        ("HTTPS://WWW.EXAMPLE.COM", 200),
        ("https://shop.example.org", 200),
        ("https://example.org", 403),
        ("http://www.example.com", 403),
        ("https://evil.example", 403),
        ("null", 403),
        ("", 200),
    ],
)
def test_pages_of_other_sites_may_not_use_a_key(call, site, origin, status):
    allowed = ["www.example.com", "https://*.example.org"]
    edit_source(source_id=site.pk, origins=allowed, by=SYSTEM, at=MONDAY_NOON)

    answer = call("/v1/track", {**EVENT, "writeKey": site.write_key}, origin=origin)

    assert answer.status == status
    assert len(call.kept()) == (status == 200)
