"""The chances of open deals come from the ledger's decided ones, and are kept only where they tell."""

from datetime import timedelta
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.insight.chances import make_chances
from isthmus.insight.models import ChanceReport, DealChance
from isthmus.sales.commands import lose_deals, open_deals, win_deals
from isthmus.sales.models import Deal
from tests.cast import MONDAY_NOON

pytestmark = pytest.mark.django_db
N = 300


def decided_by(*, sellers: list[Any], tells: bool) -> list[Deal]:
    """Decided deals of two sellers, one after another, and one open of each: with a difference or not."""
    rows = [
        {"name": f"Deal {n}", "owner_id": sellers[n % 2].pk, "at": MONDAY_NOON - timedelta(days=N - n)}
        for n in range(N + 2)
    ]
    deals = open_deals(rows=rows, by=SYSTEM)
    of_seller = [[n for n in range(N) if n % 2 == seller] for seller in range(2)]
    won = {n for seller, ns in enumerate(of_seller) for at, n in enumerate(ns) if at % 5 < (4, 1)[seller]}
    if not tells:
        won = {n for ns in of_seller for at, n in enumerate(ns) if (at * 7 + at // 11) % 5 < 3}
    ends = [(n, {"deal_id": deals[n].pk, "at": rows[n]["at"] + timedelta(days=3)}) for n in range(N)]
    win_deals(rows=[row for n, row in ends if n in won], by=SYSTEM)
    lose_deals(rows=[{**row, "reason": "price"} for n, row in ends if n not in won], by=SYSTEM)
    return list(deals[N:])


def test_where_sellers_differ_each_open_deal_has_its_chance_and_its_reason(
    company: Any, pipeline: Any, rita: Any, olga: Any
) -> None:
    good, bad = decided_by(sellers=[rita, olga], tells=True)

    report = make_chances(at=MONDAY_NOON + timedelta(days=9))

    assert report.says["is_better"]
    chances = {one.deal_id: one for one in DealChance.objects.all()}
    assert set(chances) == {good.pk, bad.pk}
    assert chances[good.pk].low < 0.8 < chances[good.pk].high
    assert chances[bad.pk].chance < 0.35
    assert chances[good.pk].why[0][:2] == ["owner", rita.pk]
    assert dict(report.says["weights"]["owner"]).keys() == {rita.pk, olga.pk}, "the version can be read again"


def test_where_nothing_tells_no_deal_has_a_chance_and_the_report_says_the_base_rate(
    company: Any, pipeline: Any, rita: Any, olga: Any
) -> None:
    decided_by(sellers=[rita, olga], tells=False)

    first = make_chances(at=MONDAY_NOON + timedelta(days=9))
    second = make_chances(at=MONDAY_NOON + timedelta(days=10))

    assert not second.says["is_better"]
    assert second.says["judged"] is not None
    assert (second.says["n"], second.says["weights"]) == (N, {})
    assert not DealChance.objects.exists()
    assert list(ChanceReport.objects.order_by("pk")) == [first, second], "earlier ones stay"


def test_an_empty_company_has_learned_nothing(company: Any, pipeline: Any) -> None:
    says = make_chances(at=MONDAY_NOON).says

    assert (says["n"], says["is_better"], says["judged"]) == (0, False, None)
