"""What a merge would move, and what taking two apart would give back, before anybody does it."""

from collections import Counter
from typing import Any

from isthmus.core.actors import Actor
from isthmus.people.merging import pointers
from isthmus.people.models import Account, AccountIdentifier, Identifier, Merge, Person
from isthmus.people.models.search import ACCOUNT, PERSON


def would_move(lost: Any, actor: Actor) -> dict[str, int]:
    """How many rows of each model would move, by the model's label; of those that the actor may see."""
    party = PERSON if isinstance(lost, Person) else ACCOUNT
    counts = Counter[str]()
    for pointer in pointers.moving(party):
        rows = pointer.rows.filter(**{pointer.field: lost.pk})
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(actor)
        counts[pointer.model] += rows.count()
    model, holder = (Identifier, "person") if party == PERSON else (AccountIdentifier, "account")
    counts[model._meta.label] = model._default_manager.filter(**{holder: lost.pk}).count()
    return {label: count for label, count in counts.items() if count}


def merges_into(party: int, pk: int) -> list[Merge]:
    """The merges that stand into a record, and into those that were merged into it; the latest first."""
    found: list[Merge] = []
    fresh = {pk}
    while fresh:
        rows = list(Merge.objects.filter(party=party, kept_id__in=fresh, undone_at=None))
        found += rows
        fresh = {row.lost_id for row in rows}
    return sorted(found, key=lambda merge: (merge.at, merge.pk), reverse=True)


def stands_for(party: int, pk: int) -> int:
    """The record that somebody who was merged away is part of now; the record itself where it was not."""
    model: Any = Person if party == PERSON else Account
    above: int | None = pk
    while above is not None:
        pk = above
        above = model.objects.filter(pk=pk).values_list("merged_into_id", flat=True).first()
    return pk
