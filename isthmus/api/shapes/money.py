"""Commission and what selling costs in JSON."""

from datetime import date, datetime
from typing import Any

from isthmus.api.shapes.base import Amount, Shape, shape_of
from isthmus.money.models import (
    CommissionLock,
    CommissionPlan,
    CreditSplit,
    Expense,
    PlanAssignment,
    Salary,
    SalaryMonth,
)


@shape_of(CommissionPlan, "commission plan", reader="commission.edit")
class CommissionPlanShape(Shape):
    """A way of paying sellers; `period` is how long its statements are."""

    id: int
    name: str
    period: str


@shape_of(PlanAssignment, "assignment")
class PlanAssignmentShape(Shape):
    """Which plan a seller (`owner_id`) has from a day on."""

    id: int
    owner_id: int
    plan_id: int | None
    from_on: date
    set_at: datetime


@shape_of(CreditSplit, "split", reader="commission.split")
class CreditSplitShape(Shape):
    """Among whom a deal's money is credited: the share of each seller by their number."""

    id: int
    deal_id: int
    shares: dict[str, Any]
    set_at: datetime


@shape_of(CommissionLock, "locked statement")
class CommissionLockShape(Shape):
    """A seller's period whose commission is locked, and its total."""

    id: int
    owner_id: int
    first: date
    after_last: date
    total: Amount
    currency: str
    locked_at: datetime


@shape_of(Expense, "expense")
class ExpenseShape(Shape):
    """What a seller (`owner_id`) spent on selling, before tax, and where it stands."""

    id: int
    owner_id: int
    team_id: int | None
    deal_id: int | None
    on: date
    category: str
    amount: Amount
    currency: str
    note: str
    state: str
    reason: str
    decided_by_id: int | None
    decided_at: datetime | None
    booked_at: datetime


@shape_of(Salary, "salary")
class SalaryShape(Shape):
    """What a person (`owner_id`) costs each month from a month on."""

    id: int
    owner_id: int
    from_on: date
    amount: Amount | None
    currency: str
    set_at: datetime


@shape_of(SalaryMonth, "salary of a month")
class SalaryMonthShape(Shape):
    """What the ledger was told of one person's (`owner_id`) month."""

    id: int
    owner_id: int
    month: date
    amount: Amount | None
    currency: str
