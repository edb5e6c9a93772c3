"""Orders, payments, refunds: every cent has its fact, and facts add up to what was paid."""

from decimal import Decimal

import pytest
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from isthmus.core.actors import SYSTEM
from isthmus.core.money import split_micros
from isthmus.ledger.models import InboxFact
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal, pay_order, place_order, refund_order, win_deal
from isthmus.sales.models import Order
from isthmus.sales.paying import PaymentAlreadyRecorded, RefundTooLarge
from isthmus.sales.placing import OrderAlreadyPlaced
from isthmus.workspace.commands import set_rate
from isthmus.workspace.queries import NoRate
from tests.cast import MONDAY_NOON

both = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def deal(company, pipeline):
    """A won deal with Pat."""
    pat = add_person(full_name="Pat", email="pat@x.example", by=SYSTEM, at=MONDAY_NOON)
    deal = open_deal(person_id=pat.pk, amount=Decimal(300), by=SYSTEM, at=MONDAY_NOON)
    return win_deal(deal_id=deal.pk, by=SYSTEM, at=MONDAY_NOON)


@pytest.fixture
def order(deal):
    """Three lines that do not divide evenly."""
    lines = [{"amount": Decimal("33.33")}, {"amount": Decimal("33.33")}, {"amount": Decimal("33.34")}]
    return place_order(number="A-1", deal_id=deal.pk, lines=lines, by=SYSTEM, at=MONDAY_NOON)


def total(*kinds):
    return InboxFact.objects.filter(kind__in=kinds).aggregate(total=Sum("amount"))["total"]


class TestPayments:
    pytestmark = both

    def test_a_payment_is_one_fact_for_each_line_and_adds_up(self, order):
        pay_order(order_id=order.pk, amount=Decimal("100.00"), by=SYSTEM, at=MONDAY_NOON)

        assert InboxFact.objects.filter(kind="order.paid").count() == 3
        assert total("order.paid") == 100_000_000

    def test_a_refund_counts_below_zero(self, order):
        pay_order(order_id=order.pk, by=SYSTEM, at=MONDAY_NOON)
        refund_order(order_id=order.pk, amount=Decimal("10.01"), by=SYSTEM, at=MONDAY_NOON)

        assert total("order.paid", "order.refunded") == 89_990_000
        assert Order.objects.get().paid == 89_990_000

    def test_more_than_was_paid_is_not_given_back(self, order):
        pay_order(order_id=order.pk, amount=Decimal(20), by=SYSTEM, at=MONDAY_NOON)

        with pytest.raises(RefundTooLarge, match=r"Only 20 EUR"):
            refund_order(order_id=order.pk, amount=Decimal(21), by=SYSTEM, at=MONDAY_NOON)

    def test_a_payment_with_the_same_reference_counts_once(self, order):
        pay_order(order_id=order.pk, amount=Decimal(20), reference="bank-7", by=SYSTEM, at=MONDAY_NOON)

        with pytest.raises(PaymentAlreadyRecorded, match="bank-7"):
            pay_order(order_id=order.pk, amount=Decimal(20), reference="bank-7", by=SYSTEM, at=MONDAY_NOON)

        assert total("order.paid") == 20_000_000

    def test_an_order_number_is_placed_once(self, order, deal):
        with pytest.raises(OrderAlreadyPlaced, match="A-1"):
            place_order(
                number="A-1", deal_id=deal.pk, lines=[{"amount": Decimal(1)}], by=SYSTEM, at=MONDAY_NOON
            )

    def test_a_foreign_amount_is_told_in_both_currencies(self, deal):
        set_rate(
            currency="SEK", on=MONDAY_NOON.date(), base_per_unit=Decimal("0.09"), by=SYSTEM, at=MONDAY_NOON
        )
        order = place_order(
            number="A-2",
            deal_id=deal.pk,
            currency="SEK",
            lines=[{"amount": Decimal(1000)}],
            by=SYSTEM,
            at=MONDAY_NOON,
        )

        pay_order(order_id=order.pk, by=SYSTEM, at=MONDAY_NOON)

        fact = InboxFact.objects.get(kind="order.paid")
        assert (fact.amount, fact.currency, fact.amount_base) == (1_000_000_000, "SEK", 90_000_000)

    def test_a_currency_without_a_rate_is_refused_before_anything_is_stored(self, deal):
        with pytest.raises(NoRate, match="Add one under Settings"):
            place_order(
                number="A-3",
                deal_id=deal.pk,
                currency="NOK",
                lines=[{"amount": Decimal(1)}],
                by=SYSTEM,
                at=MONDAY_NOON,
            )

        assert not Order.objects.filter(number="A-3").exists()


@pytest.mark.core
@given(st.integers(-(10**15), 10**15), st.lists(st.integers(0, 10**12), min_size=1, max_size=20))
def test_parts_of_an_amount_add_up_to_it_whatever_the_weights(amount, weights):
    parts = split_micros(amount, weights)

    assert sum(parts) == amount
    assert all(abs(part) <= abs(amount) for part in parts)
