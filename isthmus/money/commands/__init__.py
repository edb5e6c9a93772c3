"""Everything that writes money, by topic."""

from isthmus.money.commands.commission import lock_commission, reopen_commission
from isthmus.money.commands.plans import (
    add_commission_plan,
    assign_commission_plan,
    change_commission_plan,
    split_credit,
    withdraw_plan_version,
)

__all__ = [
    "add_commission_plan",
    "assign_commission_plan",
    "change_commission_plan",
    "lock_commission",
    "reopen_commission",
    "split_credit",
    "withdraw_plan_version",
]
