"""Making two records one: fields, everything that points at the one, and the ledger; all remembered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, Max, Q
from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.refusals import Refusal
from isthmus.core.rows import insert_rows
from isthmus.ledger.facts import Fact
from isthmus.people import search
from isthmus.people.consents import consents_of, record_consents
from isthmus.people.credit import credit_of
from isthmus.people.merging import pointers
from isthmus.people.merging.fields import Choice, decided, put, values_of
from isthmus.people.models import (
    Account,
    AccountIdentifier,
    Consent,
    DuplicatePair,
    Identifier,
    IdentityEvent,
    Merge,
    MergedRow,
    Person,
    SearchToken,
)
from isthmus.people.models.search import ACCOUNT, PERSON

Party = Person | Account
MERGED_SOURCE = "merge: the stricter of the two holds"


class CannotBeOne(Refusal):
    """The two cannot be made one."""


def join(kept: Any, lost: Any, choices: Mapping[str, Choice], *, by: Actor, at: datetime) -> Merge:
    """Merge one locked record into another, in the caller's transaction."""
    party = PERSON if isinstance(kept, Person) else ACCOUNT
    before = values_of(kept)
    after = decided(before, values_of(lost), choices)
    if party == ACCOUNT:
        _keep_out_of_circles(kept, lost, after)
    accounts = (lost.pk, kept.pk) if party == ACCOUNT else None
    merge = Merge.objects.create(
        party=party,
        kept_id=kept.pk,
        lost_id=lost.pk,
        before=before,
        after=after,
        choices=dict(choices),
        greatest={one.place: _greatest(one) for one in pointers.moving(party)},
        received_us=ledger.merge_subjects(lost.subject, kept.subject, by, at, accounts=accounts),
        at=at,
        actor_kind=by.kind,
        actor_id=by.id,
    )
    stricter = _stricter_consents(kept, lost, at) if party == PERSON else []
    counts = {one.place: _move(one, kept, lost, merge) for one in pointers.moving(party)}
    _move_identifiers(kept, lost)
    _save(kept, lost, after)
    _record(kept, lost, counts, by=by, at=at)
    if stricter:
        _withdraw(kept, stricter, merge, by)
    return merge


def _keep_out_of_circles(kept: Account, lost: Account, after: dict[str, Any]) -> None:
    above, steps = kept.parent_id, 0
    while above is not None:
        steps += 1
        if above == lost.pk and steps > 1:
            raise CannotBeOne(
                _("One of these stands above the other in its group, with others between. Change that first.")
            )
        above = Account.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    if after["parent_id"] == lost.pk:
        after["parent_id"] = lost.parent_id
    if after["parent_id"] == kept.pk:
        after["parent_id"] = None


def _greatest(pointer: pointers.Pointer) -> int:
    greatest: int | None = pointer.rows.aggregate(greatest=Max("pk"))["greatest"]
    return greatest or 0


def _move(pointer: pointers.Pointer, kept: Party, lost: Party, merge: Merge) -> int:
    rows = pointer.rows.filter(**{pointer.field: lost.pk})
    if pointer.place == "people.Account.parent":
        rows = rows.exclude(pk=kept.pk)  # Its own place in the group is one of the fields.
    ids = list(rows.values_list("pk", flat=True))
    insert_rows(MergedRow(merge=merge, place=pointer.place, row_id=pk) for pk in ids)
    point(pointer, ids, kept)
    return len(ids)


def point(pointer: pointers.Pointer, ids: list[int], to: Party) -> None:
    """Let rows point at another one; whoever follows changes sees that they did."""
    model = pointer.rows.model
    names = {field.name for field in model._meta.concrete_fields}
    changed: dict[str, Any] = {pointer.field: to.pk}
    if "updated_at" in names:
        changed["updated_at"] = written_now()
    if "version" in names:
        changed["version"] = F("version") + 1
    for start in range(0, len(ids), 500):
        pointer.rows.filter(pk__in=ids[start : start + 500]).update(**changed)
    if pointer.place == "people.Person.account":
        for start in range(0, len(ids), 500):
            here = Person.objects.present().filter(pk__in=ids[start : start + 500])
            search.index_people(list(here.select_related("account")))


