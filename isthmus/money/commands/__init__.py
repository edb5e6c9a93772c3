"""Everything that writes money, by topic."""

from isthmus.money.commands.commission import lock_commission, reopen_commission
from isthmus.money.commands.expenses import (
    approve_expense,
    book_expense,
    book_expenses,
    correct_expense,
    refuse_expense,
    restore_expense,
    withdraw_expense,
)
from isthmus.money.commands.plans import (
    add_commission_plan,
    assign_commission_plan,
    change_commission_plan,
    split_credit,
    withdraw_plan_version,
)
from isthmus.money.commands.salaries import book_salaries, set_salary, withdraw_salary

__all__ = [
    "add_commission_plan",
    "approve_expense",
    "assign_commission_plan",
    "book_expense",
    "book_expenses",
    "book_salaries",
    "change_commission_plan",
    "correct_expense",
    "lock_commission",
    "refuse_expense",
    "reopen_commission",
    "restore_expense",
    "set_salary",
    "split_credit",
    "withdraw_expense",
    "withdraw_plan_version",
    "withdraw_salary",
]
