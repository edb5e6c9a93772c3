"""Everything that writes people and accounts, other than what a lead brings with it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.actors import Actor, Scope
from isthmus.core.commands import bulk_call, command, only
from isthmus.core.refusals import InvalidInput, NotFound, Refusal
from isthmus.people.changing import no_such_account
from isthmus.people.companies import COMPANY, known_account, match_accounts
from isthmus.people.consents import address_hash, record_consents, who_holds
from isthmus.people.editing import (
    edit_account,
    edit_accounts,
    edit_people,
    edit_person,
    restore_account,
    restore_person,
)
from isthmus.people.matching import Sighting, holder_of, match_people
from isthmus.people.models import Account, Consent, ContactLimit, Person, Suppression
from isthmus.workspace.queries import CustomFields

__all__ = [
    "AccountKnown",
    "AlreadySuppressed",
    "NobodyGiven",
    "PersonKnown",
    "add_account",
    "add_accounts",
    "add_people",
    "add_person",
    "edit_account",
    "edit_accounts",
    "edit_people",
    "edit_person",
    "no_such_account",
    "record_consent",
    "restore_account",
    "restore_person",
    "set_contact_limit",
    "suppress_address",
]

Channel = Literal["email", "phone", "sms", "post"]


class PersonKnown(Refusal):
    """Somebody with one of these identifiers is here already; `person_id` is their number."""

    def __init__(self, sentence: str, person_id: int) -> None:
        self.person_id = person_id
        super().__init__(sentence)


class NobodyGiven(Refusal):
    """Nothing says who it is."""


class AlreadySuppressed(Refusal):
    """The address is on the list already."""


def add_people(
    *, rows: Sequence[Mapping[str, Any]], by: Actor, filled: list[bool] | None = None
) -> list[Any]:
    """Bulk form of `add_person`: people that are known come back as they are, their blanks filled.

    `filled` is told of each row whether it filled a blank.
    """

    def act(chunk: Sequence[Mapping[str, Any]]) -> list[Any]:
        outcomes: list[Any] = []
        sightings: list[tuple[int, Sighting]] = []
        fields = CustomFields("person")
        for index, row in enumerate(chunk):
            try:
                sighting = _sighting(row, by, fields)
                _refuse_out_of_reach(sighting, by)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            sightings.append((index, sighting))
            outcomes.append(None)
        people = match_people([sighting for _, sighting in sightings], by=by)
        gained = [False] * len(chunk)
        for (index, sighting), person in zip(sightings, people, strict=True):
            outcomes[index], gained[index] = person, sighting.filled
        if filled is not None:
            filled.extend(gained)
        return outcomes

    return bulk_call("add_person", "people.edit", rows, by, act)


@command(permission="people.edit", label=gettext_lazy("Add a person"), trade="system", bulk=add_people)
def add_person(
    *,
    by: Actor,
    at: datetime,
    full_name: str = "",
    email: str = "",
    phone: str = "",
    title: str = "",
    country: str = "",
    city: str = "",
    company: str = "",
    company_domain: str = "",
    external_id: str = "",
    custom: dict[str, Any] | None = None,
) -> Person:
    """Add somebody; refused when one of the identifiers is somebody's already."""
    row = {key: value for key, value in locals().items() if key != "by"}
    _refuse_known(row, by)
    person: Person = only(add_people(rows=[row], by=by))
    return person


def add_accounts(*, rows: Sequence[Mapping[str, Any]], by: Actor) -> list[Any]:
    """Bulk form of `add_account`: accounts that are known come back as they are.

    A row may bring `external_id`.
    """

    def act(chunk: Sequence[Mapping[str, Any]]) -> list[Any]:
        outcomes: list[Any] = []
        sightings: list[tuple[int, Sighting]] = []
        fields = CustomFields("account")
        for index, row in enumerate(chunk):
            try:
                sighting = _account_sighting(row, by, fields)
                _refuse_account_out_of_reach(sighting, by)
            except Refusal as refusal:
                outcomes.append(refusal)
                continue
            sightings.append((index, sighting))
            outcomes.append(None)
        accounts = match_accounts([sighting for _, sighting in sightings], by=by)
        for (index, _sighting_of), account in zip(sightings, accounts, strict=True):
            outcomes[index] = account or NobodyGiven(_("Give the account a name or a domain."))
        return outcomes

    return bulk_call("add_account", "accounts.edit", rows, by, act)


@command(permission="accounts.edit", label=gettext_lazy("Add an account"), trade="system", bulk=add_accounts)
def add_account(
    *,
    name: str,
    by: Actor,
    at: datetime,
    domain: str = "",
    country: str = "",
    city: str = "",
    industry: str = "",
    size: int | None = None,
    region: str = "",
    postcode: str = "",
    revenue: int | None = None,
    parent_id: int | None = None,
    custom: dict[str, Any] | None = None,
) -> Account:
    """Add a company; refused when its domain, or its name where it has none, is an account's already."""
    if known_account(name=name, domain=domain) is not None:
        raise AccountKnown(_("An account with this name or domain is here already. Open it instead."))
    row = {key: value for key, value in locals().items() if key != "by"}
    account: Account = only(add_accounts(rows=[row], by=by))
    return account


class AccountKnown(Refusal):
    """A company with this name or domain is here already."""


@command(permission="people.consent", label=gettext_lazy("Record consent"), trade="marketing")
def record_consent(
    *,
    person_id: int,
    channel: Channel,
    given: bool,
    source: str,
    by: Actor,
    at: datetime,
    purpose: str = "marketing",
    wording_version: str = "",
    proof: str = "",
) -> Consent:
    """Append that somebody gave or withdrew consent. Earlier statements stay; the latest holds."""
    person = Person.objects.visible_to(by).present().filter(pk=person_id).first()
    if person is None:
        raise NotFound(_("There is no such person, or your role does not reach them."))
    row = {
        "person": person,
        "channel": channel,
        "given": given,
        "source": source,
        "purpose": purpose,
        "wording_version": wording_version,
        "proof": proof,
        "at": at,
    }
    return record_consents([row], by=by)[0]


