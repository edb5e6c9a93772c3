"""The one matcher: every way in asks it who a row is about."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Max

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.changes import are_kept, note_made
from isthmus.core.contention import note_wait
from isthmus.core.rows import insert_new, insert_values, update_rows
from isthmus.ledger.facts import Fact
from isthmus.people import placing as placings
from isthmus.people import search
from isthmus.people.companies import match_accounts
from isthmus.people.filling import FILLED, Blanks
from isthmus.people.later_rows import note_later_rows
from isthmus.people.making import new_person
from isthmus.people.models import Account, Identifier, IdentityEvent, Person
from isthmus.people.models.search import ACCOUNT
from isthmus.people.normalise import is_junk, normal_email, normal_phone
from isthmus.people.rules import LIMITS, Key, decide
from isthmus.workspace.queries import territory_of_country

Link = tuple[Key, Person, datetime, Person | None]
_ONE_MATCHES = 0x15746D5  # our own number among PostgreSQL's advisory locks


@dataclass
class Sighting:
    """What a row says of a person: plain text as it came. `at` is when it happened."""

    at: datetime
    full_name: str = ""
    email: str = ""
    phone: str = ""
    title: str = ""
    country: str = ""
    city: str = ""
    locale: str = ""
    external_id: str = ""
    user_id: str = ""
    company: str = ""
    company_domain: str = ""
    company_external_id: str = ""
    owner_id: int | None = None
    team_id: int | None = None
    custom: dict[str, Any] = field(default_factory=dict)
    company_fields: dict[str, Any] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list, init=False)
    junk: list[Key] = field(default_factory=list, init=False)
    # Who was known by this before they were merged into the person that it is about now, if anybody.
    origin: Person | None = field(default=None, init=False)
    account_origin_id: int | None = field(default=None, init=False)
    gave_account: bool = field(default=False, init=False)
    filled: bool = field(default=False, init=False)  # something that was blank of somebody known


def match_people(sightings: Sequence[Sighting], *, by: Actor) -> list[Person]:
    """The person of each sighting, made where nobody is known by its identifiers; in the caller's
    transaction.

    Known people keep what is known of them: a sighting fills blanks and never overwrites. Set-based: the
    number of queries does not grow with the number of rows.
    """
    one_at_a_time()
    for sighting in sightings:
        _read_keys(sighting)
    accounts = match_accounts(sightings, by=by)
    holders, origins, people = _known({key for sighting in sightings for key in sighting.keys})
    journal = _Journal(by)
    found: list[Person] = []
    new: list[tuple[Person, Fact]] = []
    filled: list[tuple[Person, Fact]] = []
    changed: dict[int, Person] = {}
    blanks = Blanks(holders.values())
    held = _held(set(holders.values()))
    making = _Making(sightings)
    links: list[Link] = []
    for sighting, account in zip(sightings, accounts, strict=True):
        match = decide(sighting.keys, holders, lambda person: held[person, "email"] > 0)
        if match.holder is None:
            person = making.person(sighting, account)
            new.append((person, _created_fact(person)))
            holder = -len(new)  # New people are numbered below zero until they are saved.
            people[holder] = person
        else:
            holder = match.holder
            person = people[holder]
            sighting.origin = people.get(origins.get(match.decided_by) or 0) if match.decided_by else None
            gained = blanks.fill(person, sighting, account)
            sighting.filled = bool(gained)
            changed |= {id(one): one for one in gained}
            if gained:
                who = sighting.origin or person
                filled.append((who, _changed_fact(who, sighting.at)))
        for key in match.new:
            if held[holder, key[0]] >= LIMITS[key[0]]:
                journal.note(person, "over_limit", key, sighting.at)
                continue
            held[holder, key[0]] += 1
            holders[key] = holder
            if sighting.origin is not None:
                origins[key] = sighting.origin.pk
            links.append((key, person, sighting.at, sighting.origin))
            journal.note(person, "linked", key, sighting.at)
        for key, other in match.conflicting:
            journal.note(person, "conflict", key, sighting.at, people[other])
        for key in sighting.junk:
            journal.note(person, "junk", key, sighting.at)
        found.append(person)
    blanks.save()
    _save([one for one, _fact in new], [one for one in changed.values() if one.pk], links, journal)
    _record([*new, *filled], by)
    _note_accounts_people(sightings, found)
    return found


class _Making:
    """New people, each where the rules at work say, else in the territory of their country."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        self._territory_of = cache(territory_of_country)
        self._placing = placings.rules(sightings[0].at) if sightings else None

    def person(self, sighting: Sighting, account: Account | None) -> Person:
        """Somebody who is not stored yet: with their company, else by what is known of them and of it."""
        person = new_person(sighting, account, self._territory_of)
        if self._placing is None:
            return person
        if account is not None and account.territory_id is not None:
            person.territory_id = account.territory_id
        else:
            told = account or placings.described(person.country, person.city, sighting.company_fields)
            person.territory_id = self._placing.place([told], owners=False)[0].territory_id
        return person


def _held(people: set[int]) -> Counter[tuple[int, str]]:
    """How many identifiers of each kind each of these people holds."""
    if not people:
        return Counter()
    return Counter(Identifier.objects.filter(person__in=people).values_list("person_id", "kind"))


def one_at_a_time() -> None:
    """Let nobody else match, merge or part people before the caller's transaction ends."""
    # Two transactions that look for the same new address must not both find nobody. SQLite has one
    # writer already; on PostgreSQL one lock does the same, held only to the end of a short transaction.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_ONE_MATCHES])
            if not cursor.fetchone()[0]:
                note_wait()
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_MATCHES])


