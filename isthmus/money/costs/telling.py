"""What the ledger is told of expenses and salaries: amounts that count, restated or taken back."""

from datetime import date, datetime, time
from typing import Any

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.ledger.facts import Fact
from isthmus.money.models import Expense
from isthmus.workspace.models import Company
from isthmus.workspace.queries import Converter


def key_of(expense: Expense) -> str:
    """By what the ledger knows the amount of an expense, however often it is corrected."""
    return f"expense:{expense.pk}"


def tell_amount(expense: Expense, *, by: Actor) -> None:
    """State what an expense costs: the first time, or once more. Its row must be saved afterwards.

    Raises NoRate where its currency has none on its day.
    """
    fact = amount_fact(expense, Company.current(), Converter(), revision=expense.stated)
    expense.stated += 1
    ledger.record(fact, by=by)


def amount_fact(expense: Expense, company: Company, converter: Converter, *, revision: int) -> Fact:
    """The fact that says what an expense costs. Raises NoRate where its currency has none on its day."""
    return Fact(
        kind="expense.corrected" if revision else "expense.booked",
        at=datetime.combine(expense.on, time(), company.zone),
        amount=expense.amount,
        amount_base=converter.to_base(expense.amount, expense.currency, expense.on),
        currency=expense.currency,
        natural_key=key_of(expense),
        revision=revision,
        props={"category": expense.category},
        **credit(expense),
    )


def take_amount_back(expense: Expense, reason: str, *, by: Actor, at: datetime) -> None:
    """Let an expense not be a cost any more."""
    ledger.retract(natural_key=key_of(expense), by=by, at=at, reason=reason)


def tell_act(expense: Expense, kind: str, *, by: Actor, at: datetime) -> None:
    """That somebody approved, refused or took back an expense: without its amount."""
    props = {"expense_id": expense.pk}
    ledger.record(Fact(kind=kind, at=at, owner=expense.owner_id, team=expense.team_id, props=props), by=by)


def credit(expense: Expense) -> dict[str, Any]:
    """The columns of a fact about an expense.

    It names no person, so that it stands on nobody's timeline: who sees a deal need not see what it cost.
    """
    found: dict[str, Any] = {"owner": expense.owner_id, "team": expense.team_id}
    deal = expense.deal
    if deal is None:
        return {**found, "territory": expense.territory_id}
    return {
        **found,
        "account_id": deal.account_id,
        "lead_id": deal.lead_id,
        "deal_id": deal.pk,
        "channel": deal.channel or None,
        "campaign_id": deal.campaign_id,
        "product_id": deal.product_id,
        "territory": deal.territory_id,
    }


def start_of(day: date) -> datetime:
    """The instant at which a day begins for the company."""
    return datetime.combine(day, time(), Company.current().zone)
