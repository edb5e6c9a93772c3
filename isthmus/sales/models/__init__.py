"""The rows of sales: pipelines, deals, what was done and is to be done, what was sold and paid."""

from isthmus.sales.models.activities import Activity, Objection, Outcome
from isthmus.sales.models.day import LeadWorth
from isthmus.sales.models.deals import Deal, DealState, LossReason, Pipeline, Product, Stage
from isthmus.sales.models.orders import Order, OrderLine, Payment
from isthmus.sales.models.targets import Commitment, Holder, Quota
from isthmus.sales.models.tasks import PutAside, Repeat, SkipReason, Task, TaskKind, TaskState

__all__ = [
    "Activity",
    "Commitment",
    "Deal",
    "DealState",
    "Holder",
    "LeadWorth",
    "LossReason",
    "Objection",
    "Order",
    "OrderLine",
    "Outcome",
    "Payment",
    "Pipeline",
    "Product",
    "PutAside",
    "Quota",
    "Repeat",
    "SkipReason",
    "Stage",
    "Task",
    "TaskKind",
    "TaskState",
]
