"""Win rate and revenue by what an account is: industry, region, postal area, bands of size and revenue."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.core.window import Window
from isthmus.ledger.mirror import mirror_tables
from isthmus.ledger.mirror_building import rebuild
from isthmus.ledger.models import MirrorState
from isthmus.metrics.queries import Question, ask
from isthmus.people.commands import add_account
from isthmus.people.models import Account
from isthmus.sales.commands import lose_deal, open_deal, pay_order, place_order, win_deal
from isthmus.workspace.models import Company
from tests.cast import MONDAY_NOON
from tests.metrics import by_hand_accounts as by_hand
from tests.web.conftest import ledger_folder

__all__ = ["ledger_folder"]
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
ACT = {"by": SYSTEM, "at": MONDAY_NOON}
# On both sides of every bound, and without: (employees, revenue of a year, industry, region, postal code).
FIRMS = [
    (None, None, "", "", ""),
    (0, 0, "Boats", "Bavaria", "80331"),
    (9, 999_999, "Boats", "Bavaria", "80999"),
    (10, 1_000_000, "Sails", "", "sw1a 1aa"),
    (49, 9_999_999, "Sails", "London", "SW9 8HE"),
    (50, 10_000_000, "Ropes", "London", "9"),
    (249, 49_999_999, "Ropes", "", ""),
    (250, 50_000_000, "", "Skåne", "21120"),
    (999, 249_999_999, "Boats", "Skåne", "22100"),
    (1000, 250_000_000, "Boats", "Bavaria", "80331"),
]
SPLITS: dict[str, Callable[[Account], str | None]] = {
    "account.size_band": lambda one: by_hand.size_band(one.size),
    "account.revenue_band": lambda one: by_hand.revenue_band(one.revenue),
    "account.industry": lambda one: by_hand.stated(one.industry),
    "account.region": lambda one: by_hand.stated(one.region),
    "account.postcode_area": lambda one: by_hand.postcode_area(one.postcode),
}


@pytest.fixture
def deals(company: Any, pipeline: Any, ledger_folder: Path) -> list[tuple[Account, bool, int]]:
    """Two deals with each firm: whose, whether won, what was paid."""
    found = []
    for number, (size, revenue, industry, region, postcode) in enumerate(FIRMS):
        told = {
            "size": size,
            "revenue": revenue,
            "industry": industry,
            "region": region,
            "postcode": postcode,
        }
        account = add_account(
            name=f"Firm {number}",
            **{name: value for name, value in told.items() if value not in (None, "")},
            **ACT,
        )
        for other in range(2):
            deal = open_deal(name=f"{number}.{other}", account_id=account.pk, **ACT)
            is_won, later = (number + other) % 3 != 0, {"by": SYSTEM, "at": MONDAY_NOON + timedelta(hours=1)}
            if is_won:
                win_deal(deal_id=deal.pk, **later)
                lines = [{"text": "Boat", "quantity": 1, "amount": Decimal(10 + number)}]
                order = place_order(number=f"{number}.{other}", deal_id=deal.pk, lines=lines, **later)
                pay_order(order_id=order.pk, amount=Decimal(10 + number), **later)
            else:
                lose_deal(deal_id=deal.pk, reason="price", **later)
            found.append((account, is_won, (10 + number) if is_won else 0))
    return found


def asked(metric: str, by: str) -> dict[Any, Any]:
    window = Window.parse(None, None, Company.current().zone)
    answer = ask(Question(metric=metric, window=window, actor=SYSTEM, by=(by,)))
    return {row.keys[0]: (row.numerator, row.n) if metric == "win_rate" else row.value for row in answer.rows}


def test_win_rate_and_revenue_by_what_an_account_is_are_those_of_plain_loops(
    deals: list[tuple[Account, bool, int]],
) -> None:
    def agree() -> None:
        for split, of in SPLITS.items():
            rates: dict[Any, list[int]] = {}
            paid: dict[Any, int] = {}
            for account, is_won, amount in deals:
                key = of(account)
                rates.setdefault(key, [0, 0])
                rates[key][0] += is_won
                rates[key][1] += 1
                if amount:
                    paid[key] = paid.get(key, 0) + amount
            assert asked("win_rate", split) == {key: (won, n) for key, (won, n) in rates.items()}, split
            assert asked("revenue", split) == paid, split

    agree()
    rebuild(mirror_tables()["mirror_accounts"])
    assert MirrorState.objects.get(table="mirror_accounts").rows == len(FIRMS)
    agree()
