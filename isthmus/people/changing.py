"""Changing one person or account: the row, its identifiers, its search words and its fact together."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.ledger.facts import Fact
from isthmus.people import search
from isthmus.people.models import Account, AccountIdentifier, Identifier, Person
from isthmus.people.normalise import normal_domain, normal_email, normal_phone
from isthmus.workspace.fields import read_values
from isthmus.workspace.queries import field_definitions

# What may stand in the ledger in plain: says something about many, identifies nobody.
ANALYTIC = frozenset({"country", "owner_id", "account_id", "parent_id", "industry", "size"})


class NothingChanged(Refusal):
    """The values given are those that stand already."""


class IdentifierTaken(Refusal):
    """The identifier is somebody else's."""


def change_person(person: Person, given: dict[str, Any], *, by: Actor, at: datetime) -> Person:
    """Apply the given fields to a locked person; refused when nothing changes or an identifier is taken."""
    if "email" in given:
        given["email"] = _address(given["email"])
        _take_identifier(person, "email", given["email"], at)
    if "phone" in given:
        number = normal_phone(given["phone"], given.get("country") or person.country)
        given["phone"] = number or given["phone"].strip()
        _take_identifier(person, "phone", number or "", at)
    if "country" in given:
        given["country"] = given["country"].strip().upper()[:2]
    plain, personal = _apply(person, given, "person")
    person.updated_at, person.version = written_now(), person.version + 1
    person.save()
    search.index_people([person])
    ledger.record(
        Fact(
            kind="person.changed",
            at=at,
            subject=person.subject,
            account_id=person.account_id,
            owner=person.owner_id,
            region=person.country or None,
            props=plain,
            sealed=personal,
        ),
        by=by,
    )
    return person


def change_account(account: Account, given: dict[str, Any], *, by: Actor, at: datetime) -> Account:
    """Apply the given fields to a locked account; refused when nothing changes or its group would be a
    circle.
    """
    if "domain" in given:
        given["domain"] = normal_domain(given["domain"])
        _take_domain(account, given["domain"], at)
    if given.get("parent_id") is not None:
        _refuse_circle(account, given["parent_id"])
    plain, personal = _apply(account, given, "account")
    account.updated_at, account.version = written_now(), account.version + 1
    account.save()
    search.index_accounts([account])
    ledger.record(
        Fact(
            kind="account.changed",
            at=at,
            subject=account.subject,
            account_id=account.pk,
            owner=account.owner_id,
            region=account.country or None,
            props=plain,
            sealed=personal,
        ),
        by=by,
    )
    return account


def _apply(row: Any, given: dict[str, Any], model: str) -> tuple[dict[str, Any], dict[str, str]]:
    plain: dict[str, Any] = {}
    personal: dict[str, str] = {}
    for name, value in given.items():
        if name == "custom" or getattr(row, name) == value:
            continue
        before = getattr(row, name)
        if name in ANALYTIC:
            plain[name] = [before, value]
        else:
            personal[name] = f"{before} → {value}"
        setattr(row, name, value)
    definitions = {definition.key: definition for definition in field_definitions(model)}
    for key, value in read_values(definitions.values(), given.get("custom") or {}).items():
        before = row.custom.get(key)
        if before == value:
            continue
        if definitions[key].kind == "analytic":
            plain[f"custom_{key}"] = [before, value]
        else:
            personal[f"custom_{key}"] = f"{before} → {value}"
        row.custom = {**row.custom, key: value}
    if not plain and not personal:
        raise NothingChanged(_("Nothing was changed: the record says this already."))
    return plain, personal


def _address(text: str) -> str:
    if not text.strip():
        return ""
    address = normal_email(text)
    if address is None:
        raise InvalidInput({"email": _("“%(text)s” is not an e-mail address.") % {"text": text}})
    return address


def _take_identifier(person: Person, kind: str, value: str, at: datetime) -> None:
    if not value:
        return
    row, _made = Identifier.objects.get_or_create(
        kind=kind, value=value, defaults={"person": person, "seen_at": at}
    )
    if row.person_id != person.pk:
        raise IdentifierTaken(_("Somebody else is known by %(value)s already.") % {"value": value})


def _take_domain(account: Account, domain: str, at: datetime) -> None:
    if not domain:
        return
    row, _made = AccountIdentifier.objects.get_or_create(
        kind="domain", value=domain, defaults={"account": account, "seen_at": at}
    )
    if row.account_id != account.pk:
        raise IdentifierTaken(_("Another account has the domain %(domain)s already.") % {"domain": domain})


def _refuse_circle(account: Account, parent_id: int) -> None:
    above: int | None = parent_id
    while above is not None:
        if above == account.pk:
            raise InvalidInput({"parent_id": _("An account cannot stand above itself.")})
        above = Account.objects.filter(pk=above).values_list("parent_id", flat=True).first()
