"""Leads, campaigns, deals, activities, tasks, orders and payments in JSON."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

from isthmus.api.shapes.base import Amount, Shape, shape_of
from isthmus.leads.models import Lead
from isthmus.marketing.models import Campaign
from isthmus.sales.models import Activity, Deal, Order, Payment, Pipeline, Product, Stage, Task


class _Owned(Shape):
    id: int
    owner_id: int | None
    team_id: int | None
    territory_id: int | None


@shape_of(Lead, "lead")
class LeadShape(_Owned):
    """A lead."""

    state: str
    person_id: int
    account_id: int | None
    external_id: str | None
    channel: str
    utm_source: str
    utm_medium: str
    utm_campaign: str
    landing_page: str
    form: str
    click_id: str
    campaign_id: int | None
    product_id: int | None
    score: int | None
    due_at: datetime | None
    captured_at: datetime
    qualified_at: datetime | None
    handed_over_at: datetime | None
    contacted_at: datetime | None
    decided_at: datetime | None
    return_reason: str
    disqualify_reason: str
    message: str
    custom: dict[str, Any]
    updated_at: datetime
    version: int


@shape_of(Campaign, "campaign", reader="campaigns.view")
class CampaignShape(Shape):
    """A campaign."""

    id: int
    name: str
    channel: str
    external_id: str | None
    started_on: date | None
    ended_on: date | None
    updated_at: datetime


@shape_of(Product, "product")
class ProductShape(Shape):
    """Something that is sold."""

    id: int
    sku: str
    name: str
    family: str
    unit: str
    tax_class: str
    billing_interval: str
    is_active: bool
    updated_at: datetime


@shape_of(Stage, "stage")
class StageShape(Shape):
    """A step of a pipeline; `gate` names the fields that must be known before a deal comes in."""

    id: int
    name: str
    kind: str
    position: int
    probability: float | None
    stale_days: int | None
    gate: list[str]


@shape_of(Pipeline, "pipeline")
class PipelineShape(Shape):
    """A pipeline with its stages in order."""

    id: int
    name: str
    is_default: bool
    stale_days: int | None
    stages: list[StageShape]

    @field_validator("stages", mode="before")
    @classmethod
    def _all(cls, stages: Any) -> Any:
        return list(stages.all()) if hasattr(stages, "all") else stages


@shape_of(Deal, "deal")
class DealShape(_Owned):
    """A deal; `amount` is in whole units of its currency."""

    name: str
    state: str
    pipeline_id: int
    stage_id: int
    person_id: int | None
    account_id: int | None
    lead_id: int | None
    product_id: int | None
    external_id: str | None
    amount: Amount | None
    currency: str
    opened_at: datetime
    stage_since: datetime
    closed_at: datetime | None
    expected_close_on: date | None
    lost_reason: str
    channel: str
    utm_source: str
    landing_page: str
    campaign_id: int | None
    custom: dict[str, Any]
    updated_at: datetime
    version: int


@shape_of(Activity, "activity")
class ActivityShape(_Owned):
    """A call, meeting, mail or note."""

    kind: str
    person_id: int
    account_id: int | None
    lead_id: int | None
    deal_id: int | None
    text: str
    outcome: str
    objection: str
    minutes: int | None
    at: datetime


@shape_of(Task, "task")
class TaskShape(_Owned):
    """Something to be done; `due_on` is a day of the company's calendar, `due_at` the hour if it has one."""

    text: str
    kind: str
    state: str
    due_on: date | None
    due_at: datetime | None
    snoozed_until: datetime | None
    repeat: str
    person_id: int | None
    account_id: int | None
    lead_id: int | None
    deal_id: int | None
    made_at: datetime
    closed_at: datetime | None
    updated_at: datetime
    version: int


class LineShape(BaseModel):
    """One line of an order."""

    model_config = ConfigDict(from_attributes=True)

    position: int
    product_id: int | None
    description: str
    quantity: int | float
    amount: Amount
    tax: Amount

    @field_validator("quantity", mode="before")
    @classmethod
    def _whole(cls, quantity: Any) -> Any:
        return int(quantity) if quantity == int(quantity) else float(quantity)


class PaymentWithinOrder(BaseModel):
    """Money received, or given back."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    kind: str
    amount: Amount
    reference: str | None
    at: datetime


@shape_of(Order, "order")
class OrderShape(_Owned):
    """An order with its lines and payments; amounts are in whole units of its currency."""

    number: str
    deal_id: int | None
    person_id: int | None
    account_id: int | None
    currency: str
    total: Amount
    paid: Amount
    credited: Amount
    placed_at: datetime
    updated_at: datetime
    lines: list[LineShape]
    payments: list[PaymentWithinOrder]

    @field_validator("lines", "payments", mode="before")
    @classmethod
    def _all(cls, rows: Any) -> Any:
        return list(rows.all()) if hasattr(rows, "all") else rows


@shape_of(Payment, "payment", reader="orders.view")
class PaymentShape(Shape):
    """Money received for an order, or given back."""

    id: int
    order_id: int
    kind: str
    amount: Amount
    reference: str | None
    at: datetime
