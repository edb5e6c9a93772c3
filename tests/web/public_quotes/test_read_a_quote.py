"""The page of a quote: what its customer reads, what others do not."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from isthmus.core.actors import SYSTEM
from isthmus.ledger.models import InboxFact
from isthmus.people.models import Person
from isthmus.sales.commands import expire_quote, note_quote_viewed, revise_quote, send_quote
from isthmus.sales.models import Quote
from isthmus.web.quotes.links import public_link
from isthmus.web.quotes.public.limits import Budget
from tests.cast import MONDAY_NOON
from tests.sales.quoting import quoted
from tests.web.public_quotes.conftest import BROWSER

pytestmark = pytest.mark.django_db


def test_a_customer_reads_lines_sums_and_terms_without_signing_in(customer, address):
    text = customer.get(address).content.decode()

    told = ["Harbour Lane", "Café machine", "€199.99", "−10%", "€539.97", "Tax 19%", "€106.39", "€666.36"]
    told += ["Billed each month", "Delivered within two weeks.", "1 April 2026", "rita@example.com", "Pat"]
    assert [words for words in told if words not in text] == []


def test_the_page_runs_no_script_tells_nobody_its_address_and_is_kept_out_of_indexes(customer, address):
    response = customer.get(address)

    assert "<script" not in response.content.decode()
    assert "script-src" not in response["Content-Security-Policy"]
    assert response["Content-Security-Policy"].startswith("default-src 'none'")
    assert response["Referrer-Policy"] == "no-referrer"
    assert "noindex" in response["X-Robots-Tag"]
    assert "no-store" in response["Cache-Control"]
    assert not response.cookies


def test_a_wrong_token_and_a_quote_that_never_went_out_look_the_same(customer, quote, address):
    draft = quoted(quote.deal, [{"description": "Secret", "unit_price": 1}])
    Quote.objects.filter(pk=draft.pk).update(token_hash=quote.token_hash[::-1])

    answers = [customer.get(path) for path in ("/q/guessed/", f"/q/{quote.token_hash}/", address[:-2] + "/")]

    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1
    assert "Harbour" not in answers[0].content.decode()


def test_amounts_and_days_are_written_in_the_customers_language(customer, quote, address):
    Person.objects.filter(pk=quote.person_id).update(locale="de")

    text = customer.get(address).content.decode()

    assert "666,36\u00a0€" in text
    assert "1. April 2026" in text


def test_an_unknown_language_is_no_trouble(customer, quote, address):
    Person.objects.filter(pk=quote.person_id).update(locale="xx-nowhere")

    assert customer.get(address).status_code == 200


def test_a_replaced_version_shows_nothing_of_either(customer, quote, address):
    new = revise_quote(quote_id=quote.pk, by=SYSTEM, at=MONDAY_NOON)
    withdrawn = customer.get(address).content.decode()
    send_quote(quote_id=new.pk, by=SYSTEM, at=MONDAY_NOON)
    replaced = customer.get(address).content.decode()

    assert "was withdrawn" in withdrawn
    assert "newer version" in replaced
    for text in (withdrawn, replaced):
        assert "666.36" not in text
        assert "machine" not in text
        assert public_link(Quote.objects.get(pk=new.pk)).rpartition("/q/")[2] not in text
        assert "Accept and order" not in text


@pytest.mark.parametrize("noted", [True, False])
def test_a_quote_that_ran_out_says_so_and_takes_no_answer(customer, quote, address, noted):
    with time_machine.travel(MONDAY_NOON + timedelta(days=31), tick=False):
        if noted:
            expire_quote(quote_id=quote.pk, by=SYSTEM, at=MONDAY_NOON + timedelta(days=31))
        text = customer.get(address).content.decode()

    assert "has run out" in text
    assert "€666.36" in text
    assert "Accept and order" not in text


def viewed() -> int:
    return InboxFact.objects.filter(kind="quote.viewed").count()


def test_the_first_look_of_the_customer_is_noted_once(customer, quote, address):
    customer.get(address)
    customer.get(address)

    assert viewed() == 1
    assert Quote.objects.get().state == "viewed"


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
        {"User-Agent": "curl/8.5"},
        {},
        {"User-Agent": BROWSER, "Sec-Purpose": "prefetch;prerender"},
        {"User-Agent": BROWSER, "Sec-Fetch-Mode": "no-cors"},
    ],
)
def test_machines_and_previews_are_no_look_of_the_customer(address, company, headers):
    assert Client(headers=headers).get(address).status_code == 200

    assert viewed() == 0


def test_by_https_a_look_is_one_that_navigates_as_every_browser_says(customer, address):
    customer.get(address, secure=True)
    assert viewed() == 0

    customer.get(address, secure=True, headers={"Sec-Fetch-Mode": "navigate"})
    assert viewed() == 1


def test_a_colleague_who_looks_is_not_the_customer(client, rita, address):
    client.force_login(rita)
    client.get(address, headers={"User-Agent": BROWSER})

    assert viewed() == 0


def test_two_looks_at_once_are_both_shown(customer, quote, address, monkeypatch):
    from isthmus.web.quotes.public import views

    note_quote_viewed(quote_id=quote.pk, by=SYSTEM, at=MONDAY_NOON)
    monkeypatch.setattr(views, "is_a_customer", lambda request: True)
    found = Quote.objects.get()
    found.state = "sent"  # As the slower one read it.
    monkeypatch.setattr("isthmus.web.quotes.public.doors.by_token", lambda token: found)

    assert customer.get(address).status_code == 200
    assert viewed() == 1


def test_who_asks_too_often_waits(customer, address, monkeypatch):
    monkeypatch.setattr("isthmus.web.quotes.public.doors.LOOKS", Budget(1))

    first, second = customer.get(address), customer.get(address)

    assert (first.status_code, second.status_code) == (200, 429)
    assert 1 <= int(second["Retry-After"]) <= 61


def test_what_was_spent_comes_back_evenly_and_a_network_shares_its_calls():
    budget = Budget(3)

    assert [budget.spend("10.0.0.1", 0) for _ in range(4)] == [0, 0, 0, 21]
    assert budget.spend("10.0.0.2", 0) == 0
    assert [budget.spend("10.0.0.1", second) for second in (20.5, 21)] == [0, 20]
    assert [budget.spend(f"2001:db8::{one}", 0) for one in range(4)] == [0, 0, 0, 21]
    assert budget.spend("2001:db8:0:1::1", 0) == 0
    assert budget.spend("no address", 0) == 0


def test_the_link_can_be_shown_again_and_is_none_before_sending(quote, address, settings):
    settings.PUBLIC_URL = "https://crm.example"
    assert public_link(quote) == f"https://crm.example{address}"

    settings.PUBLIC_URL = ""
    assert public_link(quote) == address
    assert public_link(quoted(quote.deal, [{"description": "x", "unit_price": 1}])) is None
