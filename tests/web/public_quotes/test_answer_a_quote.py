"""A customer accepts or declines a quote on its page: once, as they read it, by a form of this page."""

import re

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import decline_quote, revise_quote
from isthmus.sales.models import Deal, Invoice, Order, Quote
from isthmus.web.quotes.public.limits import Budget
from isthmus.workspace.models import Notification
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def key(customer, address):
    found = re.search(r'name="key" value="(\w+)"', customer.get(address).content.decode())
    assert found is not None
    return found[1]


def accepting(key, **more):
    return {
        "answer": "accept",
        "key": key,
        "name": "Pat P.",
        "agree": "on",
        "purchase_number": "PO-7",
        **more,
    }


def test_accepting_places_the_order_and_the_page_thanks_with_its_number(customer, address, key):
    answer = customer.post(address, accepting(key))
    text = customer.get(address).content.decode()

    assert (answer.status_code, answer["Location"]) == (302, address)
    order, quote = Order.objects.get(), Quote.objects.get()
    assert (quote.state, quote.accepted_name, quote.purchase_number) == ("accepted", "Pat P.", "PO-7")
    assert quote.accepted_ip == "127.0.0.1"
    assert f"Your order number is {order.number}" in text
    assert "Accept and order" not in text
    assert Deal.objects.get().state == "won"
    assert Invoice.objects.count() == 1


def test_sending_the_form_twice_places_one_order(customer, address, key):
    customer.post(address, accepting(key))
    again = customer.post(address, accepting(key, name="Somebody Else"))

    assert again.status_code == 302
    assert Order.objects.count() == 1
    assert Quote.objects.get().accepted_name == "Pat P."


@pytest.mark.parametrize("wrong", [{"name": " "}, {"agree": ""}, {"name": "x" * 201}])
def test_without_a_name_or_the_word_nothing_is_ordered(customer, address, key, wrong):
    answer = customer.post(address, accepting(key, **wrong))

    assert answer.status_code == 422
    assert 'class="error"' in answer.content.decode()
    assert not Order.objects.exists()


def test_a_form_of_another_quote_or_without_its_key_answers_nothing(customer, address, key):
    for one in ("", "0" * 64, key[:-1]):
        answer = customer.post(address, accepting(one))
        assert (answer.status_code, "out of date" in answer.content.decode()) == (409, True)

    assert not Order.objects.exists()


def test_what_was_replaced_after_it_was_read_is_not_accepted(customer, address, key, quote):
    revise_quote(quote_id=quote.pk, by=SYSTEM, at=MONDAY_NOON)

    assert customer.post(address, accepting(key)).status_code == 302
    assert not Order.objects.exists()


def test_declining_keeps_the_reason_and_tells_the_seller(customer, address, key, rita):
    customer.post(address, {"answer": "decline", "key": key, "reason": "Too dear"})
    text = customer.get(address).content.decode()

    assert (Quote.objects.get().state, Quote.objects.get().decline_reason) == ("declined", "Too dear")
    assert "You declined this quote" in text
    assert Notification.objects.get(kind="quote.declined").user_id == rita.pk


def test_a_declined_quote_is_not_accepted_afterwards(customer, address, key, quote):
    decline_quote(quote_id=quote.pk, by=SYSTEM, at=MONDAY_NOON)
    customer.post(address, accepting(key))

    assert not Order.objects.exists()


def test_what_the_company_has_to_mend_is_told_to_the_seller_and_not_to_the_customer(
    customer, address, key, quote, rita
):
    Quote.objects.update(currency="SEK")
    Deal.objects.update(currency="SEK")
    page = customer.get(address).content.decode()
    key = re.search(r'name="key" value="(\w+)"', page)[1]

    answer = customer.post(address, accepting(key))

    assert answer.status_code == 409
    assert "nothing was ordered" in answer.content.decode()
    assert "rate" not in answer.content.decode()
    assert not Order.objects.exists()
    assert "SEK" in Notification.objects.get(kind="quote.stuck", user=rita).text


def test_other_methods_and_unknown_answers_do_nothing(customer, address, key):
    assert customer.delete(address).status_code == 405
    assert customer.post(address, {"answer": "pay", "key": key}).status_code == 302
    assert Quote.objects.get().state in ("sent", "viewed")


def test_answers_are_limited_by_themselves(customer, address, monkeypatch):
    monkeypatch.setattr("isthmus.web.quotes.public.doors.ANSWERS", Budget(1))

    answers = [customer.post(address, {"answer": "accept"}).status_code for _ in range(2)]

    assert answers == [409, 429]
    assert customer.get(address).status_code == 200
