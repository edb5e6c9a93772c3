"""The rows of sales: pipelines, deals, what was done and is to be done, offered, sold and paid; skills."""

from isthmus.sales.models.activities import Activity, Objection, Outcome
from isthmus.sales.models.day import LeadWorth
from isthmus.sales.models.deals import INTERVALS, Deal, DealState, LossReason, Pipeline, Product, Stage
from isthmus.sales.models.invoices import Invoice, InvoiceLine
from isthmus.sales.models.orders import Order, OrderLine, Payment
from isthmus.sales.models.pricing import (
    ROLES,
    DiscountLimit,
    NumberSeries,
    Price,
    PriceBook,
    SellingTerms,
    TaxRate,
)
from isthmus.sales.models.quotes import IN_MAKING, WITH_CUSTOMER, Quote, QuoteLine, QuoteState
from isthmus.sales.models.skills import (
    Assessment,
    CardMark,
    CoachingNote,
    CoachingPlan,
    FilledCard,
    LearningDone,
    LearningItem,
    PlanGoal,
    Scorecard,
    ScorecardQuestion,
    Skill,
)
from isthmus.sales.models.subscriptions import EndReason, Subscription
from isthmus.sales.models.targets import Commitment, Holder, Quota
from isthmus.sales.models.tasks import PutAside, Repeat, SkipReason, Task, TaskKind, TaskState
from isthmus.sales.models.working import (
    BuyerRole,
    BuyingRole,
    ChecklistItem,
    DealMember,
    ItemTick,
    MemberRole,
    Playbook,
)

__all__ = [
    "INTERVALS",
    "IN_MAKING",
    "ROLES",
    "WITH_CUSTOMER",
    "Activity",
    "Assessment",
    "BuyerRole",
    "BuyingRole",
    "CardMark",
    "ChecklistItem",
    "CoachingNote",
    "CoachingPlan",
    "Commitment",
    "Deal",
    "DealMember",
    "DealState",
    "DiscountLimit",
    "EndReason",
    "FilledCard",
    "Holder",
    "Invoice",
    "InvoiceLine",
    "ItemTick",
    "LeadWorth",
    "LearningDone",
    "LearningItem",
    "LossReason",
    "MemberRole",
    "NumberSeries",
    "Objection",
    "Order",
    "OrderLine",
    "Outcome",
    "Payment",
    "Pipeline",
    "PlanGoal",
    "Playbook",
    "Price",
    "PriceBook",
    "Product",
    "PutAside",
    "Quota",
    "Quote",
    "QuoteLine",
    "QuoteState",
    "Repeat",
    "Scorecard",
    "ScorecardQuestion",
    "SellingTerms",
    "Skill",
    "SkipReason",
    "Stage",
    "Subscription",
    "Task",
    "TaskKind",
    "TaskState",
    "TaxRate",
]
