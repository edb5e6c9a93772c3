"""Prices, quotes, invoices and subscriptions in JSON. The address of a quote's page is no part of it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, field_validator

from isthmus.api.shapes.base import Amount, Shape, shape_of
from isthmus.sales.models import (
    DiscountLimit,
    Invoice,
    Price,
    PriceBook,
    Quote,
    SellingTerms,
    Subscription,
    TaxRate,
)


@shape_of(PriceBook, "price book")
class PriceBookShape(Shape):
    """A price book: for a country, a territory, or everybody."""

    id: int
    name: str
    currency: str
    country: str
    territory_id: int
    from_on: date | None
    to_on: date | None
    is_default: bool


@shape_of(Price, "price")
class PriceShape(Shape):
    """What one unit costs from a day on, also one that was just taken out."""

    id: int
    book_id: int
    product_id: int
    from_on: date
    unit_price: Amount | None


@shape_of(TaxRate, "tax rate")
class TaxRateShape(Shape):
    """A tax rate as a share, also one that was just taken out."""

    id: int
    region: str
    tax_class: str
    rate: Decimal
    from_on: date
    to_on: date | None
    note: str


@shape_of(DiscountLimit, "discount limit")
class DiscountLimitShape(Shape):
    """Up to which share somebody gives discount alone, also one that was just taken out."""

    id: int
    role: str
    team_id: int | None
    seller_id: int | None
    family: str
    limit: Decimal


@shape_of(SellingTerms, "selling terms")
class SellingTermsShape(Shape):
    """How the company sells."""

    id: int
    valid_days: int
    payment_days: int
    invoices_at_once: bool
    terms: str
    address: str
    tax_number: str
    bank: str


class _Line(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    position: int
    product_id: int
    description: str
    quantity: Decimal
    unit: str
    tax_rate: Decimal
    tax_note: str
    net: Amount
    tax: Amount


class QuoteLineShape(_Line):
    """One line of a quote."""

    list_price: Amount
    unit_price: Amount
    discount: Decimal
    interval: str


class _Document(Shape):
    id: int
    owner_id: int
    team_id: int
    territory_id: int
    number: str
    currency: str
    net: Amount
    tax: Amount
    total: Amount

    @field_validator("lines", mode="before", check_fields=False)
    @classmethod
    def _all(cls, rows: Any) -> Any:
        return list(rows.all()) if hasattr(rows, "all") else rows


@shape_of(Quote, "quote")
class QuoteShape(_Document):
    """A quote with its lines; amounts are in whole units of its currency."""

    revision: int
    deal_id: int
    person_id: int
    account_id: int
    region: str
    state: str
    billing_address: str
    note: str
    terms: str
    valid_until: date
    made_at: datetime
    sent_at: datetime | None
    viewed_at: datetime | None
    decided_at: datetime | None
    order_id: int
    accepted_name: str
    purchase_number: str
    decline_reason: str
    version: int
    lines: list[QuoteLineShape]


@shape_of(Invoice, "invoice")
class InvoiceShape(_Document):
    """An invoice or a credit note with its lines."""

    kind: str
    order_id: int
    corrects_id: int
    issued_on: date
    due_on: date | None
    reason: str
    lines: list[_Line]


@shape_of(Subscription, "subscription")
class SubscriptionShape(Shape):
    """A product that is bought again at each renewal."""

    id: int
    owner_id: int
    team_id: int
    territory_id: int
    deal_id: int
    person_id: int
    account_id: int
    product_id: int
    description: str
    currency: str
    quantity: Decimal
    unit_price: Amount
    discount: Decimal
    interval: str
    started_on: date
    renews_on: date
    renewals: int
    renew_by_hand: bool
    ended_on: date | None
    end_reason: str
