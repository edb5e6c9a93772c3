"""Taking two merged records apart: each has again what was theirs, and what came in between for them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import written_now
from isthmus.core.refusals import Refusal
from isthmus.ledger.timeline import Column, PastFact, facts_received_since
from isthmus.people.merging import pointers
from isthmus.people.merging.fields import put, restored, values_of
from isthmus.people.merging.joining import Party, about, index, note_event, point
from isthmus.people.models import AccountIdentifier, Consent, Identifier, Merge, Person
from isthmus.people.models.search import ACCOUNT, PERSON

_REASON = "two records were taken apart"
_FACTS_OF = {"leads.Lead": "lead_id", "sales.Deal": "deal_id", "sales.Order": "order_id"}


class CannotBeParted(Refusal):
    """The two are not merged, or something stands in the way of taking them apart."""


def open_merge(party: int, lost_id: int) -> Merge:
    """The merge by which a record was merged away. Raises CannotBeParted where there is none."""
    merge = Merge.objects.select_for_update().filter(party=party, lost_id=lost_id, undone_at=None).first()
    if merge is None:
        raise CannotBeParted(_("These two are not merged any more, so there is nothing to take apart."))
    return merge


def part(merge: Merge, kept: Any, lost: Any, *, by: Actor, at: datetime) -> None:
    """Undo a merge of two locked records, in the caller's transaction."""
    if kept.merged_into_id is not None:
        raise CannotBeParted(
            _("The one they were merged into was itself merged into another since. Take those apart first.")
        )
    if kept.erased_at or lost.erased_at or not merge.before:
        raise CannotBeParted(_("One of the two was erased since, so nothing of them can be taken apart."))
    _take_back_stricter(merge, by=by, at=at)
    returned = _return_rows(merge, kept, lost)
    addresses = _return_identifiers(merge.party, kept, lost)
    _restore(merge, kept, lost, addresses)
    ledger.unmerge_subjects(lost.subject, kept.subject, by, at)
    _return_facts(merge, kept, lost, returned, by=by, at=at)
    merge.undone_at = at
    merge.save(update_fields=["undone_at"])
    if isinstance(kept, Person):
        for one, other in ((kept, lost), (lost, kept)):
            note_event(one, other, "unmerged", by=by, at=at)
    moved = {model: len(ids) for model, ids in returned.items() if ids}
    ledger.record(
        [
            about(kept, "unmerged", at=at, props={"parted_subject": lost.subject, "moved": moved}),
            about(lost, "unmerged", at=at, props={"parted_subject": kept.subject}),
        ],
        by=by,
    )


def _take_back_stricter(merge: Merge, *, by: Actor, at: datetime) -> None:
    Consent.objects.filter(pk__in=[row for row, _fact in merge.stricter]).delete()
    for _row, fact in merge.stricter:
        ledger.retract(fact_id=bytes.fromhex(fact), by=by, at=at, reason=_REASON)


def _return_rows(merge: Merge, kept: Party, lost: Party) -> dict[str, set[int]]:
    """Point everything of the lost one at them again. Answers the numbers of the rows, by model."""
    noted: dict[str, set[int]] = {}
    for place, row in merge.rows.values_list("place", "row_id"):
        noted.setdefault(place, set()).add(row)
    returned: dict[str, set[int]] = {}
    for pointer in pointers.moving(merge.party):
        wanted = noted.get(pointer.place, set()) | _that_follow(pointer, merge, kept, returned)
        # A row that somebody gave to a third since stays with that one.
        still_here = set(_within(pointer, wanted, kept))
        if pointer.place == "people.Account.parent":
            still_here -= {lost.pk}
        point(pointer, sorted(still_here), lost)
        returned.setdefault(pointer.model, set()).update(still_here)
    return returned


def _that_follow(
    pointer: pointers.Pointer, merge: Merge, kept: Party, returned: dict[str, set[int]]
) -> set[int]:
    """Rows that came after the merge and hang on rows that go back: the deal of their lead, and so on."""
    found: set[int] = set()
    came_since = pointer.rows.filter(**{pointer.field: kept.pk}, pk__gt=merge.greatest.get(pointer.place, 0))
    for name in pointer.follows:
        followed: Any = apps.get_model(pointer.model)._meta.get_field(name)
        of = sorted(returned.get(followed.related_model._meta.label, ()))
        for start in range(0, len(of), 500):
            rows = came_since.filter(**{f"{name}__in": of[start : start + 500]})
            found.update(rows.values_list("pk", flat=True))
    return found


