"""The acts that change what is known of people and accounts, and those that take a change back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import command, only
from isthmus.people.changing import change_accounts, change_people, no_such_account, no_such_person
from isthmus.people.models import Account, Person
from isthmus.workspace.restoring import Restoring

_PERSON = Restoring(
    "person.changed", "subject", "person_id", "person", lambda person: person.subject, no_such_person
)
_ACCOUNT = Restoring(
    "account.changed", "subject", "account_id", "account", lambda account: account.subject, no_such_account
)


def edit_people(*, rows: Sequence[Mapping[str, Any]], by: Actor) -> list[Any]:
    """Bulk form of `edit_person`."""
    return change_people("edit_person", rows, by=by)


@command(
    permission="people.edit",
    label=gettext_lazy("Change a person"),
    trade="system",
    undo="restore_person",
    bulk=edit_people,
)
def edit_person(
    *,
    person_id: int,
    by: Actor,
    at: datetime,
    full_name: str | None = None,
    email: str | None = None,
    phone: str | None = None,
    title: str | None = None,
    country: str | None = None,
    city: str | None = None,
    account_id: int | None = None,
    owner_id: int | None = None,
    custom: dict[str, Any] | None = None,
    clear: list[str] | None = None,
    version: int | None = None,
) -> Person:
    """Change what is known of somebody; the change itself is a fact, with before and after.

    `clear` names fields to empty; a custom field is emptied by null. With `version` a change is refused when
    somebody was quicker.
    """
    row = {key: value for key, value in locals().items() if key != "by"}
    person: Person = only(edit_people(rows=[row], by=by))
    return person


def restore_people(*, rows: Sequence[Mapping[str, Any]], by: Actor) -> list[Any]:
    """Bulk form of `restore_person`."""
    people = (
        Person.objects.visible_to(by, "people.edit").present().in_bulk({row["person_id"] for row in rows})
    )
    return _PERSON.put_back(rows, people, lambda back: change_people("restore_person", back, by=by))


@command(
    permission="people.edit",
    label=gettext_lazy("Take back a change of a person"),
    trade="system",
    undo="restore_person",
    bulk=restore_people,
)
def restore_person(*, person_id: int, batch: str, by: Actor, at: datetime) -> Person:
    """Put back what one change of a person replaced; refused when it was changed once more since."""
    rows = [{"person_id": person_id, "batch": batch, "at": at}]
    restored: Person = only(restore_people(rows=rows, by=by))
    return restored


def edit_accounts(*, rows: Sequence[Mapping[str, Any]], by: Actor) -> list[Any]:
    """Bulk form of `edit_account`."""
    return change_accounts("edit_account", rows, by=by)


@command(
    permission="accounts.edit",
    label=gettext_lazy("Change an account"),
    trade="system",
    undo="restore_account",
    bulk=edit_accounts,
)
def edit_account(
    *,
    account_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    domain: str | None = None,
    country: str | None = None,
    city: str | None = None,
    industry: str | None = None,
    size: int | None = None,
    region: str | None = None,
    postcode: str | None = None,
    revenue: int | None = None,
    parent_id: int | None = None,
    owner_id: int | None = None,
    custom: dict[str, Any] | None = None,
    clear: list[str] | None = None,
    version: int | None = None,
) -> Account:
    """Change what is known of a company; the change itself is a fact, with before and after.

    `clear` names fields to empty; a custom field is emptied by null. With `version` a change is refused when
    somebody was quicker.
    """
    row = {key: value for key, value in locals().items() if key != "by"}
    account: Account = only(edit_accounts(rows=[row], by=by))
    return account


def restore_accounts(*, rows: Sequence[Mapping[str, Any]], by: Actor) -> list[Any]:
    """Bulk form of `restore_account`."""
    accounts = (
        Account.objects.visible_to(by, "accounts.edit").present().in_bulk({row["account_id"] for row in rows})
    )
    return _ACCOUNT.put_back(rows, accounts, lambda back: change_accounts("restore_account", back, by=by))


@command(
    permission="accounts.edit",
    label=gettext_lazy("Take back a change of an account"),
    trade="system",
    undo="restore_account",
    bulk=restore_accounts,
)
def restore_account(*, account_id: int, batch: str, by: Actor, at: datetime) -> Account:
    """Put back what one change of a company replaced; refused when it was changed once more since."""
    rows = [{"account_id": account_id, "batch": batch, "at": at}]
    restored: Account = only(restore_accounts(rows=rows, by=by))
    return restored
