"""Two people accept one quote in the same moment: one order is placed, and the other is told."""

import threading
from decimal import Decimal

import pytest
from django.db import connection

from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import Refusal
from isthmus.ledger.models import InboxFact
from isthmus.sales.commands import accept_quote
from isthmus.sales.models import Invoice, Order, Quote, Subscription
from isthmus.sales.quoting.by_the_clock import renew_subscriptions
from isthmus.sales.quoting.standing import QuoteNotOpen
from tests.cast import MONDAY_NOON
from tests.sales.quoting import catalogue, deal_with_pat, sent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


@pytest.fixture
def quote(company, pipeline, rita):
    _machine, care = catalogue()
    return sent(deal_with_pat(rita), [{"product_id": care.pk, "quantity": Decimal(2)}])


def beside_each_other(acts):
    """Each in a thread with a connection of its own, begun at the same time; what each said."""
    said, ready = [], threading.Barrier(len(acts))

    def do(act):
        ready.wait(timeout=20)
        try:
            said.append(act())
        except Refusal as refusal:
            said.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return said


def test_several_acceptances_at_once_place_one_order(quote):
    def accepting(name):
        return lambda: accept_quote(quote_id=quote.pk, name=name, by=SYSTEM, at=MONDAY_NOON)

    said = beside_each_other([accepting(f"Pat {number}") for number in range(4)])

    taken = [one for one in said if isinstance(one, Quote)]
    assert (len(said), len(taken)) == (4, 1)
    assert all(isinstance(one, QuoteNotOpen) for one in said if one not in taken)
    assert Quote.objects.get().accepted_name == taken[0].accepted_name
    assert (Order.objects.count(), Invoice.objects.count(), Subscription.objects.count()) == (1, 1, 1)
    assert InboxFact.objects.filter(kind="order.placed").count() == 1
    assert InboxFact.objects.filter(kind="quote.accepted").count() == 1


def test_quotes_accepted_beside_each_other_have_numbers_of_their_own(quote):
    lines = [{"description": "Other", "unit_price": Decimal(5)}]
    quotes = [quote, *(sent(quote.deal, lines) for _ in range(3))]

    said = beside_each_other(
        [lambda pk=one.pk: accept_quote(quote_id=pk, name="Pat", by=SYSTEM, at=MONDAY_NOON) for one in quotes]
    )

    assert [one for one in said if isinstance(one, Refusal)] == []
    assert sorted(Order.objects.values_list("number", flat=True)) == [f"O-2026-000{n}" for n in range(1, 5)]
    assert sorted(Invoice.objects.values_list("number", flat=True)) == [f"I-2026-000{n}" for n in range(1, 5)]


def test_two_workers_renew_a_period_once(quote):
    from datetime import timedelta

    accept_quote(quote_id=quote.pk, name="Pat", by=SYSTEM, at=MONDAY_NOON)
    due = MONDAY_NOON + timedelta(days=31)

    said = beside_each_other([lambda: renew_subscriptions(due)] * 3)

    assert sorted(said) == [0, 0, 1]
    assert Order.objects.count() == 2
    assert Subscription.objects.get().renewals == 1
