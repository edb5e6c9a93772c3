"""Commission in JSON."""

from datetime import date, datetime
from typing import Any

from isthmus.api.shapes.base import Amount, Shape, shape_of
from isthmus.money.models import CommissionLock, CommissionPlan, CreditSplit, PlanAssignment


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
