"""The account of a row: found by its id in another system, its domain or its name, made when unknown."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import note_made
from isthmus.core.clock import written_now
from isthmus.ledger.facts import Fact
from isthmus.people import search
from isthmus.people.models import Account, AccountIdentifier
from isthmus.people.normalise import normal_domain, normal_name
from isthmus.people.placing import place_new
from isthmus.workspace.queries import territory_of_country

if TYPE_CHECKING:
    from isthmus.people.matching import Sighting

Key = tuple[str, str]
Link = tuple[Key, Account, datetime, int | None]
# What a row may say of a company.
COMPANY = ("country", "city", "industry", "size", "region", "postcode", "revenue")
COMPANY_FIELDS = (*COMPANY, "owner_id", "team_id", "custom", "parent_id")


def match_accounts(sightings: "Sequence[Sighting]", *, by: Actor) -> list[Account | None]:
    """The account of each sighting, or None where it names no company; one query per kind of key."""
    rows = [_keys(sighting) for sighting in sightings]
    names = [
        ("name", normal_name(sighting.company)[:320]) for sighting in sightings if sighting.company.strip()
    ]
    holders, origins = _known({key for row in rows for key in row} | set(names))
    new: list[Account] = []
    links: list[Link] = []
    found: list[Account | None] = []
    for sighting, row in zip(sightings, rows, strict=True):
        account = next((holders[key] for key in row if key in holders), None)
        keys = list(row)
        if account is None and row:
            account = _new_account(sighting)
            new.append(account)
            # Who comes next with the name alone means this one, unless an earlier one has the name.
            keys += [("name", normal_name(sighting.company)[:320])] if sighting.company.strip() else []
        if account is not None:
            sighting.account_origin_id = next((origins[key] for key in row if key in origins), None)
            for key in keys:
                if key not in holders:
                    holders[key] = account
                    if sighting.account_origin_id is not None:
                        origins[key] = sighting.account_origin_id
                    links.append((key, account, sighting.at, sighting.account_origin_id))
        found.append(account)
    _save(new, links, by)
    return found


def known_account(*, name: str, domain: str) -> Account | None:
    """The account that holds this domain, or this name where no domain is given."""
    key = ("domain", normal_domain(domain)) if domain else ("name", normal_name(name)[:320])
    return _known({key})[0].get(key)


def _keys(sighting: "Sighting") -> list[Key]:
    domain = normal_domain(sighting.company_domain)
    name = normal_name(sighting.company)[:320]
    keys = [("external", sighting.company_external_id.strip()), ("domain", domain)]
    # A name alone is a weak key: two firms share one. It decides only where nothing better came.
    if not any(value for _, value in keys):
        keys.append(("name", name))
    return [key for key in keys if key[1]]


def _known(keys: set[Key]) -> tuple[dict[Key, Account], dict[Key, int]]:
    holders: dict[Key, Account] = {}
    origins: dict[Key, int] = {}
    for kind in {kind for kind, _ in keys}:
        values = [value for own, value in keys if own == kind]
        rows = AccountIdentifier.objects.filter(kind=kind, value__in=values).select_related("account")
        for row in rows:
            holders[kind, row.value] = row.account
            if row.came_with_id is not None:
                origins[kind, row.value] = row.came_with_id
    return holders, origins


def _new_account(sighting: "Sighting") -> Account:
    extra = {
        name: sighting.company_fields[name] for name in COMPANY_FIELDS if name in sighting.company_fields
    }
    country = (extra.pop("country", "") or sighting.country).strip().upper()[:2]
    return Account(
        name=" ".join(sighting.company.split())[:255],
        domain=normal_domain(sighting.company_domain),
        country=country,
        territory_id=territory_of_country(country),
        created_at=sighting.at,
        updated_at=written_now(),
        **extra,
    )


def _save(new: list[Account], links: list[Link], by: Actor) -> None:
    if new:
        place_new(new)
        subjects = ledger.new_subjects(len(new), kind="account")
        for account, subject in zip(new, subjects, strict=True):
            account.subject = subject
        Account.objects.bulk_create(new)
        note_made(new)
        search.index_accounts(new, are_new=True)
    identifiers = AccountIdentifier.objects.bulk_create(
        AccountIdentifier(kind=kind, value=value, account=account, seen_at=at, came_with_id=origin)
        for (kind, value), account, at, origin in links
    )
    made = {account.pk for account in new}
    note_made(one for one in identifiers if one.account_id not in made)  # Those of new ones go with them.
    ledger.record([_created_fact(account) for account in new], by=by)


def _created_fact(account: Account) -> Fact:
    return Fact(
        kind="account.created",
        at=account.created_at,
        subject=account.subject,
        account_id=account.pk,
        owner=account.owner_id,
        team=account.team_id,
        territory=account.territory_id,
        region=account.country or None,
    )
