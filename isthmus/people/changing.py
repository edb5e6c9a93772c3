"""Changing people and accounts: the row, its identifiers, its search words and its fact together."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.commands import bulk_call, part
from isthmus.core.editing import asked_changes, need_version
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.core.rows import update_rows
from isthmus.ledger.facts import Fact
from isthmus.people import search
from isthmus.people.models import Account, AccountIdentifier, Identifier, Person
from isthmus.people.normalise import normal_domain, normal_email, normal_phone
from isthmus.workspace.changing import apply_changes, definitions_by_key
from isthmus.workspace.models import FieldDefinition

Row = Mapping[str, Any]
Outcomes = list[Any]
Definitions = Mapping[str, FieldDefinition]

# What may stand in the ledger in plain: says something about many, identifies nobody.
ANALYTIC = frozenset(
    {"country", "owner_id", "account_id", "parent_id", "industry", "size", "region", "revenue"}
)
# What may be emptied, and what then stands there.
PERSON_EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(("full_name", "email", "phone", "title", "country", "city"), ""),
    "account_id": None,
    "owner_id": None,
}
ACCOUNT_EMPTY: Mapping[str, Any] = {
    **dict.fromkeys(("domain", "country", "city", "industry", "region", "postcode"), ""),
    "size": None,
    "revenue": None,
    "parent_id": None,
    "owner_id": None,
}


class IdentifierTaken(Refusal):
    """The identifier is somebody else's."""


class NamelessPerson(Refusal):
    """After the change nothing would say who it is."""


def change_people(name: str, rows: Sequence[Row], *, by: Actor) -> Outcomes:
    """Change the person of each row; one query for the rows, one for the words, one for the facts."""

    def act(chunk: Sequence[Row]) -> Outcomes:
        reachable = Person.objects.visible_to(by, "people.edit").present()
        people = _locked(reachable, "person_id", chunk)
        accounts = _seen_accounts("account_id", chunk, by)
        return _change_all(
            chunk,
            lambda row: people.get(row["person_id"]) or _refuse(no_such_person()),
            lambda row, person, definitions: _change_person(row, person, definitions, accounts),
            "person",
            lambda changed: search.index_people(changed),
            by,
        )

    return bulk_call(name, "people.edit", rows, by, act)


def change_accounts(name: str, rows: Sequence[Row], *, by: Actor) -> Outcomes:
    """Change the account of each row, in as few queries."""

    def act(chunk: Sequence[Row]) -> Outcomes:
        reachable = Account.objects.visible_to(by, "accounts.edit").present()
        accounts = _locked(reachable, "account_id", chunk)
        parents = _seen_accounts("parent_id", chunk, by)
        return _change_all(
            chunk,
            lambda row: accounts.get(row["account_id"]) or _refuse(no_such_account()),
            lambda row, account, definitions: _change_account(row, account, definitions, parents),
            "account",
            lambda changed: search.index_accounts(changed),
            by,
        )

    return bulk_call(name, "accounts.edit", rows, by, act)


def _change_all(
    rows: Sequence[Row],
    find: Callable[[Row], Any],
    change: Callable[[Row, Any, Definitions], Fact],
    model: str,
    index: Callable[[list[Any]], None],
    by: Actor,
) -> Outcomes:
    definitions = definitions_by_key(model)
    outcomes: Outcomes = []
    facts: list[Fact] = []
    changed: dict[int, Any] = {}
    for row in rows:
        try:
            party = find(row)
            need_version(party, row.get("version"))
            # An identifier that was taken must not stay when the rest of the row is refused.
            with part() if row.get("email") or row.get("phone") or row.get("domain") else nullcontext():
                facts.append(change(row, party, definitions))
        except Refusal as refusal:
            outcomes.append(refusal)
            continue
        party.updated_at, party.version = written_now(), party.version + 1
        changed[party.pk] = party
        outcomes.append(party)
    if changed:
        fields = [field.name for field in next(iter(changed.values()))._meta.concrete_fields]
        update_rows(
            changed.values(), [name for name in fields if name not in ("id", "subject", "created_at")]
        )
        prefetch_related_objects(list(changed.values()), "account" if model == "person" else "parent")
        index(list(changed.values()))
        ledger.record(facts, by=by)
    return outcomes


def _change_person(row: Row, person: Person, definitions: Definitions, accounts: set[int]) -> Fact:
    given = asked_changes({name: row.get(name) for name in PERSON_EMPTY}, row.get("clear"), PERSON_EMPTY)
    if given.get("account_id") is not None and given["account_id"] not in accounts:
        raise no_such_account()
    if "country" in given:
        given["country"] = given["country"].strip().upper()[:2]
    if "email" in given:
        given["email"] = _address(given["email"])
        _take_identifier(person, "email", given["email"], row["at"])
    if "phone" in given:
        number = normal_phone(given["phone"], given.get("country") or person.country)
        given["phone"] = number or given["phone"].strip()
        _take_identifier(person, "phone", number or "", row["at"])
    if not any(given.get(name, getattr(person, name)) for name in ("full_name", "email", "phone")) and str(
        person
    ):
        raise NamelessPerson(_("Keep a name, an e-mail or a phone number: nothing else says who this is."))
    changed = apply_changes(person, given, row.get("custom"), definitions=definitions, analytic=ANALYTIC)
    return _fact("person.changed", person, person.account_id, row["at"], changed.plain, changed.personal)


def _change_account(row: Row, account: Account, definitions: Definitions, parents: set[int]) -> Fact:
    fields = ("name", *ACCOUNT_EMPTY)
    given = asked_changes({name: row.get(name) for name in fields}, row.get("clear"), ACCOUNT_EMPTY)
    if given.get("parent_id") is not None:
        if given["parent_id"] not in parents:
            raise no_such_account()
        _refuse_circle(account, given["parent_id"])
    if "country" in given:
        given["country"] = given["country"].strip().upper()[:2]
    if "domain" in given:
        given["domain"] = normal_domain(given["domain"])
        _take_domain(account, given["domain"], row["at"])
    changed = apply_changes(account, given, row.get("custom"), definitions=definitions, analytic=ANALYTIC)
    return _fact("account.changed", account, account.pk, row["at"], changed.plain, changed.personal)


def _fact(
    kind: str,
    party: Any,
    account_id: int | None,
    at: datetime,
    plain: dict[str, Any],
    personal: dict[str, str],
) -> Fact:
    return Fact(
        kind=kind,
        at=at,
        subject=party.subject,
        account_id=account_id,
        owner=party.owner_id,
        region=party.country or None,
        props=plain,
        sealed=personal,
    )


def no_such_person() -> NotFound:
    """The one answer for a person who is not there and one that may not be touched."""
    return NotFound(_("There is no such person, or your role does not reach them."))


def no_such_account() -> NotFound:
    """The one answer for an account that is not there and one that may not be touched."""
    return NotFound(_("There is no such account, or your role does not reach it."))


def _refuse(refusal: Refusal) -> Any:
    raise refusal


def _locked(reachable: Any, name: str, rows: Sequence[Row]) -> dict[int, Any]:
    wanted = {row[name] for row in rows}
    return {party.pk: party for party in reachable.select_for_update(of=("self",)).filter(pk__in=wanted)}


def _seen_accounts(name: str, rows: Sequence[Row], by: Actor) -> set[int]:
    asked = {row[name] for row in rows if row.get(name) is not None}
    seen = Account.objects.visible_to(by).present().filter(pk__in=asked)
    return set(seen.values_list("pk", flat=True)) if asked else set()


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
