"""Quotes run out and subscriptions renew by the clock: each once, on the company's own days."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.ledger.models import InboxFact
from isthmus.sales.commands import (
    accept_quote,
    change_subscription,
    end_subscription,
    place_order,
    renew_subscription,
)
from isthmus.sales.models import Deal, Invoice, Order, Quote, Subscription
from isthmus.sales.quoting.by_the_clock import expire_quotes, renew_subscriptions
from isthmus.workspace.models import Notification
from tests.cast import MONDAY_NOON
from tests.sales.quoting import catalogue, deal_with_pat, sent

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def quote(company, pipeline, rita):
    """Care for two each month: 23.80 with tax; accepted on 2 March it renews on 2 April."""
    _machine, care = catalogue()
    return sent(deal_with_pat(rita), [{"product_id": care.pk, "quantity": Decimal(2)}])


@pytest.fixture
def subscription(quote):
    accept_quote(quote_id=quote.pk, name="Pat", by=SYSTEM, at=MONDAY_NOON)
    return Subscription.objects.get()


def at_berlin(day, hour=0, minute=30):
    """Half past midnight in Berlin is the day before in UTC."""
    return datetime(2026, *day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


def test_a_quote_runs_out_when_its_last_day_ends_where_the_company_is(quote):
    assert quote.valid_until == date(2026, 4, 1)

    assert expire_quotes(at_berlin((4, 1), 23)) == 0
    assert expire_quotes(at_berlin((4, 2))) == 1
    assert expire_quotes(at_berlin((4, 3))) == 0

    assert Quote.objects.get().state == "expired"
    assert InboxFact.objects.filter(kind="quote.expired").count() == 1
    assert Notification.objects.filter(kind="quote.expired").count() == 1


def test_what_was_answered_does_not_run_out(subscription):
    assert expire_quotes(at_berlin((5, 2))) == 0
    assert Quote.objects.get().state == "accepted"


def test_a_subscription_renews_itself_on_its_day_with_an_order_and_an_invoice(subscription):
    assert renew_subscriptions(at_berlin((4, 1), 23)) == 0
    assert renew_subscriptions(at_berlin((4, 2))) == 1
    assert renew_subscriptions(at_berlin((4, 2), 9)) == 0

    order = Order.objects.latest("pk")
    assert (order.number, order.total) == ("O-2026-0002", 23_800_000)
    assert Invoice.objects.get(order=order).total == 23_800_000
    assert Subscription.objects.get().renews_on == date(2026, 5, 2)
    assert InboxFact.objects.filter(kind="subscription.renewed").count() == 1


def test_after_a_long_stand_still_each_period_has_its_own_order(subscription):
    assert renew_subscriptions(at_berlin((7, 2))) == 4
    assert renew_subscriptions(at_berlin((7, 2))) == 0

    assert Subscription.objects.get().renewals == 4
    keys = InboxFact.objects.filter(kind="subscription.renewed").values_list("natural_key", flat=True)
    assert len(set(keys)) == 4


def test_an_order_number_that_somebody_typed_is_passed_over(subscription):
    lines = [{"amount": Decimal(1)}]
    for number in ("O-2026-0002", "O-2026-0003"):
        place_order(number=number, deal_id=Deal.objects.get().pk, lines=lines, by=SYSTEM, at=MONDAY_NOON)

    assert renew_subscriptions(at_berlin((4, 2))) == 1
    assert Order.objects.latest("pk").number == "O-2026-0004"


def test_what_has_ended_or_is_renewed_by_hand_is_left_alone(subscription):
    change_subscription(subscription_id=subscription.pk, renew_by_hand=True, by=SYSTEM, at=MONDAY_NOON)
    assert renew_subscriptions(at_berlin((4, 2))) == 0

    renew_subscription(subscription_id=subscription.pk, by=SYSTEM, at=at_berlin((4, 2)))
    change_subscription(subscription_id=subscription.pk, renew_by_hand=False, by=SYSTEM, at=MONDAY_NOON)
    end_subscription(subscription_id=subscription.pk, reason="price", by=SYSTEM, at=at_berlin((4, 20)))
    assert renew_subscriptions(at_berlin((6, 2))) == 0


def test_one_that_cannot_be_renewed_is_told_once_and_stops_no_other(subscription, rita):
    stuck = Subscription.objects.get()
    stuck.pk = stuck.line = None
    stuck.currency = "SEK"
    stuck.renews_on -= timedelta(days=1)
    stuck.save()

    assert [renew_subscriptions(at_berlin((4, 2), hour)) for hour in (1, 2, 3)] == [1, 0, 0]

    (notice,) = Notification.objects.filter(kind="subscription.stuck")
    assert (notice.user_id, "SEK" in notice.text) == (rita.pk, True)
