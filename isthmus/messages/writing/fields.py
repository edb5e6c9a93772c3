"""The merge fields there are: each room declares its own, by name, with words and how its value is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from isthmus.people.models import Account, Person
from isthmus.workspace.models import User

Text = str | Promise


@dataclass(frozen=True)
class MergeField:
    """A field as a writer sees it. `about` is the kind of record whose row `value` reads."""

    name: str
    label: Text
    about: str
    value: Callable[[Any], object]


_fields: dict[str, MergeField] = {}


def declare(name: str, label: Text, about: str, value: Callable[[Any], object]) -> None:
    """Offer a field. `value` gets the record, and answers plain text or nothing."""
    _fields[name] = MergeField(name, label, about, value)


def fields() -> Mapping[str, MergeField]:
    """Every field by name."""
    return dict(sorted(_fields.items()))


def values_of(records: Mapping[str, Any]) -> dict[str, str]:
    """The values of all fields of these records, by kind (person, account, sender, deal …)."""
    found = {}
    for name, field in _fields.items():
        row = records.get(field.about)
        value = field.value(row) if row is not None else None
        found[name] = "" if value is None else str(value)
    return found


def _first_name(row: Person | User) -> str:
    name = row.full_name if isinstance(row, Person) else row.name
    return name.split()[0] if name.split() else ""


def _last_name(row: Person) -> str:
    words = row.full_name.split()
    return words[-1] if len(words) > 1 else ""


def _declare_own() -> None:
    declare("person.first_name", _("First name"), "person", _first_name)
    declare("person.last_name", _("Last name"), "person", _last_name)
    declare("person.name", _("Name"), "person", lambda row: row.full_name)
    declare("person.title", _("Job title"), "person", lambda row: row.title)
    declare("person.city", _("City"), "person", lambda row: row.city)
    declare("person.email", _("E-mail"), "person", lambda row: row.email)
    declare("account.name", _("Company"), "account", _account_name)
    declare("sender.name", _("Your name"), "sender", lambda row: row.name)
    declare("sender.first_name", _("Your first name"), "sender", _first_name)
    declare("sender.email", _("Your e-mail"), "sender", lambda row: row.email)


def _account_name(row: Account) -> str:
    return row.name


_declare_own()
