"""The rows of money: commission plans, who has which, splits, what was locked; expenses."""

from isthmus.money.models.commission import (
    CommissionLine,
    CommissionLock,
    CommissionPlan,
    CreditSplit,
    PlanAssignment,
    PlanVersion,
)

__all__ = [
    "CommissionLine",
    "CommissionLock",
    "CommissionPlan",
    "CreditSplit",
    "PlanAssignment",
    "PlanVersion",
]
