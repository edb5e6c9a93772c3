"""What advertising cost and how often it was clicked and seen, worked by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from isthmus.metrics.refusals import CannotBeKnown
from tests.metrics.table import FactDict, asked, fact

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
EURO = 1_000_000


def day(
    shown: int | None,
    *,
    clicks: int | None = None,
    cost: int | None = None,
    reached: int | None = None,
    **more: Any,
) -> list[FactDict]:
    """What one campaign's day states."""
    columns = {"campaign_id": 3, "channel": "social", **more}
    at = columns.pop("at", NOON)
    facts = [fact("media.delivered", at, quantity=shown, amount_base=cost and cost * EURO, **columns)]
    facts += [fact("media.clicked", at, quantity=clicks, **columns)] if clicks is not None else []
    return facts + ([fact("media.reached", at, quantity=reached, **columns)] if reached is not None else [])


def test_click_rate_is_clicks_over_impressions_each_by_its_own_group() -> None:
    facts = [
        *day(1000, clicks=10),
        *day(3000, clicks=90, channel="search", campaign_id=4),
        *day(500, channel="tv"),
    ]

    answer = asked(facts, "click_rate", by=("channel",))

    assert {row.keys[0]: row.value for row in answer.rows} == {"search": 0.03, "social": 0.01, "tv": None}
    assert (answer.total.value, answer.total.numerator, answer.total.denominator) == (100 / 4500, 100, 4500)
    assert asked([], "click_rate").total.value is None


def test_cost_per_click_divides_the_spend_by_the_clicks() -> None:
    facts = [*day(1000, clicks=10, cost=25), *day(1000, clicks=15, cost=100, at=NOON + timedelta(days=1))]

    assert asked(facts, "cost_per_click").total.value == Decimal("5")
    assert asked(day(1000, clicks=0, cost=25), "cost_per_click").total.value is None
    with pytest.raises(CannotBeKnown, match="states what it cost"):
        asked(day(1000, clicks=10), "cost_per_click")


def test_cost_per_thousand_impressions_leaves_deliveries_without_them_out() -> None:
    facts = [*day(4000, cost=10), *day(1000, cost=15, at=NOON + timedelta(days=1)), *day(None, cost=99)]

    assert asked(facts, "cost_per_thousand").total.value == Decimal("5")
    with pytest.raises(CannotBeKnown, match="1 of 2 campaign days"):
        asked([*day(4000, cost=10), *day(1000)], "cost_per_thousand")


def test_frequency_counts_the_impressions_of_days_that_state_a_reach() -> None:
    facts = [
        *day(4000, reached=1000),
        *day(2000, reached=2000, at=NOON + timedelta(days=1)),
        *day(900, at=NOON + timedelta(days=2)),
        *day(700, campaign_id=5),
        *day(800, territory=9),
    ]

    assert asked(facts, "frequency").total.value == 2.0
    assert asked(day(900), "frequency").total.value is None
    assert asked(day(900, reached=300, territory=9), "frequency").total.value == 3.0
