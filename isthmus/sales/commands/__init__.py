"""Everything that writes sales, by topic."""

from isthmus.sales.commands.activities import log_activities, log_activity
from isthmus.sales.commands.catalogue import add_pipeline, add_products
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
from isthmus.sales.commands.stages import edit_pipeline, edit_stage

__all__ = [
    "add_pipeline",
    "add_products",
    "edit_deal",
    "edit_deals",
    "edit_pipeline",
    "edit_stage",
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
    "restore_deal",
    "win_deal",
    "win_deals",
]
