"""Everything that writes sales, by topic."""

from isthmus.sales.commands.activities import log_activities, log_activity, take_back_activity
from isthmus.sales.commands.catalogue import add_pipeline, add_products
from isthmus.sales.commands.commitments import adjust_commitment, commit_forecast, restore_commitment
from isthmus.sales.commands.deals import (
    lose_deal,
    lose_deals,
    open_deal,
    open_deals,
    reopen_deal,
    win_deal,
    win_deals,
)
from isthmus.sales.commands.editing import edit_deal, edit_deals, restore_deal
from isthmus.sales.commands.moving import move_deal, move_deals, put_deal_back
from isthmus.sales.commands.orders import (
    pay_order,
    pay_orders,
    place_order,
    place_orders,
    refund_order,
    refund_orders,
)
from isthmus.sales.commands.putting_aside import bring_back_suggestion, skip_suggestion, snooze_suggestion
from isthmus.sales.commands.quotas import restore_quotas, set_quota, set_quotas, split_quota
from isthmus.sales.commands.stages import edit_pipeline, edit_stage
from isthmus.sales.commands.tasks import (
    add_task,
    add_tasks,
    cancel_task,
    cancel_tasks,
    complete_task,
    complete_tasks,
    edit_task,
    edit_tasks,
    reopen_task,
    snooze_task,
    snooze_tasks,
)

__all__ = [
    "add_pipeline",
    "add_products",
    "add_task",
    "add_tasks",
    "adjust_commitment",
    "bring_back_suggestion",
    "cancel_task",
    "cancel_tasks",
    "commit_forecast",
    "complete_task",
    "complete_tasks",
    "edit_deal",
    "edit_deals",
    "edit_pipeline",
    "edit_stage",
    "edit_task",
    "edit_tasks",
    "log_activities",
    "log_activity",
    "lose_deal",
    "lose_deals",
    "move_deal",
    "move_deals",
    "open_deal",
    "open_deals",
    "pay_order",
    "pay_orders",
    "place_order",
    "place_orders",
    "put_deal_back",
    "refund_order",
    "refund_orders",
    "reopen_deal",
    "reopen_task",
    "restore_commitment",
    "restore_deal",
    "restore_quotas",
    "set_quota",
    "set_quotas",
    "skip_suggestion",
    "snooze_suggestion",
    "snooze_task",
    "snooze_tasks",
    "split_quota",
    "take_back_activity",
    "win_deal",
    "win_deals",
]
