"""The kinds of rows that imports make: what is a thing of its own, what is part of one, who takes it away."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model

from isthmus.leads import reversal as leads
from isthmus.leads.models import Lead
from isthmus.marketing import reversal as marketing
from isthmus.marketing.models import Campaign
from isthmus.money import reversal as money
from isthmus.money.models import Expense
from isthmus.people import reversal as people
from isthmus.people.models import Account, AccountIdentifier, Consent, Identifier, IdentityEvent, Person
from isthmus.sales import reversal as sales
from isthmus.sales.models import Activity, Deal, Order, OrderLine, Payment, Price, PriceBook, Product
from isthmus.workspace import reversal as workspace
from isthmus.workspace.models import User

__all__ = ["PARTS", "WHOLES", "Part", "Whole", "label_of"]


@dataclass(frozen=True)
class Whole:
    """Something that stands on its own. `fact_column` and `fact_number` say how facts name it.

    An empty `fact_column`: no column does, so whether it is worked on shows by what refers to it.
    """

    model: type[Model]
    own: tuple[type[Model], ...]  # rows that are only its own and go with it
    fact_column: str
    fact_number: str
    remove: Callable[[Sequence[int]], None]
    put_back: Callable[[Sequence[Any], Sequence[str]], None] | None = None
    # Numbers of it that stand in rows of rooms below, which no foreign key knows.
    named_by: tuple[tuple[type[Model], str], ...] = ()
    by_field: bool = False  # whether a changed row is put back field by field, or as a whole
    # Those that somebody added something to since that no foreign key knows of.
    built_on: Callable[[Sequence[int]], set[int]] | None = None

    @property
    def label(self) -> str:
        """How it is called in notes of what a chunk made."""
        return label_of(self.model)


@dataclass(frozen=True)
class Part:
    """Something that belongs to others and stays with the first of them that stays."""

    model: type[Model]
    of: tuple[str, ...]  # foreign keys; of these the first that is filled decides
    remove: Callable[[Sequence[int]], None]

    @property
    def label(self) -> str:
        """How it is called in notes of what a chunk made."""
        return label_of(self.model)


def label_of(model: type[Model]) -> str:
    """Room and name: "people.person"."""
    return str(model._meta.label_lower)


# What refers stands before what it refers to: so they are judged, and so they go.
WHOLES: Mapping[str, Whole] = {
    whole.label: whole
    for whole in (
        Whole(Expense, (), "", "pk", money.remove_expenses, built_on=money.expenses_with_receipts),
        Whole(Order, (OrderLine,), "order_id", "pk", sales.remove_orders, sales.put_back_orders),
        Whole(Deal, (), "deal_id", "pk", sales.remove_deals, sales.put_back_deals),
        Whole(Lead, (), "lead_id", "pk", leads.remove_leads, leads.put_back_leads),
        Whole(
            Person,
            (Identifier, IdentityEvent, Consent),
            "subject",
            "subject",
            people.remove_people,
            people.put_back_people,
            by_field=True,
        ),
        Whole(
            Account,
            (AccountIdentifier,),
            "subject",
            "subject",
            people.remove_accounts,
            people.put_back_accounts,
            by_field=True,
        ),
        Whole(
            Campaign,
            (),
            "campaign_id",
            "pk",
            marketing.remove_campaigns,
            named_by=((Lead, "campaign_id"), (Deal, "campaign_id")),
        ),
        Whole(Product, (), "product_id", "pk", sales.remove_products, named_by=((Lead, "product_id"),)),
        Whole(PriceBook, (), "", "pk", sales.remove_price_books),
        Whole(User, (), "owner", "pk", workspace.remove_users),
    )
}
PARTS: Mapping[str, Part] = {
    part.label: part
    for part in (
        Part(Payment, ("order",), sales.remove_payments),
        Part(Activity, ("deal", "lead", "person"), sales.remove_activities),
        Part(Price, ("product",), sales.remove_prices),
        Part(Consent, ("person",), people.remove_consents),
        Part(Identifier, ("person",), people.remove_identifiers),
        Part(IdentityEvent, ("person",), people.remove_identity_events),
        Part(AccountIdentifier, ("account",), people.remove_account_identifiers),
    )
}
