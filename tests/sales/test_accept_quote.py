"""A quote that a customer accepts becomes an order, an invoice, a win: once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db.models import Sum

from isthmus.core.actors import SYSTEM
from isthmus.ledger.models import InboxFact
from isthmus.sales.commands import (
    accept_quote,
    decline_quote,
    expire_quote,
    note_quote_viewed,
    pay_order,
    refund_order,
    revise_quote,
)
from isthmus.sales.commands.deciding import QuoteRanOut
from isthmus.sales.models import Deal, Invoice, Order, Quote, Subscription
from isthmus.sales.paying import PaymentTooLarge
from isthmus.sales.quoting.standing import QuoteNotOpen, by_token, token_of
from isthmus.workspace.models import Notification
from tests.cast import MONDAY_NOON
from tests.sales.quoting import catalogue, deal_with_pat, sent

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def quote(company, pipeline, rita):
    """Rita's quote to Pat: three machines with 10 % off, and care for two."""
    machine, care = catalogue()
    lines = [
        {"product_id": machine.pk, "quantity": Decimal(3), "discount": Decimal("0.1")},
        {"product_id": care.pk, "quantity": Decimal(2)},
    ]
    return sent(deal_with_pat(rita), lines)


def accepted(quote):
    return accept_quote(quote_id=quote.pk, name="Pat P.", purchase_number="PO-7", by=SYSTEM, at=MONDAY_NOON)


def told(*kinds):
    return InboxFact.objects.filter(kind__in=kinds).aggregate(total=Sum("amount"))["total"]


def test_totals_are_the_sums_of_lines_rounded_once(quote):
    lines = list(quote.lines.all())

    assert [(line.net, line.tax) for line in lines] == [(539_970_000, 102_590_000), (20_000_000, 3_800_000)]
    assert (quote.net, quote.tax, quote.total) == (559_970_000, 106_390_000, 666_360_000)


def test_accepting_places_the_order_issues_the_invoice_and_wins_the_deal(quote, rita):
    accepted(quote)

    order, invoice, deal = Order.objects.get(), Invoice.objects.get(), Deal.objects.get()
    assert (order.number, order.total, order.quote.pk) == ("O-2026-0001", 666_360_000, quote.pk)
    assert (invoice.number, invoice.net, invoice.tax) == ("I-2026-0001", 559_970_000, 106_390_000)
    assert (invoice.due_on - invoice.issued_on).days == 30
    assert (deal.state, deal.amount) == ("won", 559_970_000)
    assert Subscription.objects.get().renews_on.isoformat() == "2026-04-02"
    assert Notification.objects.get(kind="quote.accepted").user_id == rita.pk
    assert told("order.placed") == 559_970_000
    assert told("invoice.issued") == 559_970_000


def test_accepting_twice_places_one_order(quote):
    accepted(quote)

    with pytest.raises(QuoteNotOpen, match="accepted"):
        accepted(quote)

    assert Order.objects.count() == 1


def test_a_deal_that_was_lost_stays_so_and_its_owner_is_told(quote):
    from isthmus.sales.commands import lose_deal

    lose_deal(deal_id=quote.deal_id, reason="price", by=SYSTEM, at=MONDAY_NOON)
    accepted(quote)

    assert Deal.objects.get().state == "lost"
    assert "lost" in Notification.objects.get(kind="quote.accepted").text


def test_revenue_is_net_of_tax_and_the_two_are_the_payment(quote):
    accepted(quote)
    order = Order.objects.get()
    pay_order(order_id=order.pk, amount=Decimal("100.01"), by=SYSTEM, at=MONDAY_NOON)
    pay_order(order_id=order.pk, by=SYSTEM, at=MONDAY_NOON)

    assert told("order.paid", "tax.paid") == 666_360_000
    assert abs(told("tax.paid") - 106_390_000) <= 4  # Each payment is split by itself, to the micro.


def test_a_refund_of_what_was_invoiced_is_credited(quote):
    accepted(quote)
    order = Order.objects.get()
    pay_order(order_id=order.pk, by=SYSTEM, at=MONDAY_NOON)
    refund_order(order_id=order.pk, amount=Decimal("66.36"), by=SYSTEM, at=MONDAY_NOON)

    note, order = Invoice.objects.get(kind="credit"), Order.objects.get()
    assert (note.number, note.total, order.open) == ("C-2026-0001", 66_360_000, 0)
    assert told("invoice.credited") == -note.net
    assert told("order.refunded", "tax.refunded") == -66_360_000


def test_more_than_is_open_is_not_paid(quote):
    accepted(quote)

    with pytest.raises(PaymentTooLarge, match=r"Only 666.36 EUR"):
        pay_order(order_id=Order.objects.get().pk, amount=Decimal(667), by=SYSTEM, at=MONDAY_NOON)


def test_a_quote_runs_out_after_its_last_day(quote):
    late = MONDAY_NOON + timedelta(days=31)

    with pytest.raises(QuoteRanOut, match="last day"):
        accept_quote(quote_id=quote.pk, name="Pat", by=SYSTEM, at=late)

    assert expire_quote(quote_id=quote.pk, by=SYSTEM, at=late).state == "expired"


def test_a_declined_quote_is_revised_and_the_old_page_accepts_no_more(quote):
    decline_quote(quote_id=quote.pk, reason="Too dear", by=SYSTEM, at=MONDAY_NOON)
    new = revise_quote(quote_id=quote.pk, by=SYSTEM, at=MONDAY_NOON)

    old = Quote.objects.get(pk=quote.pk)
    assert (str(new), new.state, new.total) == ("Q-2026-0001/2", "draft", old.total)
    assert old.state == "superseded"
    with pytest.raises(QuoteNotOpen, match="superseded"):
        accepted(old)


def test_a_page_is_found_by_its_token_and_viewed_once(quote):
    found = by_token(token_of(quote))
    note_quote_viewed(quote_id=found.pk, by=SYSTEM, at=MONDAY_NOON)

    with pytest.raises(QuoteNotOpen):
        note_quote_viewed(quote_id=found.pk, by=SYSTEM, at=MONDAY_NOON)
    assert by_token("guessed") is None
    assert InboxFact.objects.filter(kind="quote.viewed").count() == 1
