"""Expenses: entered with their receipt, corrected, approved or refused, taken back."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import bulk_call, command, current_batch, only
from isthmus.core.money import to_micros
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.files.commands import attach_files
from isthmus.money.costs.entering import Entering, Row, enter_chunk
from isthmus.money.costs.reach import expense_for
from isthmus.money.costs.telling import take_amount_back, tell_act, tell_amount
from isthmus.money.models import Expense, ExpenseChange, ExpenseState

Spent = Literal["travel", "tools", "event", "meals", "other"]
_KEPT = (
    *("on", "category", "amount", "currency", "owner_id", "team_id", "territory_id", "deal_id", "note"),
    *("state", "reason", "decided_by_id", "decided_at"),
)
_COSTS = ("on", "category", "amount", "currency", "owner_id", "team_id", "deal_id")


class OwnExpense(Refusal):
    """Nobody decides about their own expense."""


class ExpenseDecided(Refusal):
    """What was approved is changed by who approves, and nobody changes what was taken back."""


class ExpenseChangedSince(Refusal):
    """Something was done to the expense after the act that would be taken back."""


def book_expenses(*, rows: Sequence[Row], by: Actor) -> list[Any]:
    """Bulk form of `book_expense`; a row may bring its `external_id`."""

    def act(chunk: Sequence[Row]) -> list[Any]:
        outcomes = enter_chunk(chunk, by)
        for row, outcome in zip(chunk, outcomes, strict=True):
            if row.get("files") and isinstance(outcome, Expense):
                attach_files(kind="expense", record_id=outcome.pk, files=row["files"], by=by, at=row["at"])
        return outcomes

    return bulk_call("book_expense", "expenses.edit", rows, by, act)


@command(
    permission="expenses.edit",
    label=gettext_lazy("Enter an expense"),
    trade="money",
    undo="withdraw_expense",
    undo_arguments=lambda expense, _arguments: {"expense_id": expense.pk},
    bulk=book_expenses,
)
def book_expense(
    *,
    on: date,
    category: Spent,
    amount: Decimal,
    by: Actor,
    at: datetime,
    currency: str = "",
    seller_id: int | None = None,
    deal_id: int | None = None,
    team_id: int | None = None,
    note: str = "",
    files: list[dict[str, str]] | None = None,
) -> Expense:
    """Enter what a seller spent on selling, before tax, with its receipt; perhaps for a deal or a team."""
    row = {name: value for name, value in locals().items() if name != "by"}
    expense: Expense = only(book_expenses(rows=[{**row, "amount": to_micros(amount)}], by=by))
    return expense


@command(
    permission="expenses.edit",
    label=gettext_lazy("Correct an expense"),
    trade="money",
    undo="restore_expense",
)
def correct_expense(
    *,
    expense_id: int,
    on: date,
    category: Spent,
    amount: Decimal,
    by: Actor,
    at: datetime,
    currency: str = "",
    seller_id: int | None = None,
    deal_id: int | None = None,
    team_id: int | None = None,
    note: str = "",
) -> Expense:
    """Say anew what an expense was, all of it. It waits to be approved again."""
    values = {name: value for name, value in locals().items() if name not in ("by", "expense_id")}
    expense = _changeable(expense_id, by)
    before = _kept(expense)
    values["seller_id"] = expense.owner_id if seller_id is None else seller_id
    values["amount"] = to_micros(amount)
    Entering([values], by).fill(expense, values)
    expense.state, expense.reason = ExpenseState.CORRECTED, ""
    expense.decided_by_id = expense.decided_at = None
    return _changed(expense, "corrected", before, by=by, at=at)


@command(
    permission="expenses.edit",
    label=gettext_lazy("Take back an expense"),
    trade="money",
    undo="restore_expense",
)
def withdraw_expense(*, expense_id: int, by: Actor, at: datetime) -> Expense:
    """Let an expense not have been: it was entered by mistake, or twice."""
    expense = _changeable(expense_id, by)
    before = _kept(expense)
    expense.state = ExpenseState.WITHDRAWN
    return _changed(expense, "withdrawn", before, by=by, at=at)


@command(
    permission="expenses.approve",
    label=gettext_lazy("Approve an expense"),
    trade="money",
    undo="restore_expense",
)
def approve_expense(*, expense_id: int, by: Actor, at: datetime) -> Expense:
    """Say that an expense is right; its seller no longer changes it."""
    return _decide(expense_id, ExpenseState.APPROVED, "", by=by, at=at)


@command(
    permission="expenses.approve",
    label=gettext_lazy("Refuse an expense"),
    trade="money",
    undo="restore_expense",
)
def refuse_expense(*, expense_id: int, reason: str, by: Actor, at: datetime) -> Expense:
    """Let an expense not count, with the reason; its seller may correct it."""
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why: the seller reads it.")})
    return _decide(expense_id, ExpenseState.REFUSED, reason.strip()[:300], by=by, at=at)


@command(
    permission="expenses.edit", label=gettext_lazy("Take back what was done to an expense"), trade="money"
)
def restore_expense(*, expense_id: int, batch: str, by: Actor, at: datetime) -> Expense:
    """Put an expense back to what it was before an act, if nothing was done to it since."""
    found = Expense.objects.visible_to(by).filter(pk=expense_id)
    change = ExpenseChange.objects.filter(expense__in=found).order_by("pk").last()
    if change is None:
        raise NotFound(_("There is no such expense, or nothing was done to it."))
    by_approver = change.act in ("approved", "refused") or change.before["state"] == ExpenseState.APPROVED
    expense = expense_for(by, "expenses.approve" if by_approver else "expenses.edit", expense_id)
    if change.batch != batch:
        raise ExpenseChangedSince(_("The expense was changed once more since. Correct it by hand."))
    before = _kept(expense)
    for name, value in change.before.items():
        field: Any = Expense._meta.get_field(name.removesuffix("_id"))
        setattr(expense, name, field.to_python(value))
    return _changed(expense, "restored", before, by=by, at=at)


def _changeable(expense_id: int, by: Actor) -> Expense:
    """An expense that the actor may still change: what was approved by who approves alone."""
    expense = expense_for(by, "expenses.edit", expense_id)
    if expense.state == ExpenseState.WITHDRAWN:
        raise ExpenseDecided(_("This expense was taken back. Enter it anew."))
    if expense.state == ExpenseState.APPROVED:
        approvable = Expense.objects.visible_to(by, "expenses.approve").filter(pk=expense_id)
        if expense.owner_id == by.id or not approvable.exists():
            raise ExpenseDecided(_("This expense is approved. Ask who approved it to take that back first."))
    return expense


def _decide(expense_id: int, state: ExpenseState, reason: str, *, by: Actor, at: datetime) -> Expense:
    expense = expense_for(by, "expenses.approve", expense_id)
    if by.kind == "user" and by.id in (expense.owner_id, expense.booked_by_id):
        raise OwnExpense(_("Somebody else decides about an expense that you spent or entered."))
    if expense.state in (state, ExpenseState.WITHDRAWN):
        raise ExpenseDecided(_("This expense is %(state)s already.") % {"state": _state_text(expense)})
    before = _kept(expense)
    expense.state, expense.reason = state, reason
    expense.decided_by_id, expense.decided_at = by.id, at
    return _changed(expense, state.value, before, by=by, at=at)


def _changed(expense: Expense, act: str, before: Mapping[str, Any], *, by: Actor, at: datetime) -> Expense:
    """Save a changed expense with what it was, and tell the ledger what it costs now."""
    counted = before["state"] in ("booked", "corrected", "approved")
    moved = any(_plain(expense, name) != before[name] for name in _COSTS)
    if expense.counts and (moved or not counted):
        tell_amount(expense, by=by)
    elif counted and not expense.counts:
        take_amount_back(expense, f"expense {act}", by=by, at=at)
    if act != "corrected" or not moved:
        tell_act(expense, f"expense.{act}" if act != "corrected" else "expense.noted", by=by, at=at)
    expense.save()
    ExpenseChange.objects.create(
        expense=expense, act=act, before=dict(before), by_id=by.id, at=at, batch=current_batch() or ""
    )
    return expense


def _kept(expense: Expense) -> dict[str, Any]:
    return {name: _plain(expense, name) for name in _KEPT}


def _plain(expense: Expense, name: str) -> Any:
    value = getattr(expense, name)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _state_text(expense: Expense) -> str:
    return str(expense.get_state_display()).lower()
