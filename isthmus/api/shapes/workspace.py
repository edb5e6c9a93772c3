"""Users, teams, fields, keys and the rest of the workspace in JSON. No secret has a shape."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import Field

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.core.queue.models import Job
from isthmus.workspace.models import (
    ApiKey,
    Company,
    Currency,
    FieldDefinition,
    Grant,
    Invitation,
    Rate,
    SavedView,
    Team,
    Territory,
    User,
)


@shape_of(Company, "company")
class CompanyShape(Shape):
    """The company."""

    id: int
    name: str
    base_currency: str
    time_zone: str
    working_hours: dict[str, Any]
    holidays_country: str
    call_link: str


@shape_of(User, "user", reader="settings.view")
class UserShape(Shape):
    """Somebody who works here."""

    id: int
    email: str
    name: str
    role: str
    team_id: int | None
    territory_id: int | None
    locale: str
    external_id: str | None
    is_active: bool
    joined_at: datetime


@shape_of(Team, "team")
class TeamShape(Shape):
    """A team; its parent's managers see its rows."""

    id: int
    name: str
    parent_id: int | None


@shape_of(Territory, "territory")
class TerritoryShape(Shape):
    """A part of the market."""

    id: int
    name: str
    parent_id: int | None
    countries: list[str]
    currency: str = Field(description="its own; empty: as above it, at the top the reporting currency")
    time_zone: str = Field(description="its own; empty: as above it, at the top the company's")
    holidays: str = Field(description="its own, like DE-BY; empty: of its one country, else as above it")


@shape_of(FieldDefinition, "field")
class FieldShape(Shape):
    """A custom field."""

    id: int
    of: str = Field(validation_alias="model", description="person, account, lead or deal")
    key: str
    label: str
    type: str
    kind: str
    options: list[Any]
    position: int
    archived_at: datetime | None


@shape_of(Grant, "grant", reader="settings.view")
class GrantShape(Shape):
    """A right given to a user beyond their role, or taken (scope empty)."""

    id: int
    user_id: int
    permission: str
    scope: str
    given_at: datetime


@shape_of(Invitation, "invitation", reader="settings.view")
class InvitationShape(Shape):
    """An invitation."""

    id: int
    email: str
    name: str
    role: str
    team_id: int | None
    invited_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


@shape_of(ApiKey, "api_key", reader="keys.edit")
class ApiKeyShape(Shape):
    """A program's key; the key itself is shown once, when it is made."""

    id: int
    user_id: int
    label: str
    prefix: str
    permissions: list[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@shape_of(Currency, "currency")
class CurrencyShape(Shape):
    """A currency."""

    id: str = Field(validation_alias="code")
    is_active: bool


@shape_of(Rate, "rate")
class RateShape(Shape):
    """What one unit of a currency is worth in the reporting currency from a day on."""

    id: int
    currency: str = Field(validation_alias="currency_id")
    on: date
    base_per_unit: Decimal


@shape_of(Job, "job", reader="jobs.manage")
class JobShape(Shape):
    """A background job."""

    id: int
    name: str
    state: str
    attempts: int
    run_at: datetime
    finished_at: datetime | None


@shape_of(SavedView, "view")
class ViewShape(Shape):
    """A saved view of a list."""

    id: int
    list: str
    name: str
    query: str
    reach: str
    owner_id: int
    team_id: int | None
    version: int
