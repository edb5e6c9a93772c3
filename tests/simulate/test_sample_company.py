"""The sample company: the same for the same seed, whole in the ledger, its truth kept apart."""

import json
from collections import Counter
from datetime import UTC, datetime

import pytest

from isthmus.leads import invariants
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.sales.models import Deal, Order
from isthmus.simulate import plan
from isthmus.simulate.loading import CompanyAlreadyHere, load_sample, truth_path

LAST_DAY = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.core
def test_the_same_seed_tells_the_same_stories():
    one = plan.stories(seed=3, leads=400, last_day=LAST_DAY)

    assert one == plan.stories(seed=3, leads=400, last_day=LAST_DAY)
    assert one != plan.stories(seed=4, leads=400, last_day=LAST_DAY)
    assert len(one) == 400


@pytest.mark.core
def test_better_leads_and_faster_replies_win_more_often():
    told = [one for one in plan.stories(seed=3, leads=20_000, last_day=LAST_DAY) if one.dealing]

    def won(chosen):
        chosen = list(chosen)
        return sum(one.dealing.won for one in chosen) / len(chosen)

    def hours(one):
        crossing = one.crossings[-1]
        return (
            (crossing.contacted_at - crossing.handed_over_at).total_seconds() / 3600
            if crossing.contacted_at
            else 99
        )

    assert won(one for one in told if one.quality > 1) > won(one for one in told if one.quality < 0) + 0.1
    assert won(one for one in told if hours(one) < 2) > won(one for one in told if hours(one) > 24) + 0.05


@pytest.mark.core
def test_no_two_companies_share_a_domain():
    told = plan.stories(seed=3, leads=20_000, last_day=LAST_DAY)

    domains = {(one.domain, one.company) for one in told}
    assert max(Counter(domain for domain, _ in domains).values()) == 1


@pytest.mark.django_db
def test_the_company_is_loaded_through_commands_and_adds_up(monkeypatch):
    monkeypatch.setitem(plan.LEADS, "small", 150)

    load_sample(size="small", seed=3, until=LAST_DAY)

    assert 140 <= Lead.objects.count() <= 150
    assert invariants.check() == []
    paid = sum(
        InboxFact.objects.filter(kind__in=["order.paid", "order.refunded"]).values_list("amount", flat=True)
    )
    assert paid == sum(Order.objects.values_list("paid", flat=True)) > 0
    assert Deal.objects.filter(state="won").exists()
    truth = json.loads(truth_path().read_text(encoding="utf-8"))
    assert truth["win_log_odds"]["quality"] == plan.WIN_PER_QUALITY
    with pytest.raises(CompanyAlreadyHere, match="a folder of its own"):
        load_sample(size="small", seed=3, until=LAST_DAY)