@command(permission="people.consent", label=gettext_lazy("Suppress an address"), trade="marketing")
def suppress_address(*, channel: Channel, address: str, reason: str, by: Actor, at: datetime) -> Suppression:
    """Never write to this address again, whoever holds it now or later. Only its keyed hash is kept."""
    from isthmus import ledger
    from isthmus.ledger.facts import Fact

    hashed = address_hash(channel, address)
    if Suppression.objects.filter(address_hash=hashed).exists():
        raise AlreadySuppressed(_("This address is suppressed already."))
    row = Suppression.objects.create(address_hash=hashed, channel=channel, reason=reason[:40], at=at)
    holder = who_holds(channel, address)
    props = {"channel": channel, "reason": row.reason}
    subject = holder.subject if holder else None
    ledger.record(Fact(kind="address.suppressed", at=at, subject=subject, props=props), by=by)
    return row


@command(
    permission="settings.edit",
    label=gettext_lazy("Set how often people are contacted"),
    trade="marketing",
    undo="set_contact_limit",
    undo_arguments=lambda limit, _given: limit.before,
)
def set_contact_limit(*, most: int, days: int, by: Actor, at: datetime) -> ContactLimit:
    """Set how often anybody may be contacted in how many days: beyond it, what writes by itself waits."""
    from isthmus import ledger
    from isthmus.ledger.facts import Fact

    for field, number, highest in (("most", most, 50), ("days", days, 90)):
        if not 1 <= number <= highest:
            raise InvalidInput({field: _("Give a number from 1 to %d.") % highest})
    row = ContactLimit.objects.select_for_update().filter(pk=1).first() or ContactLimit(pk=1)
    row.before = {"most": row.most, "days": row.days}
    row.most, row.days = most, days
    row.save()
    ledger.record(Fact(kind="contact_limit.set", at=at, props={"most": most, "days": days}), by=by)
    return row


def _account_sighting(row: Mapping[str, Any], by: Actor, custom: CustomFields) -> Sighting:
    texts = {name: str(row.get(name) or "").strip() for name in ("name", "domain", "external_id")}
    if not any(texts.values()):
        raise NobodyGiven(_("Give the account a name or a domain."))
    _need_account(row.get("parent_id"), by)
    fields = {name: row[name] for name in (*COMPANY, "parent_id") if row.get(name) not in (None, "")}
    fields["custom"] = custom.clean(row.get("custom") or {})
    if by.scope("accounts.edit") is not Scope.ALL:
        fields |= {"owner_id": by.id, "team_id": by.team_id}
    elif row.get("owner_id") is not None:
        fields |= {"owner_id": row["owner_id"], "team_id": row.get("team_id")}
    return Sighting(
        at=row["at"],
        company=texts["name"],
        company_domain=texts["domain"],
        company_external_id=texts["external_id"],
        company_fields=fields,
    )


def _sighting(row: Mapping[str, Any], by: Actor, custom: CustomFields) -> Sighting:
    names = [
        "full_name",
        "email",
        "phone",
        "title",
        "country",
        "city",
        "locale",
        "user_id",
        "external_id",
        "company",
        "company_domain",
        "company_external_id",
    ]
    if not any(row.get(name) for name in ("full_name", "email", "phone", "user_id", "external_id")):
        raise NobodyGiven(_("Say who it is: give a name, an e-mail, a phone number or an id."))
    scope = by.scope("people.edit")
    own = scope is not None and scope is not Scope.ALL
    return Sighting(
        at=row["at"],
        owner_id=row.get("owner_id") or (by.id if own else None),
        team_id=row.get("team_id") or (by.team_id if own else None),
        custom=custom.clean(row.get("custom") or {}),
        company_fields=row.get("company_fields") or {},
        **{name: str(row.get(name) or "") for name in names},
    )


def _need_account(account_id: int | None, by: Actor) -> None:
    if account_id is not None and not Account.objects.visible_to(by).present().filter(pk=account_id).exists():
        raise no_such_account()


def _refuse_out_of_reach(sighting: Sighting, by: Actor) -> None:
    # Filling the blanks of somebody is a change of them: it needs the same reach as any other.
    if by.scope("people.edit") is Scope.ALL:
        return
    known = holder_of(sighting)
    if known is not None and not Person.objects.visible_to(by, "people.edit").filter(pk=known.pk).exists():
        raise PersonKnown(_("Somebody with that identifier is here already; ask a manager to share them."), 0)


def _refuse_account_out_of_reach(sighting: Sighting, by: Actor) -> None:
    if by.scope("accounts.edit") is Scope.ALL:
        return
    known = known_account(name=sighting.company, domain=sighting.company_domain)
    if known is not None and not Account.objects.visible_to(by, "accounts.edit").filter(pk=known.pk).exists():
        raise AccountKnown(
            _("An account with this name or domain is here already; ask a manager to share it.")
        )


def _refuse_known(row: Mapping[str, Any], by: Actor) -> None:
    known = holder_of(_sighting(row, by, CustomFields("person")))
    if known is None:
        return
    if Person.objects.visible_to(by).filter(pk=known.pk).exists():
        raise PersonKnown(
            _("%(name)s is here already with that identifier. Open their page instead.") % {"name": known},
            known.pk,
        )
    raise PersonKnown(_("Somebody with that identifier is here already; ask a manager to share them."), 0)
