"""Visitors without an id: one hash for a day, made of what is then forgotten; its salt does not stay."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings

from isthmus.collect.receiving import receiver as receiving
from isthmus.collect.receiving.salts import destroy_old_salts, folder, salt_of
from isthmus.collect.receiving.visitors import Visitors, client_address
from isthmus.core.clock import to_us

PHONE = {"REMOTE_ADDR": "192.0.2.7", "HTTP_USER_AGENT": "Phone"}
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_salts():
    yield
    for path in folder().glob("*"):
        path.unlink()


def hash_of(environ=PHONE, site="example.com", at=NOON):
    return Visitors().hash_of(environ, site=site, at_us=to_us(at))


@pytest.mark.core
def test_a_browser_has_one_hash_for_a_day_and_site_and_another_on_the_next():
    one = hash_of()

    assert len(one) == 32
    assert hash_of(at=NOON + timedelta(hours=11, minutes=59)) == one
    assert hash_of(at=NOON + timedelta(hours=12)) != one
    assert hash_of(site="example.org") != one
    assert hash_of({**PHONE, "REMOTE_ADDR": "192.0.2.8"}) != one
    assert hash_of({**PHONE, "HTTP_USER_AGENT": "Desk"}) != one


@pytest.mark.core
def test_all_processes_share_the_salt_of_a_day_whoever_asks_first():
    with ThreadPoolExecutor(16) as threads:
        salts = set(threads.map(lambda _: salt_of(date(2026, 3, 2)), range(64)))

    (salt,) = salts
    assert len(salt) == 32
    (path,) = folder().iterdir()
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.core
def test_a_salt_is_gone_when_it_is_48_hours_old():
    monday = salt_of(date(2026, 3, 2))
    salt_of(date(2026, 3, 3))

    assert destroy_old_salts(date(2026, 3, 3)) == 0
    assert salt_of(date(2026, 3, 2)) == monday
    assert destroy_old_salts(date(2026, 3, 4)) == 1
    assert [path.name for path in folder().iterdir()] == ["2026-03-03.salt"]


@pytest.mark.core
def test_the_first_call_of_a_day_destroys_the_salt_from_before_yesterday():
    visitors = Visitors()
    for day in range(3):
        visitors.hash_of(PHONE, site="x", at_us=to_us(NOON + timedelta(days=day)))

    assert sorted(path.name for path in folder().iterdir()) == ["2026-03-03.salt", "2026-03-04.salt"]


def test_a_browsers_call_bears_its_hash_and_the_address_is_nowhere_on_the_disk(call, site):
    event = {"writeKey": site.write_key}
    headers = {"user_agent": "Phone", "origin": "https://www.example.com:8443"}

    call("/v1/page", event, **headers)
    call("/v1/page", event, user_agent="Phone", referer="https://example.com/a?b=c")
    call("/v1/page", event, **{**headers, "user_agent": "Desk"})

    phone, again, desk = call.kept()
    assert phone.visitor == again.visitor != desk.visitor
    assert (phone.agent, phone.origin, again.origin) == ("Phone", "www.example.com", "example.com")
    for path in settings.LEDGER_DIR.rglob("*"):
        assert path.is_dir() or b"192.0.2.7" not in path.read_bytes()


def test_of_a_servers_call_neither_program_nor_address_counts(call, shop):
    call("/v1/track", {"writeKey": shop.write_key}, user_agent="python-requests/2")

    (batch,) = call.kept()
    assert (batch.agent, batch.visitor) == ("", "")


@pytest.mark.core
@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "192.0.2.7"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (3, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (1, "", "192.0.2.7"),
    ],
)
def test_only_our_own_proxies_are_believed_where_a_call_comes_from(settings, proxies, forwarded, address):
    settings.AXES_IPWARE_PROXY_COUNT = proxies

    assert client_address({**PHONE, "HTTP_X_FORWARDED_FOR": forwarded}) == address


@pytest.mark.parametrize(("raised", "status"), [(28, 507), (5, 503)])
def test_a_disk_that_is_full_or_broken_says_when_to_come_again(call, site, monkeypatch, raised, status):
    def broken(*_arguments, **_named):
        raise OSError(raised, "no")

    monkeypatch.setattr(Visitors, "hash_of", broken)
    answer = call("/v1/page", {"writeKey": site.write_key})

    assert answer.status == status
    assert int(answer.headers["Retry-After"]) > 0
    monkeypatch.undo()
    failed = receiving.writer.SegmentFull if status == 507 else receiving.writer.SegmentFailed
    monkeypatch.setattr(receiving.writer, "append", lambda batch: (_ for _ in ()).throw(failed()))
    assert call("/v1/page", {"writeKey": site.write_key}).status == status
