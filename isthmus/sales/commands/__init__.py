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
from isthmus.sales.commands.deciding import (
    accept_quote,
    decline_quote,
    expire_quote,
    note_quote_viewed,
    send_quote,
)
from isthmus.sales.commands.editing import edit_deal, edit_deals, restore_deal
from isthmus.sales.commands.invoices import credit_invoice, issue_invoice
from isthmus.sales.commands.moving import move_deal, move_deals, put_deal_back
from isthmus.sales.commands.orders import (
    pay_order,
    pay_orders,
    place_order,
    place_orders,
    refund_order,
    refund_orders,
)
from isthmus.sales.commands.pricing import add_price_book, edit_price_book, edit_product, set_price
from isthmus.sales.commands.putting_aside import bring_back_suggestion, skip_suggestion, snooze_suggestion
from isthmus.sales.commands.quotas import restore_quotas, set_quota, set_quotas, split_quota
from isthmus.sales.commands.quotes import (
    approve_discount,
    ask_approval,
    drop_quote,
    edit_quote,
    make_quote,
    refuse_discount,
    reopen_quote,
    revise_quote,
)
from isthmus.sales.commands.selling import edit_selling_terms, set_discount_limit, set_tax_rate
from isthmus.sales.commands.stages import edit_pipeline, edit_stage
from isthmus.sales.commands.subscriptions import (
    change_subscription,
    end_subscription,
    renew_subscription,
    resume_subscription,
)
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
    "accept_quote",
    "add_pipeline",
    "add_price_book",
    "add_products",
    "add_task",
    "add_tasks",
    "adjust_commitment",
    "approve_discount",
    "ask_approval",
    "bring_back_suggestion",
    "cancel_task",
    "cancel_tasks",
    "change_subscription",
    "commit_forecast",
    "complete_task",
    "complete_tasks",
    "credit_invoice",
    "decline_quote",
    "drop_quote",
    "edit_deal",
    "edit_deals",
    "edit_pipeline",
    "edit_price_book",
    "edit_product",
    "edit_quote",
    "edit_selling_terms",
    "edit_stage",
    "edit_task",
    "edit_tasks",
    "end_subscription",
    "expire_quote",
    "issue_invoice",
    "log_activities",
    "log_activity",
    "lose_deal",
    "lose_deals",
    "make_quote",
    "move_deal",
    "move_deals",
    "note_quote_viewed",
    "open_deal",
    "open_deals",
    "pay_order",
    "pay_orders",
    "place_order",
    "place_orders",
    "put_deal_back",
    "refund_order",
    "refund_orders",
    "refuse_discount",
    "renew_subscription",
    "reopen_deal",
    "reopen_quote",
    "reopen_task",
    "restore_commitment",
    "restore_deal",
    "restore_quotas",
    "resume_subscription",
    "revise_quote",
    "send_quote",
    "set_discount_limit",
    "set_price",
    "set_quota",
    "set_quotas",
    "set_tax_rate",
    "skip_suggestion",
    "snooze_suggestion",
    "snooze_task",
    "snooze_tasks",
    "split_quota",
    "take_back_activity",
    "win_deal",
    "win_deals",
]
