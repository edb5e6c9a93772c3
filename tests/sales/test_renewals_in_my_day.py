"""Renewals stand in a seller's day while there is time for a word, with what they are worth."""

from datetime import timedelta
from decimal import Decimal

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import (
    accept_quote,
    change_subscription,
    edit_product,
    end_subscription,
    log_activity,
    renew_subscription,
)
from isthmus.sales.day.renewals import renewals_coming
from isthmus.sales.models import Product, Subscription
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON
from tests.sales.quoting import catalogue, deal_with_pat, sent

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAY = timedelta(days=1)
YEAR = MONDAY_NOON + 365 * DAY


def subscribed(rita, interval):
    _machine, care = catalogue()
    if interval != care.billing_interval:
        edit_product(product_id=care.pk, billing_interval=interval, by=SYSTEM, at=MONDAY_NOON)
    care = Product.objects.get(pk=care.pk)
    quote = sent(deal_with_pat(rita), [{"product_id": care.pk, "quantity": Decimal(2)}])
    accept_quote(quote_id=quote.pk, name="Pat", by=SYSTEM, at=MONDAY_NOON)
    return Subscription.objects.get()


@pytest.fixture
def yearly(company, pipeline, rita):
    return subscribed(rita, "year")


def coming(user, at):
    return list(renewals_coming(actor_for(user), at))


def test_a_yearly_one_is_offered_a_month_ahead_to_whose_it_is(yearly, rita, olga):
    assert coming(rita, YEAR - 31 * DAY) == []
    assert coming(olga, YEAR - 30 * DAY) == []

    (one,) = coming(rita, YEAR - 30 * DAY)
    assert (one.kind, one.name, one.day, one.value) == ("renewal", "Pat", "2027-03-02", 20_000_000)
    assert one.reason == "Care renews itself in 30 days. A word before it does keeps it."
    assert (one.chance, "Not measured" in one.worth_note) == (None, True)


def test_a_word_with_the_customer_takes_it_from_the_day_and_so_does_its_end(yearly, rita):
    soon = YEAR - 20 * DAY
    log_activity(kind="call", deal_id=yearly.deal_id, by=actor_for(rita), at=soon)
    assert coming(rita, soon + DAY) == []
    assert len(coming(rita, soon + 8 * DAY)) == 1

    end_subscription(subscription_id=yearly.pk, reason="price", by=SYSTEM, at=soon)
    assert coming(rita, soon + 8 * DAY) == []


def test_what_renews_itself_each_month_asks_for_nobody_and_by_hand_it_stays_until_done(
    company, pipeline, rita
):
    monthly = subscribed(rita, "month")
    due = MONDAY_NOON + 31 * DAY
    assert coming(rita, due) == []

    change_subscription(subscription_id=monthly.pk, renew_by_hand=True, by=SYSTEM, at=MONDAY_NOON)
    (one,) = coming(rita, due + 2 * DAY)
    assert one.reason == "Care was to be renewed 2 days ago. Somebody has to renew it."

    renew_subscription(subscription_id=monthly.pk, by=SYSTEM, at=due + 2 * DAY)
    assert coming(rita, due + 2 * DAY) == []


def test_its_chance_is_measured_once_enough_periods_came_to_their_end(yearly, rita):
    Subscription.objects.update(renewals=27)
    for _ in range(3):
        gone = Subscription.objects.get(pk=yearly.pk)
        gone.pk, gone.line, gone.renewals, gone.ended_on = None, None, 0, MONDAY_NOON.date()
        gone.save()

    (one,) = coming(rita, YEAR - 10 * DAY)

    assert one.chance == pytest.approx(0.9)
    assert one.worth == 18_000_000
    assert one.worth_note == "Of 30 periods that came to their end, 90 % were renewed."