def _move_identifiers(kept: Party, lost: Party) -> None:
    own: Any = (
        Identifier.objects.filter(person=lost.pk)
        if isinstance(kept, Person)
        else AccountIdentifier.objects.filter(account=lost.pk)
    )
    # Whoever brought it into an earlier merge is still the one whose it is.
    own.filter(came_with=None).update(came_with=lost.pk)
    own.update(**{"person" if isinstance(kept, Person) else "account": kept.pk})


def _save(kept: Any, lost: Any, after: dict[str, Any]) -> None:
    put(kept, after)
    kept.updated_at, kept.version = written_now(), kept.version + 1
    kept.save()
    lost.merged_into, lost.updated_at, lost.version = kept, written_now(), lost.version + 1
    lost.save()
    party = PERSON if isinstance(kept, Person) else ACCOUNT
    SearchToken.objects.filter(party=party, party_id=lost.pk).delete()
    pairs = DuplicatePair.objects.filter(party=party, different_since=None)
    pairs.filter(Q(one_id=lost.pk) | Q(other_id=lost.pk)).delete()
    index(kept)


def index(row: Party) -> None:
    """Write the search words of one record."""
    if isinstance(row, Person):
        search.index_people([Person.objects.select_related("account").get(pk=row.pk)])
    else:
        search.index_accounts([row])


def _record(kept: Any, lost: Any, counts: dict[str, int], *, by: Actor, at: datetime) -> None:
    if isinstance(kept, Person):
        note_event(kept, lost, "merged", by=by, at=at)
    moved = {place.rpartition(".")[0]: count for place, count in counts.items() if count}
    ledger.record(about(kept, "merged", at=at, props={"merged_subject": lost.subject, "moved": moved}), by=by)


def about(row: Any, act: str, *, at: datetime, props: dict[str, Any]) -> Fact:
    """The fact that two were merged or parted, about one of them."""
    kind = "person" if isinstance(row, Person) else "account"
    return Fact(kind=f"{kind}.{act}", at=at, props=props, **credit_of(row))


def note_event(person: Person, other: Person, act: str, *, by: Actor, at: datetime) -> None:
    """A line in the journal of why somebody is one person."""
    IdentityEvent.objects.create(
        person=person, other=other, act=act, at=at, actor_kind=by.kind, actor_id=by.id
    )


def _stricter_consents(kept: Person, lost: Person, at: datetime) -> list[Consent]:
    """The withdrawals of either that a later consent of the other would hide."""
    late = max([at, *Consent.objects.filter(person__in=[kept, lost]).values_list("at", flat=True)])
    ones, others = consents_of(kept, at=late), consents_of(lost, at=late)
    hidden = []
    for what in ones.keys() & others.keys():
        one, other = ones[what], others[what]
        if one.given != other.given:
            withdrawn, given = (other, one) if one.given else (one, other)
            if (given.at, given.pk) > (withdrawn.at, withdrawn.pk):
                hidden.append(withdrawn)
    return hidden


def _withdraw(kept: Person, hidden: list[Consent], merge: Merge, by: Actor) -> None:
    latest = max([merge.at, *kept.consents.values_list("at", flat=True)])
    rows = [
        {
            "person": kept,
            "purpose": one.purpose,
            "channel": one.channel,
            "given": False,
            "source": MERGED_SOURCE,
            "wording_version": one.wording_version,
            "proof": one.proof,
            "at": latest,
        }
        for one in hidden
    ]
    consents = record_consents(rows, by=by)
    merge.stricter = [[row.pk, row.fact_id.hex()] for row in consents]
    merge.save(update_fields=["stricter"])
