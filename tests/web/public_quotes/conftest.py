"""Rita's quote with its customer, and whoever opens its page."""

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client

from isthmus.sales.models import Quote
from isthmus.sales.quoting.standing import token_of
from isthmus.web.quotes.public.limits import ANSWERS, LOOKS, PAPERS
from tests.cast import MONDAY_NOON
from tests.sales.quoting import catalogue, deal_with_pat, sent

BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.fixture(autouse=True)
def nobody_has_asked_yet():
    """Limits are of the process: each test begins anew, on the day of the quote."""
    for budget in (LOOKS, ANSWERS, PAPERS):
        budget.forget()
    with time_machine.travel(MONDAY_NOON, tick=False):
        yield


@pytest.fixture
def quote(company: Any, pipeline: Any, rita: Any) -> Quote:
    """Three machines with 10 % off, and care for two each month: 666.36 with tax."""
    machine, care = catalogue()
    lines = [
        {"product_id": machine.pk, "quantity": Decimal(3), "discount": Decimal("0.1")},
        {"product_id": care.pk, "quantity": Decimal(2)},
    ]
    return sent(deal_with_pat(rita), lines, terms="Delivered within two weeks.")


@pytest.fixture
def address(quote: Quote) -> str:
    """The path of its page."""
    return f"/q/{token_of(quote)}/"


@pytest.fixture
def customer() -> Client:
    """A browser that is signed in nowhere; its forms are checked as those of any other."""
    return Client(headers={"User-Agent": BROWSER}, enforce_csrf_checks=True)
