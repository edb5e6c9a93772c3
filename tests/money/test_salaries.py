"""Salaries: booked month by month, and kept from everybody without the right to see them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM, Scope
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.core.window import Window
from isthmus.ledger.models import InboxFact
from isthmus.metrics.catalogue import catalogue
from isthmus.metrics.queries import Question, ask, may_count
from isthmus.money.commands import book_expense, book_salaries, set_salary
from isthmus.money.commands.salaries import SalariesBooked
from isthmus.money.models import Salary
from isthmus.money.tasks import book_salaries as by_the_clock
from isthmus.sales.commands import open_deal, win_deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import give_grant
from isthmus.workspace.models import Company
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
JANUARY, MARCH = date(2026, 1, 1), date(2026, 3, 1)
APRIL = datetime(2026, 4, 10, 12, tzinfo=UTC)


def figure(metric="selling_cost", actor=SYSTEM, since="2026-01-01", until="2026-12-31", **question):
    window = Window.parse(since, until, Company.current().zone)
    return ask(Question(metric=metric, window=window, actor=actor, **question)).total.value


def paid(user, amount, from_on=JANUARY, at=MONDAY_NOON):
    return set_salary(user_id=user.pk, monthly=amount, from_on=from_on, by=SYSTEM, at=at)


def test_setting_it_books_the_months_that_have_begun_and_the_clock_the_others(rita):
    paid(rita, Decimal("4000.50"))

    assert figure() == Decimal("12001.5")
    assert figure(until="2026-02-01") == Decimal("4000.5")
    with pytest.raises(SalariesBooked):
        book_salaries(by=SYSTEM, at=MONDAY_NOON)
    (april,) = book_salaries(by=SYSTEM, at=APRIL)
    assert (april.month, april.amount) == (date(2026, 4, 1), 4_000_500_000)
    assert figure() == Decimal("16002")
    by_the_clock()
    by_the_clock()
    assert InboxFact.objects.filter(kind="salary.booked").count() > 4


def test_a_raise_restates_its_months_and_its_undo_puts_them_back(rita):
    paid(rita, Decimal(4000))
    given = {"user_id": rita.pk, "monthly": "4500", "from_on": "2026-02-01"}
    done = commands.run("set_salary", given, by=SYSTEM, at=MONDAY_NOON)
    assert figure() == 13_000

    commands.undo(done.batch, by=SYSTEM, at=MONDAY_NOON)
    assert figure() == 12_000


def test_who_left_costs_nothing_from_then_on(rita):
    paid(rita, Decimal(4000))
    paid(rita, None, MARCH)
    assert figure() == 8_000
    paid(rita, Decimal(1000), MARCH)
    assert figure() == 9_000


def test_it_begins_with_a_month_and_is_not_below_zero(rita):
    with pytest.raises(InvalidInput, match="first day"):
        paid(rita, Decimal(1), date(2026, 1, 2))
    with pytest.raises(InvalidInput, match="below zero"):
        paid(rita, Decimal(-1))


@pytest.mark.parametrize("role", ["rita", "sam", "mia", "ada"])
def test_no_role_but_the_administrators_sees_or_sets_one(role, request, rita, sam, mia, ada):
    actor = actor_for(request.getfixturevalue(role))
    paid(rita, Decimal(4000))

    assert not Salary.objects.visible_to(actor).exists()
    for name, given in (("set_salary", {"user_id": rita.pk, "from_on": "2026-01-01"}), ("book_salaries", {})):
        with pytest.raises(NotPermitted):
            commands.run(name, given, by=actor, at=MONDAY_NOON)


def test_every_figure_that_holds_salaries_is_refused_to_every_role_but_the_administrators(
    rita, sam, mia, ada, admin
):
    holding = {name for name, metric in catalogue().items() if "salary.booked" in metric.kinds}

    assert holding == {"selling_cost", "cost_per_sale", "selling_return"}
    for name in holding:
        may = [may_count(actor_for(user), catalogue()[name]) for user in (rita, sam, mia, ada, admin)]
        assert may == [False, False, False, False, True]


def test_no_figure_that_a_manager_sees_changes_with_a_salary(rita, sam, pipeline):
    """So that nothing can be computed from two figures: of those left about cost none knows of it."""
    spend = {"on": JANUARY, "category": "tools", "amount": Decimal(50), "seller_id": rita.pk}
    book_expense(**spend, by=SYSTEM, at=MONDAY_NOON)
    deal = open_deal(name="Won", by=actor_for(rita), at=MONDAY_NOON)
    win_deal(deal_id=deal.pk, amount=Decimal(100), by=SYSTEM, at=MONDAY_NOON)
    costs = [name for name, metric in catalogue().items() if "expense.booked" in metric.kinds]

    def told():
        seen = [name for name in costs if may_count(actor_for(sam), catalogue()[name])]
        return {name: figure(name, actor_for(sam)) for name in seen}

    before = told()
    paid(rita, Decimal(9000))

    assert told() == before
    assert before.keys() >= {"expenses", "direct_cost_per_sale"}
    assert before["direct_cost_per_sale"] == 50
    with pytest.raises(NotPermitted):
        figure("cost_per_sale", actor_for(sam))


def test_with_the_right_for_a_team_its_salaries_count_and_no_others(rita, sam, olga):
    give_grant(user_id=sam.pk, permission="salaries.view", scope=Scope.TEAM, by=SYSTEM, at=MONDAY_NOON)
    paid(rita, Decimal(4000))
    paid(olga, Decimal(7000))

    assert figure(actor=actor_for(sam)) == 12_000
    assert figure() == 33_000
    with pytest.raises(NotFound):
        give_grant(user_id=sam.pk, permission="salaries.edit", scope=Scope.TEAM, by=SYSTEM, at=MONDAY_NOON)
        given = {"user_id": olga.pk, "from_on": "2026-01-01"}
        commands.run("set_salary", given, by=actor_for(sam), at=MONDAY_NOON)


def test_facts_of_the_act_name_no_amount_and_no_webhook_or_rule_hears_of_salaries(rita):
    from isthmus.automation.occasions import occasions
    from isthmus.webhooks.events import KINDS

    paid(rita, Decimal(4000))

    told = InboxFact.objects.get(kind="salary.set")
    assert (told.amount, told.props) == (None, '{"from":"2026-01-01"}')
    assert not [kind for kind in (*KINDS, *occasions()) if kind.startswith("salary.")]