def _within(pointer: pointers.Pointer, wanted: Iterable[int], kept: Party) -> Iterable[int]:
    ordered = sorted(wanted)
    for start in range(0, len(ordered), 500):
        rows = pointer.rows.filter(**{pointer.field: kept.pk}, pk__in=ordered[start : start + 500])
        yield from rows.values_list("pk", flat=True)


def _return_identifiers(party: int, kept: Party, lost: Party) -> frozenset[str]:
    model, holder = (Identifier, "person") if party == PERSON else (AccountIdentifier, "account")
    origins = _merged_into(party, lost.pk)
    back = model._default_manager.filter(**{holder: kept.pk}, came_with__in=origins)
    values = frozenset(back.values_list("value", flat=True))
    back.update(**{holder: lost.pk})
    model._default_manager.filter(**{holder: lost.pk}, came_with=lost.pk).update(came_with=None)
    return values


def _merged_into(party: int, pk: int) -> list[int]:
    """A record with everybody who was merged into it."""
    found, fresh = {pk}, {pk}
    while fresh:
        merges = Merge.objects.filter(party=party, kept_id__in=fresh, undone_at=None)
        fresh = set(merges.values_list("lost_id", flat=True)) - found
        found |= fresh
    return sorted(found)


def _restore(merge: Merge, kept: Any, lost: Any, addresses: frozenset[str]) -> None:
    lost.merged_into = None
    back = restored(values_of(kept), merge.before, merge.after, addresses)
    _let_later_merges_know(merge, back)
    put(kept, back)
    for row in (kept, lost):
        row.updated_at, row.version = written_now(), row.version + 1
        row.save()
        index(row)


def _let_later_merges_know(merge: Merge, back: dict[str, Any]) -> None:
    """A later merge into the same one remembers values that came from this one: they are no longer theirs."""
    later = Merge.objects.filter(party=merge.party, kept_id=merge.kept_id, undone_at=None, pk__gt=merge.pk)
    for one in later.order_by("pk"):
        for name, value in merge.after.items():
            if value == merge.before.get(name) or one.before.get(name) != value:
                continue
            if one.after.get(name) == value:
                one.after[name] = back.get(name)
            one.before[name] = merge.before.get(name)
        one.save(update_fields=["before", "after"])


def _return_facts(
    merge: Merge, kept: Any, lost: Any, returned: dict[str, set[int]], *, by: Actor, at: datetime
) -> None:
    """State anew, as the lost one's, what was told meanwhile of rows that are theirs."""
    party = merge.party
    column: Column = "subject" if party == PERSON else "account_id"
    number = kept.subject if party == PERSON else kept.pk
    people = _subjects_of(returned.get("people.Person", ()))
    theirs = []
    for fact in facts_received_since(column, [number], merge.received_us):
        if not _is_of(fact, returned, people):
            continue
        subject = lost.subject if fact.subject == kept.subject else fact.subject
        account = lost.pk if party == ACCOUNT and fact.account_id == kept.pk else fact.account_id
        if (subject, account) != (fact.subject, fact.account_id):
            theirs.append((fact, subject, account))
    theirs.sort(key=lambda one: (one[0].received_us, one[0].id))
    ledger.restate(theirs, by=by, at=at, reason=_REASON)


def _subjects_of(people: Iterable[int]) -> set[int]:
    ordered, found = sorted(people), set[int]()
    for start in range(0, len(ordered), 500):
        rows = Person.objects.filter(pk__in=ordered[start : start + 500])
        found.update(rows.values_list("subject", flat=True))
    return found


def _is_of(fact: PastFact, returned: dict[str, set[int]], people: set[int]) -> bool:
    """Whether a fact is about a row that went back, or one of the people who did.

    The narrowest row decides: an order of the kept one's own deal stays, whatever lead it began with.
    """
    if fact.kind == "activity.logged" and "activity_id" in fact.values:
        return fact.values["activity_id"] in returned.get("sales.Activity", ())
    if fact.kind.startswith("task.") and "task_id" in fact.values:
        return fact.values["task_id"] in returned.get("sales.Task", ())
    for model, name in reversed(_FACTS_OF.items()):
        number = getattr(fact, name)
        if number is not None:
            return number in returned.get(model, ())
    return fact.subject in people
