"""Visitors who were joined to a person: which they are and why, and the way apart and together again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.refusals import NotFound, Refusal
from isthmus.ledger.models import Subject, SubjectMerge
from isthmus.ledger.timeline import facts_for_subjects
from isthmus.ledger.visitors import KIND, visitor_hash
from isthmus.people.matching import one_at_a_time
from isthmus.people.merging.joining import about
from isthmus.people.models import IdentityEvent, Person

_PREFIXES = {"user_id": "u", "anonymous_id": "a"}
_LOOKED_AT = 2_000
_MOST = 200


class VisitorElsewhere(Refusal):
    """The visitor is somebody else's, or nobody's, by now."""


@dataclass(frozen=True)
class JoinedVisitor:
    """One visitor of a person: since when and by whom joined, by what it is known, what it did lately.

    `kind` and `value` are those of its id where the journal tells them; empty for a visit without an id.
    """

    subject: int
    at: datetime
    by_user: int | None
    kind: str
    value: str
    facts: int
    first_at: datetime | None
    last_at: datetime | None


def joined_visitors(people: Sequence[Person]) -> list[JoinedVisitor]:
    """The visitors who count as these people now, the latest joined first."""
    merges = _merges_into([person.subject for person in people])
    if not merges:
        return []
    ids = _ids([person.pk for person in people])
    hashes = dict(Subject.objects.filter(pk__in=[m.loser_id for m in merges]).values_list("pk", "key_hash"))
    did: dict[int | None, list[datetime]] = {}
    for fact in facts_for_subjects([person.subject for person in people], limit=_LOOKED_AT):
        did.setdefault(fact.subject, []).append(fact.at)
    found = []
    for merge in merges[:_MOST]:
        kind, value = ids.get(bytes(hashes[merge.loser_id] or b""), ("", ""))
        times = did.get(merge.loser_id, [])
        by_user = merge.actor_id if merge.actor_kind == "user" else None
        found.append(
            JoinedVisitor(
                merge.loser_id, merge.at, by_user, kind, value, len(times),
                times[-1] if times else None, times[0] if times else None,
            )
        )  # fmt: skip
    return found


@command(
    permission="people.merge",
    label=gettext_lazy("Part a visitor from a person"),
    trade="system",
    undo="join_visitor",
    undo_arguments=lambda _person, arguments: {
        "person_id": arguments["person_id"],
        "visitor_id": arguments["visitor_id"],
    },
)
def part_visitor(*, person_id: int, visitor_id: int, by: Actor, at: datetime) -> Person:
    """Undo a wrong join: what the visitor did is a stranger's again, until a site tells anew who it is."""
    person = _person(person_id, by)
    merge = SubjectMerge.objects.filter(loser_id=visitor_id, loser__kind=KIND, undone_us=None).first()
    if merge is None or ledger.standing_for([visitor_id])[visitor_id] != person.subject:
        raise VisitorElsewhere(_("This visitor is not joined to the person any more. Load the page anew."))
    ledger.unmerge_subjects(visitor_id, merge.winner_id, by, at)
    _note(person, visitor_id, "parted", "visitor_parted", by=by, at=at)
    return person


@command(
    permission="people.merge",
    label=gettext_lazy("Join a visitor to a person"),
    trade="system",
    undo="part_visitor",
    undo_arguments=lambda _person, arguments: {
        "person_id": arguments["person_id"],
        "visitor_id": arguments["visitor_id"],
    },
)
def join_visitor(*, person_id: int, visitor_id: int, by: Actor, at: datetime) -> Person:
    """Say that a visitor is this person: what they did is on the person's timeline at once."""
    person = _person(person_id, by)
    if not Subject.objects.filter(pk=visitor_id, kind=KIND).exists():
        raise NotFound(_("There is no such visitor."))
    standing = ledger.standing_for([visitor_id, person.subject])
    if standing[visitor_id] == standing[person.subject]:
        raise VisitorElsewhere(_("This visitor is joined to the person already."))
    if ledger.join_visitors([(visitor_id, person.subject)], by=by, at=at):
        raise VisitorElsewhere(_("This visitor is somebody else's. Part them there first."))
    _note(person, visitor_id, "joined", "visitor_joined", by=by, at=at)
    return person


def _person(person_id: int, by: Actor) -> Person:
    """The person, locked: who may change them and merge them may say who their visitors are."""
    one_at_a_time()
    rows = Person.objects.present().visible_to(by).filter(pk=person_id)
    for right in ("people.merge", "people.edit"):
        rows = rows.filter(pk__in=Person.objects.visible_to(by, right).values("pk"))
    person: Person | None = rows.select_for_update(of=("self",)).first()
    if person is None:
        raise NotFound(_("There is no such person, or your role does not reach them."))
    return person


def _note(person: Person, visitor: int, act: str, fact: str, *, by: Actor, at: datetime) -> None:
    key_hash = Subject.objects.values_list("key_hash", flat=True).get(pk=visitor)
    kind, value = _ids([person.pk]).get(bytes(key_hash or b""), ("", ""))
    IdentityEvent.objects.create(
        person=person, act=act, kind=kind, value=value, at=at, actor_kind=by.kind, actor_id=by.id
    )
    ledger.record(about(person, fact, at=at, props={"visitor": visitor}), by=by)


def _merges_into(subjects: Sequence[int]) -> list[SubjectMerge]:
    """The standing joins of visitors to these subjects, and of visitors to those visitors."""
    found: list[SubjectMerge] = []
    into: list[Any] = list(subjects)
    while into:
        merges = list(SubjectMerge.objects.filter(winner_id__in=into, undone_us=None, loser__kind=KIND))
        found += merges
        into = [merge.loser_id for merge in merges]
    return sorted(found, key=lambda merge: (merge.at, merge.pk), reverse=True)


def _ids(people: Sequence[int]) -> dict[bytes, tuple[str, str]]:
    """The ids that the journal of these people names, by the hash under which the ledger knows visitors."""
    named = IdentityEvent.objects.filter(person__in=people, kind__in=_PREFIXES).exclude(value="")
    return {
        visitor_hash(f"{_PREFIXES[kind]}:{value}"): (kind, value)
        for kind, value in named.values_list("kind", "value").distinct()
    }
