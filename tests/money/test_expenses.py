"""Expenses: what sellers enter, who decides, what the ledger counts, and how each act is taken back."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from isthmus.core import commands
from isthmus.core.actors import SYSTEM, Scope
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.core.window import Window
from isthmus.files.models import AttachedFile
from isthmus.files.queries import visible_file
from isthmus.ledger.models import InboxFact
from isthmus.metrics.queries import Question, ask
from isthmus.money.commands import (
    approve_expense,
    book_expense,
    correct_expense,
    refuse_expense,
    withdraw_expense,
)
from isthmus.money.commands.expenses import ExpenseChangedSince, ExpenseDecided, OwnExpense
from isthmus.money.models import Expense
from isthmus.people.commands import add_person
from isthmus.sales.commands import open_deal
from isthmus.workspace.actors import actor_for
from isthmus.workspace.commands import add_currency, give_grant, set_rate
from isthmus.workspace.models import Company
from tests.attaching import brought
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAY = date(2026, 2, 27)
TRIP = {"on": DAY, "category": "travel", "amount": Decimal("120.50")}


def spent(actor=SYSTEM, metric="expenses", **question):
    window = Window.parse("2026-01-01", "2026-04-01", Company.current().zone)
    return ask(Question(metric=metric, window=window, actor=actor, **question)).total.value


def run(name, by, **arguments):
    return commands.run(name, arguments, by=by, at=MONDAY_NOON)


@pytest.fixture
def trip(rita):
    return book_expense(**TRIP, note="Train to Kiel", by=actor_for(rita), at=MONDAY_NOON)


@pytest.fixture
def deal(rita, pipeline):
    by = actor_for(rita)
    pat = add_person(full_name="Pat", email="pat@x.example", by=by, at=MONDAY_NOON)
    return open_deal(person_id=pat.pk, amount=Decimal(1500), by=by, at=MONDAY_NOON)


def test_an_expense_costs_from_its_day_on_before_anybody_approved_it(trip, rita):
    assert (trip.state, trip.owner, trip.team, trip.currency) == ("booked", rita, rita.team, "EUR")
    fact = InboxFact.objects.get(kind="expense.booked")
    assert (fact.amount_base, fact.owner, fact.natural_key) == (120_500_000, rita.pk, f"expense:{trip.pk}")
    assert spent() == Decimal("120.5")


def test_it_is_attached_to_its_receipt_which_is_seen_by_who_sees_the_expense(rita, sam, olga):
    done = run("book_expense", actor_for(rita), **TRIP, files=[brought(name="Ticket.pdf")])

    file = AttachedFile.objects.get(kind="expense", record_id=done.value.pk)
    assert visible_file(file.pk, actor_for(sam)) == file
    assert visible_file(file.pk, actor_for(olga)) is None


def test_of_a_deal_it_carries_the_deal_but_names_nobody(deal, rita):
    book_expense(**TRIP, deal_id=deal.pk, by=actor_for(rita), at=MONDAY_NOON)

    fact = InboxFact.objects.get(kind="expense.booked")
    assert (fact.deal_id, fact.account_id, fact.subject) == (deal.pk, deal.account_id, None)
    assert spent(where={"deal": deal.pk}) == Decimal("120.5")


@pytest.mark.parametrize(
    "wrong, word",
    [
        ({"amount": Decimal(0)}, "above zero"),
        ({"on": date(2026, 3, 3)}, "not come yet"),
        ({"currency": "XXX"}, "not in use"),
    ],
)
def test_what_cannot_be_is_refused(rita, wrong, word):
    with pytest.raises(InvalidInput, match=word):
        book_expense(**{**TRIP, **wrong}, by=actor_for(rita), at=MONDAY_NOON)


def test_a_seller_enters_their_own_and_a_manager_their_teams(rita, sam, olga, mia, ada, elsewhere):
    for seller in (sam, olga):
        with pytest.raises(NotFound):
            book_expense(**TRIP, seller_id=seller.pk, by=actor_for(rita), at=MONDAY_NOON)
    with pytest.raises(NotFound):
        book_expense(**TRIP, team_id=elsewhere.pk, by=actor_for(rita), at=MONDAY_NOON)
    for stranger in (mia, ada):
        with pytest.raises(NotPermitted):
            book_expense(**TRIP, by=actor_for(stranger), at=MONDAY_NOON)

    assert book_expense(**TRIP, seller_id=rita.pk, by=actor_for(sam), at=MONDAY_NOON).owner == rita


def test_everybody_sees_those_that_their_role_reaches(trip, rita, sam, olga, mia, ada, admin):
    def sees(user):
        return Expense.objects.visible_to(actor_for(user)).exists()

    assert [sees(one) for one in (rita, sam, ada, admin)] == [True] * 4
    assert [sees(one) for one in (olga, mia)] == [False] * 2
    assert spent(actor_for(rita)) == spent(actor_for(sam)) == spent(actor_for(ada)) == Decimal("120.5")
    assert spent(actor_for(olga)) == 0
    with pytest.raises(NotPermitted):
        spent(actor_for(mia))


def test_a_foreign_currency_counts_by_the_rate_of_its_day(rita, company):
    add_currency(code="SEK", by=SYSTEM, at=MONDAY_NOON)
    set_rate(currency="SEK", on=date(2026, 2, 1), base_per_unit=Decimal("0.1"), by=SYSTEM, at=MONDAY_NOON)
    book_expense(**TRIP, currency="sek", by=actor_for(rita), at=MONDAY_NOON)

    assert spent() == Decimal("12.05")


def test_corrected_it_counts_once_with_its_new_amount_and_waits_again(trip, rita, sam):
    approve_expense(expense_id=trip.pk, by=actor_for(sam), at=MONDAY_NOON)
    with pytest.raises(ExpenseDecided):
        correct_expense(expense_id=trip.pk, **TRIP, by=actor_for(rita), at=MONDAY_NOON)

    new = {**TRIP, "amount": Decimal(100), "category": "meals"}
    done = run("correct_expense", actor_for(sam), expense_id=trip.pk, **new)

    assert (done.value.state, done.value.decided_by_id, done.value.owner) == ("corrected", None, rita)
    assert spent() == 100
    commands.undo(done.batch, by=actor_for(sam), at=MONDAY_NOON)
    trip.refresh_from_db()
    assert (trip.state, trip.category, trip.decided_by) == ("approved", "travel", sam)
    assert spent() == Decimal("120.5")


def test_refused_it_does_not_count_and_the_reason_stays_until_it_is_corrected(trip, rita, sam):
    with pytest.raises(InvalidInput):
        refuse_expense(expense_id=trip.pk, reason=" ", by=actor_for(sam), at=MONDAY_NOON)
    done = run("refuse_expense", actor_for(sam), expense_id=trip.pk, reason="No receipt")

    assert (done.value.state, done.value.reason) == ("refused", "No receipt")
    assert spent() == 0
    commands.undo(done.batch, by=actor_for(sam), at=MONDAY_NOON)
    assert spent() == Decimal("120.5")

    refuse_expense(expense_id=trip.pk, reason="No receipt", by=actor_for(sam), at=MONDAY_NOON)
    again = correct_expense(expense_id=trip.pk, **TRIP, by=actor_for(rita), at=MONDAY_NOON)
    assert (again.state, again.reason) == ("corrected", "")
    assert spent() == Decimal("120.5")


def test_nobody_decides_about_their_own(rita, sam):
    own = book_expense(**TRIP, by=actor_for(sam), at=MONDAY_NOON)
    entered = book_expense(**TRIP, seller_id=rita.pk, by=actor_for(sam), at=MONDAY_NOON)
    for one in (own, entered):
        with pytest.raises(OwnExpense):
            approve_expense(expense_id=one.pk, by=actor_for(sam), at=MONDAY_NOON)
    with pytest.raises(NotPermitted):
        approve_expense(expense_id=own.pk, by=actor_for(rita), at=MONDAY_NOON)


def test_entered_by_mistake_it_is_taken_back_by_its_undo(rita, sam):
    done = run("book_expense", actor_for(rita), **TRIP)
    commands.undo(done.batch, by=actor_for(rita), at=MONDAY_NOON)

    assert spent() == 0
    with pytest.raises(ExpenseDecided):
        approve_expense(expense_id=done.value.pk, by=actor_for(sam), at=MONDAY_NOON)


def test_an_older_act_is_not_taken_back_over_a_newer_one(trip, rita, sam):
    done = run("correct_expense", actor_for(rita), expense_id=trip.pk, **TRIP, note="Train")
    withdraw_expense(expense_id=trip.pk, by=actor_for(rita), at=MONDAY_NOON)
    with pytest.raises(ExpenseChangedSince):
        commands.undo(done.batch, by=actor_for(rita), at=MONDAY_NOON)


def test_a_seller_does_not_take_back_what_their_manager_decided(trip, rita, sam):
    done = run("refuse_expense", actor_for(sam), expense_id=trip.pk, reason="No receipt")

    with pytest.raises((NotFound, NotPermitted)):
        run("restore_expense", actor_for(rita), expense_id=trip.pk, batch=done.batch)


def test_what_a_deal_cost_stands_on_no_timeline(deal, rita, mia):
    from isthmus.sales import timeline

    book_expense(**TRIP, deal_id=deal.pk, by=actor_for(rita), at=MONDAY_NOON)
    give_grant(
        user_id=mia.pk, permission="deals.view", scope=Scope.ALL, by=SYSTEM, at=MONDAY_NOON - timedelta(1)
    )

    facts, _more = timeline.page(timeline.About("deal_id", [deal.pk]), actor_for(mia))
    assert {fact.kind.partition(".")[0] for fact in facts} == {"deal"}
