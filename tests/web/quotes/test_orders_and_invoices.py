"""Orders, invoices and subscriptions on their pages: what is owed, what came and went, what may be done."""

from decimal import Decimal

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import accept_quote, edit_selling_terms, make_quote, pay_order, send_quote
from isthmus.sales.models import Invoice, Order, Subscription
from isthmus.workspace.actors import actor_for

pytestmark = pytest.mark.django_db


def _accepted(deal, goods, by):
    """An order of a machine and of care each month, accepted by Pat."""
    lines = [{"product_id": goods[0].pk}, {"product_id": goods[1].pk, "quantity": Decimal(4)}]
    quote = make_quote(deal_id=deal.pk, lines=lines, by=by, at=clock.now())
    send_quote(quote_id=quote.pk, by=by, at=clock.now())
    return accept_quote(quote_id=quote.pk, name="Pat Prospect", by=by, at=clock.now()).order


@pytest.fixture
def order(deal, goods, rita) -> Order:
    """The order of an accepted quote: 239.99 and its tax, 285.59."""
    return _accepted(deal, goods, actor_for(rita))


def test_an_order_says_what_is_owed_and_is_paid_in_parts(client, order, rita):
    client.force_login(rita)
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "€285.59 is owed, due" in page
    assert "€239.99" in page

    client.post(f"/orders/{order.pk}/pay/", {"amount": "100", "reference": "B-1"})
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "€185.59 is owed" in page
    assert "Partly paid" in page
    assert "B-1" in page

    client.post(f"/orders/{order.pk}/pay/", {"amount": "185.59"})
    assert "Paid in full" in client.get(f"/orders/{order.pk}/").content.decode()


def test_a_refund_issues_a_credit_note_that_stands_beside_the_invoice(client, order, rita):
    pay_order(order_id=order.pk, by=SYSTEM, at=clock.now())
    client.force_login(rita)

    response = client.post(f"/orders/{order.pk}/refund/", {"amount": "50"})

    assert response["Location"] == f"/orders/{order.pk}/"
    page = client.get(f"/orders/{order.pk}/").content.decode()
    note = Invoice.objects.get(kind="credit")
    assert f"Credit note {note.number}" in page
    assert "−€50.00" in page


def test_an_invoice_is_credited_with_a_reason_and_the_order_owes_less(client, order, rita):
    invoice = Invoice.objects.get()
    client.force_login(rita)
    assert "Credit…" in client.get(f"/invoices/{invoice.pk}/").content.decode()
    asked = client.post(f"/invoices/{invoice.pk}/credit/", {"amount": "85.59", "reason": ""})
    assert asked.status_code == 422

    response = client.post(f"/invoices/{invoice.pk}/credit/", {"amount": "85.59", "reason": "Came late"})

    note = Invoice.objects.get(kind="credit")
    assert response["Location"] == f"/invoices/{note.pk}/"
    assert "Came late" in client.get(f"/invoices/{note.pk}/").content.decode()
    assert "€200.00 is owed" in client.get(f"/invoices/{invoice.pk}/").content.decode()


def test_an_order_without_an_invoice_offers_to_issue_it(client, deal, goods, rita):
    edit_selling_terms(invoices_at_once=False, by=SYSTEM, at=clock.now())
    order = _accepted(deal, goods, actor_for(rita))
    client.force_login(rita)
    assert "no invoice is out yet" in client.get(f"/orders/{order.pk}/").content.decode()
    assert client.get(f"/orders/{order.pk}/invoice/").status_code == 405

    response = client.post(f"/orders/{order.pk}/invoice/")

    assert response["Location"] == f"/invoices/{Invoice.objects.get().pk}/"


def test_a_subscription_is_changed_ended_and_resumed_where_it_stands(client, deal, order, rita):
    one = Subscription.objects.get()
    client.force_login(rita)
    page = client.get(f"/deals/{deal.pk}/").content.decode()
    assert "€40.00 a month" in page
    assert "4 seat" in page

    client.post(f"/subscriptions/{one.pk}/change/", {"quantity": "6"})
    assert "6 seat" in client.get(f"/deals/{deal.pk}/").content.decode()
    client.post(f"/subscriptions/{one.pk}/end/", {"reason": "not_used", "on": clock.now().date()})
    assert "did not use it" in client.get(f"/deals/{deal.pk}/").content.decode()
    back = f"/deals/{deal.pk}/"
    response = client.post(f"/subscriptions/{one.pk}/resume/", {"back": back})
    assert response["Location"] == back
    assert Subscription.objects.get().ended_on is None
    assert client.post(f"/subscriptions/{one.pk}/renew/").status_code == 409  # its month is not over


def test_the_deal_tells_of_the_quote_the_order_and_the_invoice_in_its_timeline(client, deal, order, rita):
    client.force_login(rita)

    page = client.get(f"/deals/{deal.pk}/").content.decode()

    for title in ("Quote made", "Quote sent", "Quote accepted", "Invoice issued", "Subscription began"):
        assert title in page
    assert "line listed" not in page.lower()


def test_the_money_of_others_stays_theirs(client, order, olga, ada):
    invoice, one = Invoice.objects.get(), Subscription.objects.get()
    client.force_login(olga)
    for address in (
        f"/orders/{order.pk}/", f"/orders/{order.pk}/pay/", f"/invoices/{invoice.pk}/",
        f"/invoices/{invoice.pk}/credit/", f"/subscriptions/{one.pk}/end/",
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    client.force_login(ada)
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "Record a payment" not in page
    assert client.post(f"/orders/{order.pk}/pay/", {"amount": "1"}).status_code == 409


def test_an_order_asks_the_same_for_many_payments_as_for_few(
    client, order, rita, django_assert_max_num_queries
):
    for number in range(12):
        pay_order(order_id=order.pk, amount=Decimal(1), reference=f"B-{number}", by=SYSTEM, at=clock.now())
    client.force_login(rita)

    with django_assert_max_num_queries(28):
        assert client.get(f"/orders/{order.pk}/").status_code == 200
