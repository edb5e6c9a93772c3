"""Visitors become people: by what their browser, their form or a server says of them.

Facts of a visitor stay as they are; a join, read with them, makes them the person's, and can be undone.
Nothing that a visitor says makes one of two known people: whose a browser was first keeps what it did.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from isthmus.core.actors import Actor
from isthmus.ledger import join_visitors, standing_for
from isthmus.ledger.models import SubjectMerge
from isthmus.ledger.visitors import KIND
from isthmus.people.free_mail import company_domain_of
from isthmus.people.matching import Sighting, match_people, one_at_a_time
from isthmus.people.models import Identifier, IdentityEvent, Person
from isthmus.people.normalise import is_junk, normal_email, normal_phone
from isthmus.people.rules import LIMITS

_MOST_BROWSERS = LIMITS["anonymous_id"]
_TELLING = {"user_id": "user_id", "external": "external_id", "email": "email", "phone": "phone"}
_KINDS = {"u": "user_id", "a": "anonymous_id", "d": "daily_visit"}


@dataclass(frozen=True)
class VisitorSighting:
    """What somebody says of the person behind a visitor; texts as they came, empty where not said.

    `visitor` is the visitor's subject, `key` what it was found by: `a:` and an anonymous id, `u:` and a
    user's id.
    """

    visitor: int
    key: str
    at: datetime
    user_id: str = ""
    email: str = ""
    full_name: str = ""
    phone: str = ""
    title: str = ""
    company: str = ""
    company_domain: str = ""
    company_id: str = ""
    country: str = ""
    city: str = ""
    locale: str = ""


def identify_visitors(sightings: Sequence[VisitorSighting], *, by: Actor) -> list[Person | None]:
    """The person of each sighting, found or made, the visitor joined to them; None where it says too little.

    An address or a telephone makes somebody known. A user's id alone is enough for whoever is known by it;
    and who is known already may be told to belong to a company. In the caller's transaction.
    """
    one_at_a_time()
    known = _known(sightings)
    telling = [one for one in sightings if _makes_known(one) or known.get(one) is not None]
    people = match_people([_sighting(one, known.get(one)) for one in telling], by=by)
    found = dict(zip(telling, people, strict=True))
    _join(list(found.items()), by)
    return [found.get(one) for one in sightings]


def _makes_known(one: VisitorSighting) -> bool:
    email = normal_email(one.email) if one.email else None
    if email and not is_junk("email", email):
        return True
    phone = normal_phone(one.phone, one.country) if one.phone else None
    return bool(phone) and not is_junk("phone", phone or "")


def _known(sightings: Sequence[VisitorSighting]) -> dict[VisitorSighting, Identifier]:
    """An identifier of who is known by their user id, or as whose browser it is, where it takes that."""
    little = [one for one in sightings if not _makes_known(one)]
    if not little:
        return {}
    ids = {one.user_id for one in little if one.user_id}
    by_id = {row.value: row for row in Identifier.objects.filter(kind="user_id", value__in=ids)}
    standing = standing_for(one.visitor for one in little)
    theirs = Identifier.objects.filter(person__subject__in=set(standing.values()), kind__in=_TELLING)
    by_subject = {row.person.subject: row for row in theirs.select_related("person").order_by("-pk")}
    found: dict[VisitorSighting, Identifier] = {}
    for one in little:
        identifier = by_id.get(one.user_id) or by_subject.get(standing[one.visitor])
        if identifier is not None:
            found[one] = identifier
    return found


def _sighting(one: VisitorSighting, known: Identifier | None) -> Sighting:
    """As the matcher takes it; who is known is told by an identifier of theirs."""
    sighting = Sighting(
        at=one.at,
        full_name=one.full_name,
        email=one.email,
        phone=one.phone,
        title=one.title,
        country=one.country,
        city=one.city,
        locale=one.locale,
        user_id=one.user_id,
        company=one.company,
        company_domain=one.company_domain or company_domain_of(one.email),
        company_external_id=one.company_id,
    )
    if known is not None:
        setattr(sighting, _TELLING[known.kind], known.value)
    return sighting


def _join(told: Sequence[tuple[VisitorSighting, Person]], by: Actor) -> None:
    """Join visitors to people, up to the limit for each, and note in the journal why."""
    if not told:
        return
    held = _browsers({person.subject for _one, person in told})
    journal: list[IdentityEvent] = []
    pairs: dict[tuple[int, int], tuple[VisitorSighting, Person]] = {}
    standing = standing_for(one.visitor for one, _person in told)
    for one, person in told:
        pair = (one.visitor, person.subject)
        if pair in pairs or standing[one.visitor] == person.subject:
            continue
        if held[person.subject] >= _MOST_BROWSERS:
            journal.append(_event("over_limit", one, person, by))
            continue
        held[person.subject] += 1
        pairs[pair] = (one, person)
    refused = set(join_visitors(pairs, by=by, at=max(one.at for one, _person in told)))
    for pair, (one, person) in pairs.items():
        journal.append(_event("conflict" if pair in refused else "joined", one, person, by))
    IdentityEvent.objects.bulk_create(journal, batch_size=500)


def _browsers(subjects: set[int]) -> Counter[int]:
    rows = SubjectMerge.objects.filter(winner_id__in=subjects, undone_us=None, loser__kind=KIND)
    return Counter(dict(rows.values_list("winner_id").annotate(number=Count("pk"))))


def _event(act: str, one: VisitorSighting, person: Person, by: Actor) -> IdentityEvent:
    prefix, _colon, value = one.key.partition(":")
    return IdentityEvent(
        person=person,
        act=act,
        kind=_KINDS.get(prefix, ""),
        value=value[:320] if prefix != "d" else "",
        at=one.at,
        actor_kind=by.kind,
        actor_id=by.id,
    )
