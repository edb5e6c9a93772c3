"""What happens becomes signed messages, in the act's own transaction, and names nobody."""

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from standardwebhooks import Webhook as TheirLibrary
from standardwebhooks.webhooks import WebhookVerificationError

from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.clock import now
from isthmus.core.models import Job
from isthmus.core.queue.holding import hold_outgoing
from isthmus.core.queue.running import run_due
from isthmus.leads.commands import capture_lead
from isthmus.leads.models import Lead
from isthmus.sales.commands import place_order
from isthmus.webhooks import rules
from isthmus.webhooks.commands import Signed, disable_webhook, remove_webhook, rotate_webhook_secret
from isthmus.webhooks.models import Delivery, Webhook
from tests.cast import MONDAY_NOON
from tests.webhooks.conftest import URL, OtherSide

pytestmark = [pytest.mark.both_databases, pytest.mark.django_db]
Make = Callable[..., Signed]
NEEDLES = ("zq1x", "zqtwo", "zqthree", "zqfour", "zqfive", "zqsix", "701234567")


def _capture(**more: object) -> Lead:
    given = {"email": "zq1x@example.com", "full_name": "Zqtwo Pat", "channel": "email", **more}
    lead: Lead = capture_lead(**given, by=SYSTEM, at=MONDAY_NOON)  # type: ignore[arg-type]
    return lead


def test_a_fact_goes_to_who_asked_for_it_signed_so_that_their_own_library_agrees(
    endpoint: Make, other_side: OtherSide
) -> None:
    made = endpoint(kinds=["lead.captured"])
    lead = _capture()

    run_due()

    ((url, body, headers),) = other_side.came
    told = TheirLibrary(made.token).verify(body, headers)
    assert (url, told["type"], told["timestamp"]) == (URL, "lead.captured", "2026-03-02T12:00:00Z")
    assert told["data"]["lead_id"] == lead.pk
    assert told["data"]["person_id"] == lead.person_id
    assert headers["webhook-id"] == f"msg_{told['data']['fact_id']}"
    assert Delivery.objects.get().state == "delivered"
    with pytest.raises(WebhookVerificationError):
        TheirLibrary(rules.written_secret(b"x" * 32)).verify(body, headers)


def test_a_message_names_nobody(endpoint: Make, other_side: OtherSide) -> None:
    endpoint()
    lead = _capture(
        phone="+46701234567", title="zqthree", city="zqfour", landing_page="/a?mail=zqfive", message="zqsix"
    )
    place_order(
        number="zqsix-1",
        person_id=lead.person_id,
        lines=[{"amount": Decimal("12.50"), "description": "zqfive"}],  # type: ignore[list-item]
        by=SYSTEM,
        at=MONDAY_NOON,
    )
    bodies = list(Delivery.objects.values_list("body", flat=True))

    assert [needle for needle in NEEDLES if needle in " ".join(bodies).lower()] == []
    kinds = {json.loads(body)["type"] for body in bodies}
    assert {"lead.captured", "person.created", "order.placed"} <= kinds


def test_amounts_are_whole_units_with_their_currency(endpoint: Make) -> None:
    endpoint(kinds=["order.placed"])
    place_order(
        number="A1",
        person_id=_capture().person_id,
        lines=[{"amount": Decimal("1200.5")}],  # type: ignore[list-item]
        by=SYSTEM,
        at=MONDAY_NOON,
    )

    data = json.loads(Delivery.objects.get().body)["data"]

    assert (data["amount"], data["currency"]) == ("1200.5", "EUR")


def test_an_act_that_is_rolled_back_tells_nobody(endpoint: Make) -> None:
    endpoint()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        _capture()
        raise ZeroDivisionError

    assert (Delivery.objects.count(), Job.objects.filter(name="webhooks.deliver").count()) == (0, 0)


def test_each_endpoint_gets_what_it_asked_for_and_none_that_is_off(endpoint: Make) -> None:
    endpoint(kinds=["lead.captured"])
    all_kinds = endpoint()
    off, gone = endpoint(), endpoint()
    disable_webhook(webhook_id=off.pk, by=SYSTEM, at=MONDAY_NOON)
    remove_webhook(webhook_id=gone.pk, by=SYSTEM, at=MONDAY_NOON)

    _capture()

    told = Delivery.objects.values_list("webhook_id", "kind")
    assert (all_kinds.pk, "person.created") in told
    assert {pk for pk, kind in told if kind == "lead.captured"} == {all_kinds.pk - 1, all_kinds.pk}
    assert Webhook.objects.get(pk=gone.pk).url == ""


def test_what_an_import_brings_is_told_only_to_who_asked_for_that(endpoint: Make) -> None:
    endpoint(kinds=["lead.captured"])
    told = endpoint(kinds=["lead.captured"], with_imports=True)
    importer = Actor(kind="import", unlimited=True)

    capture_lead(email="a@example.com", by=importer, at=MONDAY_NOON)

    assert list(Delivery.objects.values_list("webhook_id", flat=True)) == [told.pk]


def test_after_a_restore_messages_wait_with_everything_that_goes_out(
    endpoint: Make, other_side: OtherSide
) -> None:
    endpoint(kinds=["lead.captured"])
    _capture()
    hold_outgoing(at=now())
    _capture(email="another@example.com")

    run_due()

    assert other_side.came == []
    states = Job.objects.filter(name="webhooks.deliver").values_list("state", flat=True)
    assert list(states) == ["held", "held"]


def test_for_a_day_after_a_change_both_secrets_sign(endpoint: Make, other_side: OtherSide) -> None:
    made = endpoint(kinds=["lead.captured"])
    changed = rotate_webhook_secret(webhook_id=made.pk, by=SYSTEM, at=now())
    _capture()
    run_due()
    Webhook.objects.update(former_until=now() - timedelta(seconds=1))
    _capture(email="another@example.com")
    run_due()

    (_url, body, headers), (_url, later, later_headers) = other_side.came
    for secret in (made.token, changed.token):
        TheirLibrary(secret).verify(body, headers)
    TheirLibrary(changed.token).verify(later, later_headers)
    with pytest.raises(WebhookVerificationError):
        TheirLibrary(made.token).verify(later, later_headers)


def test_a_secret_is_not_in_the_database_as_it_is(endpoint: Make) -> None:
    made = endpoint()

    row = Webhook.objects.get()
    assert made.token.removeprefix("whsec_") not in row.secret + row.former_secret
    assert made.token.startswith("whsec_")


def test_with_no_endpoint_an_act_asks_the_database_nothing_more(
    admin: object, django_assert_num_queries: Callable[..., object]
) -> None:
    from isthmus.webhooks.listening import note_facts, somebody_listens

    assert not somebody_listens()

    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        note_facts([{"kind": "lead.captured"}])