def _read_keys(sighting: Sighting) -> None:
    sighting.keys, sighting.junk = [], []
    email = normal_email(sighting.email) if sighting.email else None
    phone = normal_phone(sighting.phone, sighting.country) if sighting.phone else None
    sighting.email = email or sighting.email.strip()
    sighting.phone = phone or sighting.phone.strip()
    candidates = [
        ("user_id", sighting.user_id.strip()),
        ("external", sighting.external_id.strip()),
        ("email", email or ""),
        ("phone", phone or ""),
    ]
    for kind, value in candidates:
        if value:
            (sighting.junk if is_junk(kind, value) else sighting.keys).append((kind, value[:320]))


def _known(keys: set[Key]) -> tuple[dict[Key, int], dict[Key, int], dict[int, Person]]:
    holders: dict[Key, int] = {}
    origins: dict[Key, int] = {}
    by_kind: dict[str, list[str]] = {}
    for kind, value in keys:
        by_kind.setdefault(kind, []).append(value)
    for kind, values in by_kind.items():
        rows = Identifier.objects.filter(kind=kind, value__in=values)
        for value, person, origin in rows.values_list("value", "person_id", "came_with_id"):
            holders[kind, value] = person
            if origin is not None:
                origins[kind, value] = origin
    return holders, origins, Person.objects.in_bulk({*holders.values(), *origins.values()})


def _note_accounts_people(sightings: Sequence[Sighting], found: Sequence[Person]) -> None:
    of_origins = [
        ("people.Person.account", person.pk, sighting.account_origin_id)
        for sighting, person in zip(sightings, found, strict=True)
        if sighting.account_origin_id is not None and sighting.gave_account
    ]
    note_later_rows(ACCOUNT, of_origins)


@dataclass
class _Journal:
    by: Actor
    rows: list[tuple[Person, str, Key, datetime, Person | None]] = field(default_factory=list)

    def note(self, person: Person, act: str, key: Key, at: datetime, other: Person | None = None) -> None:
        self.rows.append((person, act, key, at, other))

    def save(self) -> None:
        kind, number = self.by.kind, self.by.id
        insert_values(
            IdentityEvent,
            ["person", "other", "act", "kind", "value", "at", "actor_kind", "actor_id"],
            [
                (person.pk, other and other.pk, act, *key, at, kind, number)
                for person, act, key, at, other in self.rows
            ],
        )


def _save(created: list[Person], changed: list[Person], links: list[Link], journal: _Journal) -> None:
    if created:
        subjects = ledger.new_subjects(len(created), kind="person")
        for person, subject in zip(created, subjects, strict=True):
            person.subject = subject
        insert_new(created)
        note_made(created)
    if changed:
        update_rows(changed, [*FILLED, "account", "owner", "team", "custom", "updated_at"])
    insert_values(
        Identifier,
        ["kind", "value", "person", "seen_at", "came_with"],
        [(*key, person.pk, at, origin and origin.pk) for key, person, at, origin in links],
    )
    reached = _reached() if are_kept() else None
    journal.save()
    if reached is not None:
        _note_traces({person.pk for person in created}, links, journal, reached)
    search.index_people(created, are_new=True)
    search.index_people([person for person in changed if person.merged_into_id is None])


def _reached() -> int:
    return IdentityEvent.objects.aggregate(last=Max("pk"))["last"] or 0


def _note_traces(created: set[int], links: list[Link], journal: _Journal, reached: int) -> None:
    """Note what was stored with people who were here already; what is of new people goes with them."""
    linked = {(key, person.pk) for key, person, *_when in links if person.pk not in created}
    known = {person.pk for person, *_what in journal.rows} - created
    if linked:
        values = [value for (_kind, value), _pk in linked]
        rows = Identifier.objects.filter(person__in={pk for _key, pk in linked}, value__in=values)
        note_made(one for one in rows if ((one.kind, one.value), one.person_id) in linked)
    if known:
        note_made(IdentityEvent.objects.filter(person__in=known, pk__gt=reached))


def _created_fact(person: Person) -> Fact:
    """As the person is now: a later row of the same act may fill what is blank."""
    return Fact(
        kind="person.created",
        at=person.created_at,
        account_id=person.account_id,
        territory=person.territory_id,
        region=person.country or None,
        locale=person.locale or None,
    )


def _changed_fact(person: Person, at: datetime) -> Fact:
    return Fact(
        kind="person.changed",
        at=at,
        account_id=person.account_id,
        region=person.country or None,
        props={"filled": True},
    )


def _record(facts: Sequence[tuple[Person, Fact]], by: Actor) -> None:
    for person, fact in facts:
        fact.subject = person.subject
    ledger.record([fact for _person, fact in facts], by=by)


def holder_of(sighting: Sighting) -> Person | None:
    """Who holds the strongest identifier of a sighting; nothing is written."""
    _read_keys(sighting)
    holders, _origins, people = _known(set(sighting.keys))
    emails = set(
        Identifier.objects.filter(kind="email", person__in=set(holders.values())).values_list(
            "person_id", flat=True
        )
    )
    match = decide(sighting.keys, holders, emails.__contains__)
    return people[match.holder] if match.holder is not None else None


def holders_of_addresses(addresses: Iterable[str]) -> dict[str, Person]:
    """Who holds each of these normalised e-mail addresses; nothing is written."""
    wanted = sorted({one for one in addresses if one and not is_junk("email", one)})
    found: dict[str, Person] = {}
    for start in range(0, len(wanted), 500):
        rows = Identifier.objects.filter(kind="email", value__in=wanted[start : start + 500])
        found |= {row.value: row.person for row in rows.select_related("person")}
    return found
