"""People, accounts, consent and suppression in JSON."""

from datetime import datetime
from typing import Any

from pydantic import Field

from isthmus.api.shapes.base import Shape, shape_of
from isthmus.people.models import Account, Consent, ContactLimit, Person, Suppression


class _Party(Shape):
    id: int
    owner_id: int | None
    team_id: int | None
    territory_id: int | None
    country: str
    city: str
    custom: dict[str, Any]
    created_at: datetime
    updated_at: datetime
    merged_into_id: int | None
    version: int


@shape_of(Person, "person")
class PersonShape(_Party):
    """A person."""

    full_name: str
    email: str
    phone: str
    title: str
    locale: str
    account_id: int | None


@shape_of(Account, "account")
class AccountShape(_Party):
    """A company that buys."""

    name: str
    domain: str
    industry: str
    size: int | None
    region: str
    postcode: str
    revenue: int | None = Field(description="a year's, in whole units of the reporting currency")
    parent_id: int | None


@shape_of(Consent, "consent", reader="people.view")
class ConsentShape(Shape):
    """One statement of consent."""

    id: int
    person_id: int
    purpose: str
    channel: str
    given: bool
    wording_version: str
    source: str
    at: datetime


@shape_of(ContactLimit, "limit of contacts")
class ContactLimitShape(Shape):
    """How often anybody may be contacted in how many days."""

    most: int
    days: int


@shape_of(Suppression, "suppression", reader="people.consent")
class SuppressionShape(Shape):
    """An address that is not written to; which one is not kept."""

    id: int
    channel: str
    reason: str
    at: datetime
