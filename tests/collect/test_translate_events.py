"""What collected events become: facts with their pages, channels, times, amounts; and what cannot be read."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from isthmus.collect.models import DeclaredProperty, Quarantined, SourceCount
from isthmus.core.clock import now, to_us
from isthmus.ledger.segments import writer
from isthmus.ledger.segments.frames import Batch
from isthmus.people.models import Person
from tests.collect.received import BROWSER, identify, page, receive, sealed, track, website

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db(transaction=True)]

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_a_view_from_an_ad_keeps_how_its_visitor_came_and_leaves_the_rest_out() -> None:
    site = website()
    url = (
        "https://www.shop.example/pricing?utm_source=Google&utm_medium=cpc&utm_campaign=Spring"
        "&utm_term=crm&utm_content=a&gclid=abc&email=pat@acme.example"
    )

    receive(site, page(url, referrer="https://www.google.com/search?q=secret"))

    columns = "host, path, landing_page, channel, utm_source, utm_medium, utm_campaign, utm_term, utm_content"
    assert sealed(f"{columns}, click_id, referrer") == [
        ("shop.example", "/pricing", "/pricing", "paid_search", "Google", "cpc", "Spring", "crm", "a",
         "gclid:abc", "google.com")
    ]  # fmt: skip
    assert sealed("props") == [(None,)]


def test_a_view_from_the_site_itself_has_no_channel() -> None:
    site = website()

    receive(site, page("https://shop.example/a"), at=NOON)
    receive(
        site,
        page("https://shop.example/b", referrer="https://www.shop.example/a"),
        at=NOON + timedelta(minutes=1),
    )

    assert sealed("path, channel, landing_page, referrer") == [
        ("/a", "direct", "/a", None),
        ("/b", None, None, None),
    ]


def test_no_mail_address_stays_in_a_path_or_a_tag() -> None:
    url = "https://shop.example/unsubscribe/pat%40acme.example/now?utm_content=to+pat@acme.example&utm_term=a@1.2"
    receive(website(), page(url), page("https://shop.example/@acme/lib@1.2.3/x"))

    assert sorted(sealed("path, landing_page, utm_content, utm_term")) == [
        ("/@acme/lib@1.2.3/x", "/@acme/lib@1.2.3/x", None, None),
        ("/unsubscribe/[…]/now", "/unsubscribe/[…]/now", "to […]", "a@1.2"),
    ]


def test_times_are_set_right_by_the_clock_of_the_client() -> None:
    site = website()
    wrong = NOON.replace(year=2019)

    receive(
        site,
        track("Late", timestamp=(wrong - timedelta(hours=2)).isoformat()),
        track("Own", timestamp=wrong.isoformat(), sentAt=(wrong + timedelta(seconds=5)).isoformat()),
        track("Milliseconds", timestamp=int(wrong.timestamp() * 1000)),
        at=NOON,
        sentAt=wrong.isoformat(),
    )
    receive(
        site,
        track("Believed", timestamp="2025-03-01T00:00:00Z"),
        track("Future", timestamp="2031-01-01"),
        at=NOON,
    )
    receive(site, track("None"), at=NOON)

    at = dict(sealed("event, occurred_us"))
    assert at["Late"] == to_us(NOON - timedelta(hours=2))
    assert at["Own"] == to_us(NOON - timedelta(seconds=5))
    assert at["Milliseconds"] == to_us(NOON)
    assert at["Believed"] == to_us(datetime(2025, 3, 1, tzinfo=UTC))
    assert at["Future"] == at["None"] == to_us(NOON)


def test_amounts_are_micros_and_declared_properties_alone_are_kept() -> None:
    site = website()
    DeclaredProperty.objects.create(event="Order Completed", name="plan", made_at=now())
    DeclaredProperty.objects.create(event="", name="seats", made_at=now())
    properties = {"revenue": "1,299.90", "currency": "eur", "plan": "pro", "seats": 3, "note": "call Pat"}

    receive(site, track("Order Completed", properties=properties), track("Other", properties=properties))

    assert sorted(sealed("event, amount, currency, props")) == [
        ("Order Completed", 1_299_900_000, "EUR", '{"plan":"pro","seats":3}'),
        ("Other", 1_299_900_000, "EUR", '{"seats":3}'),
    ]


def test_each_event_is_kept_once_for_each_source() -> None:
    site, other = website(), website()
    event = track("Signed Up", messageId="m-1")

    receive(site, event, event)
    receive(other, event)
    assert len(sealed()) == 2
    receive(site, event)

    assert len(sealed()) == 2
    counted = SourceCount.objects.values_list("source", "acknowledged", "facts", "duplicates", "quarantined")
    assert set(counted) == {(site.pk, 3, 1, 2, 0), (other.pk, 1, 1, 0, 0)}


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (b"[1]", "not_an_event"),
        (b'"text"', "not_an_event"),
        ({"type": "dance", "userId": "7"}, "unknown_type"),
        ({"userId": "7", "event": "x"}, "unknown_type"),
        ({"type": "track", "event": "x"}, "no_identity"),
        ({"type": "track", "event": "x", "userId": "null", "anonymousId": "0000"}, "no_identity"),
        ({"type": "track", "userId": "7"}, "no_event"),
        ({"type": "track", "userId": "7", "event": {"a": 1}}, "unreadable"),
        ({"type": "track", "userId": ["7"], "event": "x"}, "unreadable"),
        ({"type": "track", "userId": "7", "event": "x", "properties": 5}, "unreadable"),
        ({"type": "track", "userId": "7", "event": "x", "properties": {"revenue": "lots"}}, "bad_amount"),
        ({"type": "track", "userId": "7", "event": "x", "timestamp": "yesterday"}, "bad_time"),
        ({"type": "track", "userId": "7", "event": "x", "timestamp": "1969-01-01"}, "bad_time"),
        ({"type": "track", "userId": "7", "event": "x", "properties": {"a": "y" * 33_000}}, "too_large"),
        ({"type": "group", "userId": "7"}, "no_group"),
        ({"type": "alias", "userId": "7"}, "no_previous"),
    ],
)
def test_what_cannot_be_read_is_kept_as_it_came_and_spoils_nothing_else(event, reason: str) -> None:
    site = website()

    receive(site, track("Before"), event, track("After"), at=NOON)

    assert sorted(sealed("event")) == [("After",), ("Before",)]
    row = Quarantined.objects.get()
    assert (row.reason, row.source, row.endpoint) == (reason, site, "batch")
    assert json.loads(row.body) == (json.loads(event) if isinstance(event, bytes) else event)
    count = SourceCount.objects.get()
    assert (count.acknowledged, count.facts, count.duplicates, count.quarantined) == (3, 2, 0, 1)


def test_what_a_batch_says_for_all_holds_where_an_event_says_nothing_itself() -> None:
    site = website(kind="server")

    receive(
        site,
        {"type": "track", "event": "a", "userId": "7"},
        {"type": "track", "event": "b", "userId": "7", "context": {"locale": "sv-SE"}},
        {"type": "track", "event": "c", "userId": "7", "context": None},
        context={"locale": "de-DE", "ip": "1.2.3.4"},
    )

    assert sorted(sealed("event, locale, actor_kind")) == [
        ("a", "de-DE", "system"),
        ("b", "sv-SE", "system"),
        ("c", "de-DE", "system"),
    ]


def test_texts_that_databases_or_json_refuse_are_mended_and_do_not_hold_up_the_others() -> None:
    site = website()
    half = r'{"type":"track","event":"half \ud83d","anonymousId":"anna","properties":{"x":NaN}}'

    receive(
        site,
        track("nul\x00byte", messageId="\x00"),
        identify(email="pat@acme.example", name="Pat\x00", title="x\x00"),
        track("emoji \N{PILE OF POO}"),
        json.dumps(half).encode(),
    )

    kept = sealed("event")
    assert len(kept) + Quarantined.objects.count() == 4
    assert ("half ?",) in kept
    assert ("emoji \N{PILE OF POO}",) in kept
    assert Person.objects.get().email == "pat@acme.example"


def test_bytes_that_are_no_text_around_the_events_cost_none_of_them() -> None:
    site = website()
    body = b'{"batch":[{"type":"track","event":"Good","anonymousId":"anna"},5],"na\xefve":1}'

    writer.append(Batch(site.pk, to_us(NOON), "batch", BROWSER, "", "", body, 2))

    assert sealed("event") == [("Good",)]
    assert Quarantined.objects.get().reason == "not_an_event"
