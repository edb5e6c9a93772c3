"""Every kind of record that can be read: which rows, which filters, which orders, in which shape."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from isthmus.api import shapes
from isthmus.api.filters import Filter
from isthmus.core.actors import Actor
from isthmus.leads.models import Lead, LeadState
from isthmus.marketing.models import Campaign
from isthmus.meetings.models import Meeting, MeetingState
from isthmus.money.models import Category, Expense, ExpenseState
from isthmus.people.models import Account, Person
from isthmus.people.models.search import ACCOUNT, PERSON
from isthmus.sales.models import (
    Activity,
    Deal,
    DealState,
    LossReason,
    Objection,
    Order,
    Outcome,
    Pipeline,
    Product,
    Task,
    TaskKind,
    TaskState,
)
from isthmus.sales.models.activities import KINDS
from isthmus.workspace.models import FieldDefinition, Team, Territory, User
from isthmus.workspace.models.fields import MODELS
from isthmus.workspace.roles import ROLE_CHOICES


@dataclass(frozen=True)
class Resource:
    """One kind of record. `permission` is what its reader needs; every row goes through `rows(actor)`."""

    name: str
    shape: type[shapes.Shape]
    rows: Callable[[Actor], "QuerySet[Any]"]
    permission: str
    filters: Mapping[str, Filter]
    sorts: tuple[str, ...]
    custom: str = ""  # The model that custom fields are declared for.
    party: int = 0  # Where `q` searches by words.
    timeline: bool = False
    filters_all: Mapping[str, Filter] = field(init=False)

    def __post_init__(self) -> None:
        search = {"q": Filter("", "search", meaning="Words of the name, e-mail, phone or company.")}
        object.__setattr__(self, "filters_all", {**self.filters, **(search if self.party else {})})


def number(column: str) -> Filter:
    """The number of another record."""
    return Filter(f"{column}_id", "number", meaning=f"The number of the {column}; none for rows without one.")


def since(column: str) -> Filter:
    """From an instant on."""
    return Filter(column, "since", meaning=f"{column} at or after this day (UTC) or time.")


def until(column: str) -> Filter:
    """Before an instant."""
    return Filter(column, "until", meaning=f"{column} before this day (UTC) or time.")


_OWNED = {name: number(name) for name in ("owner", "team", "territory")}
_CREDIT = {"channel": Filter("channel"), "utm_source": Filter("utm_source"), "campaign": number("campaign")}
_UPDATED = {"updated_since": since("updated_at")}


def _everybody_or_oneself(actor: Actor) -> "QuerySet[Any]":
    users = User.objects.all()
    return users if actor.allows("settings.view") else users.filter(pk=actor.id or 0)


RESOURCES = (
    Resource(
        "people",
        shapes.PersonShape,
        lambda actor: Person.objects.present().visible_to(actor),
        "people.view",
        {
            **_OWNED,
            "account": number("account"),
            "email": Filter("email"),
            "country": Filter("country"),
            "created_since": since("created_at"),
            **_UPDATED,
        },
        ("updated_at", "created_at", "full_name", "id"),
        custom="person",
        party=PERSON,
        timeline=True,
    ),
    Resource(
        "accounts",
        shapes.AccountShape,
        lambda actor: Account.objects.present().visible_to(actor),
        "accounts.view",
        {
            **_OWNED,
            "parent": number("parent"),
            "domain": Filter("domain"),
            "country": Filter("country"),
            "industry": Filter("industry"),
            "created_since": since("created_at"),
            **_UPDATED,
        },
        ("updated_at", "created_at", "name", "id"),
        custom="account",
        party=ACCOUNT,
        timeline=True,
    ),
    Resource(
        "leads",
        shapes.LeadShape,
        lambda actor: Lead.objects.visible_to(actor),
        "leads.view",
        {
            "state": Filter("state", "choice", tuple(LeadState.values)),
            **_OWNED,
            **_CREDIT,
            "landing_page": Filter("landing_page"),
            "form": Filter("form"),
            "product": number("product"),
            "person": number("person"),
            "account": number("account"),
            "external_id": Filter("external_id"),
            "captured_since": since("captured_at"),
            "captured_until": until("captured_at"),
            **_UPDATED,
        },
        ("captured_at", "updated_at", "id"),
        custom="lead",
        timeline=True,
    ),
    Resource(
        "deals",
        shapes.DealShape,
        lambda actor: Deal.objects.visible_to(actor),
        "deals.view",
        {
            "state": Filter("state", "choice", tuple(DealState.values)),
            **_OWNED,
            **_CREDIT,
            **{name: number(name) for name in ("pipeline", "stage", "product", "person", "account", "lead")},
            "lost_reason": Filter("lost_reason", "choice", tuple(LossReason.values)),
            "external_id": Filter("external_id"),
            "opened_since": since("opened_at"),
            "opened_until": until("opened_at"),
            "closed_since": since("closed_at"),
            "closed_until": until("closed_at"),
            **_UPDATED,
        },
        ("opened_at", "updated_at", "name", "id"),
        custom="deal",
        timeline=True,
    ),
    Resource(
        "orders",
        shapes.OrderShape,
        lambda actor: Order.objects.visible_to(actor).prefetch_related("lines", "payments"),
        "orders.view",
        {
            "number": Filter("number"),
            **_OWNED,
            **{name: number(name) for name in ("deal", "person", "account")},
            "currency": Filter("currency"),
            "placed_since": since("placed_at"),
            "placed_until": until("placed_at"),
            **_UPDATED,
        },
        ("placed_at", "updated_at", "number", "id"),
    ),
    Resource(
        "activities",
        shapes.ActivityShape,
        lambda actor: Activity.objects.visible_to(actor),
        "leads.view",
        {
            "kind": Filter("kind", "choice", tuple(kind for kind, _label in KINDS)),
            "outcome": Filter("outcome", "choice", tuple(Outcome.values)),
            "objection": Filter("objection", "choice", tuple(Objection.values)),
            **_OWNED,
            **{name: number(name) for name in ("person", "account", "lead", "deal")},
            "since": since("at"),
            "until": until("at"),
        },
        ("at", "id"),
    ),
    Resource(
        "meetings",
        shapes.MeetingShape,
        lambda actor: Meeting.objects.visible_to(actor),
        "meetings.view",
        {
            "state": Filter("state", "choice", tuple(MeetingState.values)),
            "owner": number("owner"),
            "team": number("team"),
            "calendar": number("calendar"),
            "person": number("person"),
            "account": number("account"),
            "lead": number("lead"),
            "deal": number("deal"),
            "starts_since": since("starts_at"),
            "starts_until": until("starts_at"),
            **_UPDATED,
        },
        ("starts_at", "updated_at", "id"),
    ),
    Resource(
        "tasks",
        shapes.TaskShape,
        lambda actor: Task.objects.visible_to(actor),
        "tasks.view",
        {
            "state": Filter("state", "choice", tuple(TaskState.values)),
            "kind": Filter("kind", "choice", tuple(TaskKind.values)),
            **_OWNED,
            **{name: number(name) for name in ("person", "account", "lead", "deal")},
            "due_since": since("due_on"),
            "due_until": until("due_on"),
            **_UPDATED,
        },
        ("made_at", "updated_at", "id"),
    ),
    Resource(
        "expenses",
        shapes.ExpenseShape,
        lambda actor: Expense.objects.visible_to(actor),
        "expenses.view",
        {
            "state": Filter("state", "choice", tuple(ExpenseState.values)),
            "category": Filter("category", "choice", tuple(Category.values)),
            **_OWNED,
            "deal": number("deal"),
            "since": since("on"),
            "until": until("on"),
        },
        ("on", "id"),
    ),
    Resource(
        "campaigns",
        shapes.CampaignShape,
        lambda actor: Campaign.objects.all(),
        "campaigns.view",
        {"channel": Filter("channel"), "external_id": Filter("external_id"), **_UPDATED},
        ("name", "updated_at", "id"),
    ),
    Resource(
        "products",
        shapes.ProductShape,
        lambda actor: Product.objects.all(),
        "",
        {"sku": Filter("sku"), "family": Filter("family"), **_UPDATED},
        ("name", "sku", "updated_at", "id"),
    ),
    Resource(
        "users",
        shapes.UserShape,
        _everybody_or_oneself,
        "",
        {
            "role": Filter("role", "choice", tuple(role for role, _label in ROLE_CHOICES)),
            "team": number("team"),
            "email": Filter("email"),
            "external_id": Filter("external_id"),
            "is_active": Filter("is_active", "flag"),
        },
        ("name", "email", "id"),
    ),
    Resource(
        "teams",
        shapes.TeamShape,
        lambda actor: Team.objects.all(),
        "",
        {"parent": number("parent")},
        ("name", "id"),
    ),
    Resource(
        "territories",
        shapes.TerritoryShape,
        lambda actor: Territory.objects.all(),
        "",
        {"parent": number("parent")},
        ("name", "id"),
    ),
    Resource(
        "fields",
        shapes.FieldShape,
        lambda actor: FieldDefinition.objects.all(),
        "",
        {"of": Filter("model", "choice", tuple(model for model, _label in MODELS)), "kind": Filter("kind")},
        ("key", "position", "id"),
    ),
    Resource(
        "pipelines",
        shapes.PipelineShape,
        lambda actor: Pipeline.objects.prefetch_related("stages"),
        "",
        {},
        ("name", "id"),
    ),
)
