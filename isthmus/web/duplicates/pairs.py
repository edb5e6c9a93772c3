"""The pairs that the actor may see, likeliest first, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from isthmus.core.actors import Actor
from isthmus.leads.models import Lead
from isthmus.people.models import DuplicatePair
from isthmus.sales.models import Deal, Order
from isthmus.web.duplicates import words
from isthmus.web.duplicates.kinds import Kind
from isthmus.web.duplicates.sides import Line, lines_of

PAGE = 12
_LOOKED_AT = 240  # A reader who reaches few of them is not kept waiting: the next page goes on.


@dataclass(frozen=True)
class Shown:
    """A pair as the page shows it; `work` is what the reader sees of each side's leads, deals and orders."""

    pair: DuplicatePair
    one: Any
    other: Any
    why: Sequence[str]
    sure: str
    tone: str
    lines: Sequence[Line]
    work: tuple[str, str]


def page_of(kind: Kind, actor: Actor, after: str) -> tuple[list[Shown], str]:
    """The pairs behind a place, and the place where the next page begins (empty at the end)."""
    found: list[tuple[DuplicatePair, Any, Any]] = []
    pairs = list(_behind(kind, after)[: _LOOKED_AT + 1])
    here = kind.reachable(actor).in_bulk({pk for pair in pairs for pk in (pair.one_id, pair.other_id)})
    last = None
    for pair in pairs[:_LOOKED_AT]:
        last = pair
        if pair.one_id in here and pair.other_id in here:
            found.append((pair, here[pair.one_id], here[pair.other_id]))
        if len(found) == PAGE:
            break
    more = last is not None and last.pk != pairs[-1].pk
    dealings = _dealings(kind, actor, {row.pk for _pair, one, other in found for row in (one, other)})
    onward = f"{last.score}-{last.pk}" if more and last else ""
    return [_shown(kind, *each, dealings) for each in found], onward


def _behind(kind: Kind, after: str) -> Any:
    rows = DuplicatePair.objects.filter(party=kind.party, different_since=None).order_by("-score", "pk")
    score, _dash, pk = after.partition("-")
    if score.isdigit() and pk.isdigit() and len(after) < 20:
        rows = rows.filter(Q(score__lt=int(score)) | Q(score=int(score), pk__gt=int(pk)))
    return rows


def _shown(kind: Kind, pair: DuplicatePair, one: Any, other: Any, dealings: dict[int, list[int]]) -> Shown:
    sure, tone = words.sureness(pair.score)
    # The one with more behind it stays by default: less has to move.
    if sum(dealings[other.pk]) > sum(dealings[one.pk]):
        one, other = other, one
    why = words.signs_in_words(pair, one, other)
    work = (words.work_in_words(dealings[one.pk]), words.work_in_words(dealings[other.pk]))
    return Shown(pair, one, other, why, sure, tone, lines_of(kind, one, other), work)


def _dealings(kind: Kind, actor: Actor, ids: set[int]) -> dict[int, list[int]]:
    counts = {pk: [0, 0, 0] for pk in ids}
    for place, model in enumerate((Lead, Deal, Order)):
        rows = model.objects.visible_to(actor).filter(**{f"{kind.record}__in": ids}).order_by()  # type: ignore[attr-defined]
        for pk, count in rows.values_list(f"{kind.record}_id").annotate(n=Count("pk")):
            counts[pk][place] = count
    return counts
