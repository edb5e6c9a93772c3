"""A catalogue with prices, and Rita's deal with Pat on which she may give 10 % alone."""

from datetime import date
from decimal import Decimal

import pytest

from isthmus.core import clock
from isthmus.core.actors import SYSTEM
from isthmus.sales.commands import make_quote, open_deal, set_discount_limit
from isthmus.sales.models import Deal, Product, Quote
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON
from tests.sales.quoting import catalogue


@pytest.fixture
def goods(ledger_folder, company, pipeline) -> tuple[Product, Product]:
    """The machine and its care, with prices and taxes; sellers give 10 % alone."""
    found = catalogue()
    set_discount_limit(role="seller", limit=Decimal("0.1"), by=SYSTEM, at=MONDAY_NOON)
    return found


@pytest.fixture
def deal(goods, rita) -> Deal:
    """Rita's deal with Pat, who lives in Germany; it is worth 300 euros and about a machine."""
    from isthmus.people.commands import add_person

    pat = add_person(full_name="Pat Prospect", email="pat@x.example", country="DE", by=SYSTEM, at=MONDAY_NOON)
    return open_deal(
        name="Machine for Pat", person_id=pat.pk, amount=Decimal(300), product_id=goods[0].pk,
        owner_id=rita.pk, by=SYSTEM, at=MONDAY_NOON,
    )  # fmt: skip


@pytest.fixture
def draft(deal, goods, rita) -> Quote:
    """Rita's draft: two machines, 5 % off."""
    lines = [{"product_id": goods[0].pk, "quantity": Decimal(2), "discount": Decimal("0.05")}]
    return make_quote(deal_id=deal.pk, lines=lines, by=actor_for(rita), at=clock.now())


def form(quote: Quote, *lines: dict[str, object], **more: object) -> dict[str, object]:
    """What the editor sends: lines by part, the rest as it stands."""
    sent: dict[str, object] = {
        "valid_until": date(2099, 1, 1),
        "region": quote.region,
        "person_id": quote.person_id or "",
        "billing_address": quote.billing_address,
        "words": quote.note,
        "terms": quote.terms,
        "version": quote.version,
        "lines": len(lines),
        **more,
    }
    for place, line in enumerate(lines):
        usual = {"product": "", "description": "", "quantity": "1", "price": "", "discount": ""}
        sent |= {f"line{place}_{part}": value for part, value in {**usual, **line}.items()}
    return sent
