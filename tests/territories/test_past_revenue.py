"""Whatever is given to whom, in any order, between any wins and payments: revenue stays with who won it."""

from collections import Counter
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.core.actors import SYSTEM
from isthmus.core.money import to_micros
from isthmus.core.refusals import Refusal
from isthmus.core.window import Window
from isthmus.ledger import state
from isthmus.ledger.models import InboxFact
from isthmus.metrics.queries import Question, ask
from isthmus.people.commands import add_account
from isthmus.people.models import Account
from isthmus.people.reassigning import reassign_account
from isthmus.sales.commands import open_deal, pay_order, place_order, win_deal
from isthmus.sales.models import Order
from isthmus.territories.commands import place_account, plan_reassignment
from isthmus.territories.models import Reassignment
from isthmus.workspace.actors import actor_for
from isthmus.workspace.models import Company
from tests.cast import MONDAY_NOON
from tests.territories.conftest import ACT
from tests.territories.test_reassigning import started
from tests.territories.test_rules import rule, switched_on

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
FIRMS, PLACES = 3, ("Germany", "Bavaria", "Nordics")
Credit = tuple[int | None, int | None]  # seller, territory
some = st.integers(0, 2)
acts = st.one_of(
    st.tuples(st.just("win"), some, st.integers(1, 900)),
    st.tuples(st.just("pay"), st.integers(0, 9), st.integers(1, 100)),
    st.tuples(st.just("seller"), some, some),
    st.tuples(st.just("shares"), some, some),
    st.tuples(st.just("territory"), some, some),
    st.tuples(st.just("rules"), some, some),
    st.tuples(st.just("hand"), some, some),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[*HealthCheck])
@given(history=st.lists(acts, min_size=4, max_size=12))
def test_what_was_won_is_credited_as_it_stood_whoever_has_the_customer_since(
    tree: Any, pipeline: Any, ledger_folder: Any, rita: Any, olga: Any, bea: Any, admin: Any,
    history: list[tuple[str, int, int]],
) -> None:  # fmt: skip
    with transaction.atomic():
        state.forget()
        _live_through(history, [rita, olga, bea], tree, admin)
        transaction.set_rollback(True)
    state.forget()


def _live_through(history: list[tuple[str, int, int]], people: list[Any], tree: Any, admin: Any) -> None:
    switched_on({"rules": [rule(tree["Bavaria"], ("name", "is", "Firm 1"), how="turn")]})
    for number in range(FIRMS):
        firm = add_account(name=f"Firm {number}", country="DE", **ACT)
        reassign_account(account_id=firm.pk, owner_id=people[number].pk, **ACT)
    credited: Counter[Credit] = Counter()
    won_by: dict[int, Credit] = {}
    at = MONDAY_NOON
    for what, first, second in history:
        at += timedelta(hours=1)
        if what == "win":
            _win(first, second, at, won_by)
        elif what == "pay":
            _pay(first, second, at, won_by, credited)
        else:
            _give(what, first, second, people, tree, admin, at)

    window = Window.parse("2026-01-01", "2027-01-01", Company.current().zone)
    found = ask(Question(metric="revenue", window=window, actor=SYSTEM, by=("owner",))).rows
    by_owner: Counter[int | None] = Counter()
    for (owner, _place), amount in credited.items():
        by_owner[owner] += amount
    assert {row.keys[0]: to_micros(row.value) for row in found} == dict(by_owner)
    told: Counter[Credit] = Counter()
    for fact in InboxFact.objects.filter(kind="order.paid"):
        told[fact.owner, fact.territory] += fact.amount_base or 0
    assert told == credited


def _win(number: int, amount: int, at: Any, won_by: dict[int, Credit]) -> None:
    """A deal of a firm, won by whoever has it now, where it lies now."""
    firm, act = Account.objects.get(name=f"Firm {number}"), {"by": SYSTEM, "at": at}
    deal = open_deal(name="Boats", account_id=firm.pk, owner_id=firm.owner_id, **act)
    assert (deal.owner_id, deal.territory_id) == (firm.owner_id, firm.territory_id)
    win_deal(deal_id=deal.pk, **act)
    lines = [{"text": "Boats", "quantity": 1, "amount": Decimal(amount)}]
    order = place_order(number=str(deal.pk), deal_id=deal.pk, lines=lines, **act)
    won_by[order.pk] = (firm.owner_id, firm.territory_id)


def _pay(which: int, percent: int, at: Any, won_by: dict[int, Credit], credited: Counter[Credit]) -> None:
    """A part of an order is paid, whoever has the customer by then."""
    orders = list(Order.objects.order_by("pk"))
    if not orders:
        return
    order = orders[which % len(orders)]
    amount = (Decimal(order.total) / 1_000_000 * percent / 100).quantize(Decimal("0.01"))
    try:
        pay_order(order_id=order.pk, amount=amount, by=SYSTEM, at=at)
    except Refusal:
        return  # Nothing, or more than is owed.
    credited[won_by[order.pk]] += to_micros(amount)


def _give(what: str, first: int, second: int, people: list[Any], tree: Any, admin: Any, at: Any) -> None:
    others = [one.pk for one in people if one != people[first]]
    asked: dict[str, Any] = {
        "seller": {"what": "seller", "seller_id": people[first].pk, "to": "one", "to_ids": others[:1]},
        "shares": {"what": "seller", "seller_id": people[first].pk, "to": "shares", "to_ids": others},
        "territory": {
            "what": "territory", "territory_id": tree[PLACES[first]], "to": "one",
            "to_ids": [people[second].pk], "place_id": tree[PLACES[second]],
        },
        "rules": {"what": "rules", "to": "rules"},
        "hand": {},
    }[what]  # fmt: skip
    try:
        if what == "hand":
            firm = Account.objects.get(name=f"Firm {first}")
            place_account(account_id=firm.pk, territory_id=tree[PLACES[second]], by=SYSTEM, at=at)
            return
        row: Reassignment = plan_reassignment(**asked, by=actor_for(admin), at=at)
    except Refusal:
        return  # Nothing goes anywhere by now.
    started(row, admin)
