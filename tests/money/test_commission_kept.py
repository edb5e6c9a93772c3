"""Pages of commission walk on from what they walked before, and say the same as a walk from the start."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from isthmus.core.actors import SYSTEM
from isthmus.money.commands import (
    add_commission_plan,
    assign_commission_plan,
    lock_commission,
    reopen_commission,
    split_credit,
)
from isthmus.money.commission import keeping
from isthmus.money.commission.reading import walked
from isthmus.money.commission.statements import statements
from isthmus.money.models import PlanAssignment
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal, pay_order, place_order, refund_order, set_quota
from isthmus.sales.targets.periods import Period
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]
Q1 = Period.parse("2026-Q1")
APRIL = datetime(2026, 4, 10, 12, tzinfo=UTC)
MAY = datetime(2026, 5, 10, 12, tzinfo=UTC)


@pytest.fixture
def deal(rita, olga, pipeline):
    """Rita's deal; both sellers have a plan."""
    keeping.forget()
    plan = add_commission_plan(
        name="Standard", period_kind="quarter", rate=Decimal("0.08"), valid_from=date(2026, 1, 1),
        by=SYSTEM, at=MONDAY_NOON,
    )  # fmt: skip
    for one in (rita, olga):
        given = {"seller_id": one.pk, "plan_id": plan.pk, "from_on": date(2026, 1, 1)}
        assign_commission_plan(**given, by=SYSTEM, at=MONDAY_NOON)
    by = actor_for(rita)
    pat = add_person(full_name="Pat", email="pat@x.example", by=by, at=MONDAY_NOON)
    yield open_deal(person_id=pat.pk, amount=Decimal(1500), by=by, at=MONDAY_NOON)
    keeping.forget()


def paid(deal, number, at, amount=Decimal(1500)):
    order = place_order(number=number, deal_id=deal.pk, lines=[{"amount": amount}], by=SYSTEM, at=at)
    pay_order(order_id=order.pk, by=SYSTEM, at=at)
    return order


def same():
    """What the kept walk says, compared with one from the start."""
    kept, _plans = keeping.open_lines(MAY)
    fresh, _plans = walked(MAY)
    assert sorted(line.key for its in kept.values() for line in its) == sorted(line.key for line in fresh)
    assert [line for its in kept.values() for line in its if line not in fresh] == []
    return sum(line.commission for line in fresh)


def test_after_every_act_the_kept_walk_says_what_a_walk_from_the_start_says(deal, rita, olga):
    assert same() == 0
    first = paid(deal, "K-1", MONDAY_NOON)
    assert same() == 120_000_000
    paid(deal, "K-2", MONDAY_NOON + timedelta(days=3))
    assert same() == 240_000_000
    paid(deal, "K-0", MONDAY_NOON - timedelta(days=3))  # dated back
    assert same() == 360_000_000
    set_quota(seller_id=rita.pk, period="2026-Q1", amount=Decimal(1000), by=SYSTEM, at=MONDAY_NOON)
    assert same() == 360_000_000
    (lock, *_more) = lock_commission(period="2026-Q1", by=SYSTEM, at=APRIL)
    assert same() == 0
    refund_order(order_id=first.pk, amount=Decimal(750), by=SYSTEM, at=APRIL)
    assert same() == -60_000_000
    shares = [{"seller_id": olga.pk, "share": Decimal(1)}]
    split_credit(deal_id=deal.pk, shares=shares, by=SYSTEM, at=APRIL + timedelta(hours=1))
    same()
    reopen_commission(batch=lock.batch, by=SYSTEM, at=APRIL + timedelta(hours=2))
    same()


def test_a_payment_that_comes_in_is_walked_on_from_where_the_walk_ended(deal, monkeypatch):
    paid(deal, "K-1", MONDAY_NOON)
    same()
    monkeypatch.setattr(keeping, "_anew", lambda *_given: pytest.fail("walked from the start"))

    paid(deal, "K-2", MONDAY_NOON + timedelta(days=3))

    assert same() == 240_000_000


def test_the_statements_of_many_sellers_take_as_many_queries_as_those_of_few(deal, rita, admin):
    def queries():
        with CaptureQueriesContext(connection) as told:
            found = statements(SYSTEM, now=MAY, period=Q1)
        return len(found), len(told)

    paid(deal, "K-1", MONDAY_NOON)
    lock_commission(period="2026-Q1", by=SYSTEM, at=APRIL)
    queries()
    few, first = queries()
    plan = PlanAssignment.objects.first().plan_id
    for number in range(8):
        name = f"Seller{number}"
        user = User.objects.create_user(f"{name}@x.example", name=name, role="seller", joined_at=APRIL)
        given = {"seller_id": user.pk, "plan_id": plan, "from_on": date(2026, 4, 1)}
        assign_commission_plan(**given, by=SYSTEM, at=APRIL)
    queries()

    assert (few, queries()) == (2, (10, first))
    assert first <= 16
