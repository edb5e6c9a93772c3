"""The acts that change what is known of people and accounts, and those that take a change back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor
from isthmus.core.commands import command, only
from isthmus.core.editing import ChangedSince
from isthmus.ledger.merges import parted_since
from isthmus.ledger.timeline import PastFact
from isthmus.people.changing import change_accounts, change_people, no_such_account, no_such_person
from isthmus.people.models import Account, Person
from isthmus.workspace.changing import change_of, definitions_by_key, taken_back


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


@command(
    permission="people.edit",
    label=gettext_lazy("Take back a change of a person"),
    trade="system",
    undo="restore_person",
)
def restore_person(*, person_id: int, batch: str, by: Actor, at: datetime) -> Person:
    """Put back what one change of a person replaced; refused when it was changed once more since."""
    person = Person.objects.visible_to(by, "people.edit").present().filter(pk=person_id).first()
    if person is None:
        raise no_such_person()
    fact = change_of(batch, "person.changed", "subject", person.subject, person.subject)
    _refuse_of_two(fact)
    changes, custom = taken_back(person, fact, definitions_by_key("person"))
    row = _row({"person_id": person_id, "version": person.version}, changes, custom, at)
    restored: Person = only(change_people("restore_person", [row], by=by))
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


@command(
    permission="accounts.edit",
    label=gettext_lazy("Take back a change of an account"),
    trade="system",
    undo="restore_account",
)
def restore_account(*, account_id: int, batch: str, by: Actor, at: datetime) -> Account:
    """Put back what one change of a company replaced; refused when it was changed once more since."""
    account = Account.objects.visible_to(by, "accounts.edit").present().filter(pk=account_id).first()
    if account is None:
        raise no_such_account()
    fact = change_of(batch, "account.changed", "subject", account.subject, account.subject)
    _refuse_of_two(fact)
    changes, custom = taken_back(account, fact, definitions_by_key("account"))
    row = _row({"account_id": account_id, "version": account.version}, changes, custom, at)
    restored: Account = only(change_accounts("restore_account", [row], by=by))
    return restored


def _refuse_of_two(fact: PastFact) -> None:
    # What such a change replaced may have been the other one's: it would come back to the wrong one.
    if fact.subject is not None and parted_since(fact.subject, fact.received_us):
        raise ChangedSince(
            _("This was changed while two records were one, which are two again now. Change it by hand.")
        )


def _row(
    about: Mapping[str, Any], changes: Mapping[str, Any], custom: Mapping[str, Any], at: datetime
) -> dict[str, Any]:
    set_again = {name: value for name, value in changes.items() if value is not None}
    clear = [name for name, value in changes.items() if value is None]
    return {**about, **set_again, "clear": clear, "custom": custom, "at": at}
