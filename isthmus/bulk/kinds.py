"""What may be changed of many records: of each list its command, and the fields that are nobody's own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.sales.models import Deal, Product, Task
from isthmus.workspace.models import User
from isthmus.workspace.reassigning import MAY


@dataclass(frozen=True)
class Kind:
    """How one kind of record is changed, and how that is put back. Names and addresses are not for many."""

    command: str
    restore: str
    target: str  # the argument that names the record
    permission: str
    model: Any
    fields: frozenset[str]


KINDS: Mapping[str, Kind] = {
    "people": Kind(
        "edit_person",
        "restore_person",
        "person_id",
        "people.edit",
        Person,
        frozenset({"title", "country", "city", "account_id", "owner_id"}),
    ),
    "accounts": Kind(
        "edit_account",
        "restore_account",
        "account_id",
        "accounts.edit",
        Account,
        frozenset(
            {"industry", "size", "country", "region", "postcode", "city", "revenue", "parent_id", "owner_id"}
        ),
    ),
    "leads": Kind(
        "edit_lead",
        "restore_lead",
        "lead_id",
        "leads.edit",
        Lead,
        frozenset({"owner_id", "score", "product_id"}),
    ),
    "deals": Kind(
        "edit_deal",
        "restore_deal",
        "deal_id",
        "deals.edit",
        Deal,
        frozenset({"expected_close_on", "owner_id", "product_id"}),
    ),
}

_GIVEN = frozenset({"owner_id", "team_id", "territory_id"})


def _given(name: str, model: Any) -> Kind:
    return Kind(f"reassign_{name}", f"reassign_{name}", f"{name}_id", MAY, model, _GIVEN)


# What a reassignment gives to somebody else. Whoever is to have it back is kept with each part.
GIVEN: Mapping[str, Kind] = {
    "accounts": _given("account", Account),
    "people": _given("person", Person),
    "leads": _given("lead", Lead),
    "deals": _given("deal", Deal),
    "tasks": _given("task", Task),
}

# What a number among the changes names.
NAMED: Mapping[str, Any] = {
    "owner_id": User,
    "product_id": Product,
    "account_id": Account,
    "parent_id": Account,
}
