"""Plans, statements and locks over real orders: paid money in, statements and facts out."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db.models import Sum

from isthmus.core import commands
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.ledger.models import InboxFact
from isthmus.money.commands import (
    add_commission_plan,
    assign_commission_plan,
    change_commission_plan,
    lock_commission,
    reopen_commission,
    split_credit,
)
from isthmus.money.commands.plans import PeriodLocked
from isthmus.money.commission.locking import EarlierPeriodOpen, NothingToLock, PeriodStillRuns
from isthmus.money.commission.statements import statement, statements
from isthmus.money.models import CommissionLine, CommissionLock
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal, pay_order, place_order, refund_order, set_quota
from isthmus.sales.targets.periods import Period
from isthmus.workspace.actors import actor_for
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
Q1, Q2 = Period.parse("2026-Q1"), Period.parse("2026-Q2")
APRIL, JULY = datetime(2026, 4, 10, 12, tzinfo=UTC), datetime(2026, 7, 10, 12, tzinfo=UTC)


@pytest.fixture
def plan(rita):
    """Eight per cent, half as much again above the quota of 1,000; Rita has it from the first quarter."""
    plan = add_commission_plan(
        name="Standard",
        period_kind="quarter",
        rate=Decimal("0.08"),
        accelerators=[{"attainment": Decimal(1), "times": Decimal("1.5")}],
        valid_from=date(2026, 1, 1),
        by=SYSTEM,
        at=MONDAY_NOON,
    )
    assign_commission_plan(
        seller_id=rita.pk, plan_id=plan.pk, from_on=date(2026, 1, 1), by=SYSTEM, at=MONDAY_NOON
    )
    set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(1000), by=SYSTEM, at=MONDAY_NOON)
    return plan


@pytest.fixture
def deal(rita, pipeline):
    by = actor_for(rita)
    pat = add_person(full_name="Pat", email="pat@x.example", by=by, at=MONDAY_NOON)
    return open_deal(person_id=pat.pk, amount=Decimal(1500), by=by, at=MONDAY_NOON)


@pytest.fixture
def order(deal):
    """1,500 paid in March."""
    order = place_order(
        number="C-1", deal_id=deal.pk, lines=[{"amount": Decimal(1500)}], by=SYSTEM, at=MONDAY_NOON
    )
    pay_order(order_id=order.pk, by=SYSTEM, at=MONDAY_NOON)
    return order


def of(user, period=Q1, now=APRIL):
    found = statement(SYSTEM, user.pk, period, now=now)
    assert found is not None
    return found


def test_a_payment_earns_by_its_tiers_and_says_how(plan, order, rita):
    (line,) = of(rita).lines

    assert line.commission == 80_000_000 + 60_000_000
    assert [(part.amount, part.times) for part in line.parts] == [
        (1_000_000_000, 1),
        (500_000_000, Decimal("1.5")),
    ]


def test_a_locked_period_stays_and_a_refund_is_clawed_back_in_the_open_one(plan, order, rita):
    lock_commission(period="2026-Q1", by=SYSTEM, at=APRIL)
    refund_order(order_id=order.pk, amount=Decimal(750), by=SYSTEM, at=APRIL)

    assert of(rita).total == 140_000_000
    (line,) = of(rita, Q2, JULY).lines
    assert (line.kind, line.commission) == ("clawed_back", -70_000_000)

    lock_commission(period="2026-Q2", by=SYSTEM, at=JULY)
    told = InboxFact.objects.filter(kind__startswith="commission.").exclude(kind="commission.locked")
    assert told.aggregate(total=Sum("amount_base"))["total"] == 70_000_000
    assert {fact.owner for fact in told} == {rita.pk}


def test_opened_again_it_moves_once_more_and_the_facts_are_gone(plan, order, rita):
    from isthmus.core.window import Window
    from isthmus.metrics.queries import Question, ask
    from isthmus.workspace.models import Company

    done = commands.run("lock_commission", {"period": "2026-Q1"}, by=SYSTEM, at=APRIL)
    question = Question(
        metric="commission",
        window=Window.parse("2026-01-01", "2026-04-01", Company.current().zone),
        actor=SYSTEM,
    )
    assert ask(question).total.value == 140
    commands.undo(done.batch, by=SYSTEM, at=APRIL)

    assert not CommissionLock.objects.exists()
    assert not CommissionLine.objects.exists()
    assert ask(question).total.value == 0
    with pytest.raises(NotFound):
        reopen_commission(batch=done.batch, by=SYSTEM, at=APRIL)


def test_a_later_plan_changes_nothing_that_is_locked(plan, order, rita):
    lock_commission(period="2026-Q1", by=SYSTEM, at=APRIL)
    with pytest.raises(PeriodLocked):
        change_commission_plan(
            plan_id=plan.pk, rate=Decimal("0.2"), valid_from=date(2026, 1, 1), by=SYSTEM, at=APRIL
        )
    change_commission_plan(
        plan_id=plan.pk, rate=Decimal("0.2"), valid_from=date(2026, 4, 1), by=SYSTEM, at=APRIL
    )

    assert of(rita).total == 140_000_000
    assert of(rita, Q2, JULY).terms.rules.rate == Decimal("0.2")


def test_periods_are_locked_when_they_are_over_and_in_their_order(plan, order, rita):
    with pytest.raises(PeriodStillRuns):
        lock_commission(period="2026-Q2", by=SYSTEM, at=APRIL)
    with pytest.raises(EarlierPeriodOpen, match="Rita Reyes"):
        lock_commission(period="2026-Q2", by=SYSTEM, at=JULY)
    lock_commission(period="2026-Q1", by=SYSTEM, at=APRIL)
    with pytest.raises(NothingToLock):
        lock_commission(period="2026-Q1", by=SYSTEM, at=APRIL)


def test_a_split_credits_both_and_its_undo_gives_it_back(plan, order, deal, rita, olga):
    assign_commission_plan(
        seller_id=olga.pk, plan_id=plan.pk, from_on=date(2026, 1, 1), by=SYSTEM, at=MONDAY_NOON
    )
    shares = [{"seller_id": rita.pk, "share": "0.6"}, {"seller_id": olga.pk, "share": "0.4"}]
    done = commands.run("split_credit", {"deal_id": deal.pk, "shares": shares}, by=SYSTEM, at=APRIL)

    assert of(rita, Q2, JULY).total == -56_000_000
    assert of(olga, Q2, JULY).total == 48_000_000
    commands.undo(done.batch, by=SYSTEM, at=APRIL)
    assert of(olga, Q2, JULY).total == 0
    assert of(olga, Q2, JULY).credited == 0


def test_shares_add_up_to_one(deal, rita, olga):
    with pytest.raises(InvalidInput, match="add up to"):
        split_credit(
            deal_id=deal.pk, shares=[{"seller_id": rita.pk, "share": Decimal("0.5")}], by=SYSTEM, at=APRIL
        )


def test_a_plan_begins_with_one_of_its_periods(plan, olga):
    with pytest.raises(InvalidInput, match="first day of a"):
        assign_commission_plan(
            seller_id=olga.pk, plan_id=plan.pk, from_on=date(2026, 2, 1), by=SYSTEM, at=MONDAY_NOON
        )


def test_a_seller_sees_their_own_and_a_manager_their_teams(plan, order, rita, sam, olga, mia):
    assign_commission_plan(
        seller_id=olga.pk, plan_id=plan.pk, from_on=date(2026, 1, 1), by=SYSTEM, at=MONDAY_NOON
    )

    def names(user):
        return [one.seller.name for one in statements(actor_for(user), now=APRIL, period=Q1)]

    assert names(rita) == ["Rita Reyes"]
    assert names(sam) == ["Rita Reyes"]
    assert names(mia) == []
    with pytest.raises(NotPermitted):
        lock_commission(period="2026-Q1", by=actor_for(sam), at=APRIL)
