"""Webhooks in Settings: added with a secret shown once, looked at, tried, sent again, removed."""

import re

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.queue.holding import hold_outgoing
from isthmus.core.queue.running import run_due
from isthmus.leads.commands import capture_lead
from isthmus.webhooks.commands import add_webhook, disable_webhook
from isthmus.webhooks.models import Delivery, Webhook
from tests.cast import MONDAY_NOON
from tests.webhooks.conftest import URL, OtherSide, other_side

__all__ = ["other_side"]

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def office(client, ledger_folder, company, admin):
    client.force_login(admin)
    return client


@pytest.fixture
def endpoint(admin) -> Webhook:
    return add_webhook(url=URL, description="Shop", by=SYSTEM, at=MONDAY_NOON).row


def _read(office, path: str) -> str:
    return office.get(path).content.decode()


def test_a_webhook_is_added_and_its_secret_shown_once(office):
    shown = office.post(
        "/settings/webhooks/new/",
        {"url": URL, "description": "Shop", "kinds": ["lead.captured"]},
        headers=HTMX,
    )

    row = Webhook.objects.get()
    (secret,) = re.findall(r'value="(whsec_[^"]+)"', shown.content.decode())
    assert (shown["Cache-Control"], row.kinds) == ("no-store", ["lead.captured"])
    page = _read(office, f"/settings/webhooks/{row.pk}/")
    assert secret not in page
    assert "A lead is captured" in page
    assert "Shop" in _read(office, "/settings/webhooks/")


def test_an_address_that_is_never_called_comes_back_beside_its_field(office):
    answer = office.post("/settings/webhooks/new/", {"url": "http://10.0.0.1/"}, headers=HTMX)

    assert answer.status_code == 422
    assert "https://" in answer.content.decode()
    assert not Webhook.objects.exists()


def test_a_webhook_is_changed_and_its_events_are_emptied(office, endpoint):
    Webhook.objects.update(kinds=["deal.won"], with_imports=True)

    office.post(
        f"/settings/webhooks/{endpoint.pk}/edit/", {"url": "https://example.com/b", "description": ""}
    )

    row = Webhook.objects.get()
    assert (row.url, row.description, row.kinds, row.with_imports) == ("https://example.com/b", "", [], False)


def test_a_test_is_sent_and_its_outcome_stands_there(office, endpoint, other_side: OtherSide):
    office.post(f"/settings/webhooks/{endpoint.pk}/try/")
    run_due()

    page = _read(office, f"/settings/webhooks/{endpoint.pk}/")
    assert "webhook.test" in page
    assert "Delivered" in page
    assert "12 ms" in page


def test_messages_are_listed_by_page_and_state_and_sent_again(office, endpoint, other_side: OtherSide):
    other_side.answers = [410]
    for number in range(15):
        capture_lead(email=f"p{number}@example.com", by=SYSTEM, at=MONDAY_NOON)
    run_due()

    office.post(f"/settings/webhooks/{endpoint.pk}/on/")
    first = _read(office, f"/settings/webhooks/{endpoint.pk}/?state=failed")
    (following,) = re.findall(r'hx-get="(\?state=failed&amp;after=[^"]+)"', first)
    rest = office.get(f"/settings/webhooks/{endpoint.pk}/" + following.replace("&amp;", "&"), headers=HTMX)
    assert (
        first.count("Send again") - first.count("what failed again")
        > rest.content.decode().count("Send again")
        > 0
    )
    assert "It answered 410" in first + rest.content.decode()

    failed = Delivery.objects.filter(state="failed").first()
    office.post(f"/settings/webhooks/{endpoint.pk}/messages/{failed.pk}/")
    office.post(f"/settings/webhooks/{endpoint.pk}/again/", {"failed_since": "2026-01-01T00:00"})
    run_due()

    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}


def test_a_webhook_is_switched_off_given_a_new_secret_and_removed(office, endpoint):
    before = Webhook.objects.get().secret
    shown = office.post(f"/settings/webhooks/{endpoint.pk}/secret/", headers=HTMX)
    assert "whsec_" in shown.content.decode()
    assert Webhook.objects.get().secret != before
    office.post(f"/settings/webhooks/{endpoint.pk}/off/")
    assert "Switched off here" in _read(office, f"/settings/webhooks/{endpoint.pk}/")
    assert office.post(f"/settings/webhooks/{endpoint.pk}/off/").status_code == 409

    office.post(f"/settings/webhooks/{endpoint.pk}/remove/")

    assert office.get(f"/settings/webhooks/{endpoint.pk}/").status_code == 404
    assert "No other system hears of anything" in _read(office, "/settings/webhooks/")


def test_after_a_restore_the_page_says_that_nothing_goes_out(office, endpoint):
    hold_outgoing(at=now())

    assert "Nothing goes out since a backup was restored" in _read(office, "/settings/webhooks/")


def test_the_notice_of_one_that_was_switched_off_opens_it(office, endpoint):
    disable_webhook(webhook_id=endpoint.pk, because="failing", by=SYSTEM, at=MONDAY_NOON)

    assert f'href="/settings/webhooks/{endpoint.pk}/"' in _read(office, "/notifications/")
    assert "Nothing got through for days" in _read(office, f"/settings/webhooks/{endpoint.pk}/")


def test_pages_ask_no_more_for_many_than_for_few(office, endpoint, django_assert_max_num_queries):
    for number in range(3):
        add_webhook(url=f"{URL}/{number}", by=SYSTEM, at=MONDAY_NOON)
    office.get("/settings/webhooks/")

    with django_assert_max_num_queries(12):
        office.get("/settings/webhooks/")
