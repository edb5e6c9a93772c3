"""The rows of sales: pipelines, deals, what was done, what was sold and paid."""

from isthmus.sales.models.activities import Activity
from isthmus.sales.models.deals import Deal, DealState, LossReason, Pipeline, Product, Stage
from isthmus.sales.models.orders import Order, OrderLine, Payment

__all__ = [
    "Activity",
    "Deal",
    "DealState",
    "LossReason",
    "Order",
    "OrderLine",
    "Payment",
    "Pipeline",
    "Product",
    "Stage",
]
