"""The rows of money: commission plans, who has which, splits, what was locked; expenses and salaries."""

from isthmus.money.models.commission import (
    CommissionLine,
    CommissionLock,
    CommissionPlan,
    CreditSplit,
    PlanAssignment,
    PlanVersion,
)
from isthmus.money.models.expenses import (
    Category,
    Expense,
    ExpenseChange,
    ExpenseState,
    Salary,
    SalaryMonth,
)

__all__ = [
    "Category",
    "CommissionLine",
    "CommissionLock",
    "CommissionPlan",
    "CreditSplit",
    "Expense",
    "ExpenseChange",
    "ExpenseState",
    "PlanAssignment",
    "PlanVersion",
    "Salary",
    "SalaryMonth",
]
