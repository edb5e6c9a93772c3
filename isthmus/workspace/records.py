"""The kinds of records that users star and come back to; each room above says how its own are read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from isthmus.core.actors import Actor

Rows = Callable[[Actor], "QuerySet[Any]"]
OfPersons = Callable[[Sequence[int]], Iterable[int]]
Credit = Callable[[Any], dict[str, Any]]
_kinds: dict[str, Rows] = {}
_editing: dict[str, str] = {}
_credits: dict[str, Credit] = {}
_of_persons: dict[str, OfPersons] = {}
_merging: dict[str, Any] = {}


def register(
    kind: str,
    rows: Rows,
    *,
    editing: str,
    credit: Credit,
    of_persons: OfPersons | None = None,
    merging: Any = None,
) -> None:
    """Say how the records of a kind are read: those that an actor may see, the merged and erased left out.

    `editing` is the right to change one; `credit` gives the columns of a fact about it.
    `of_persons` gives the numbers of those that are about persons, who may see them or not: for erasing.
    `merging` is the model, where records of the kind become one: its `merged_into` says into which.
    """
    _kinds[kind] = rows
    _editing[kind], _credits[kind] = editing, credit
    if merging is not None:
        _merging[kind] = merging
    if of_persons is not None:
        _of_persons[kind] = of_persons


def about_persons(persons: Sequence[int]) -> dict[str, list[int]]:
    """The numbers of all records about these persons, by kind."""
    return {kind: list(numbers(persons)) for kind, numbers in sorted(_of_persons.items())}


def with_merged(kind: str, record_id: int) -> list[int]:
    """A record's number and those of all that were merged into it: what was said of them is said of it."""
    found, fresh = [record_id], [record_id]
    while fresh and kind in _merging:
        fresh = list(_merging[kind].objects.filter(merged_into__in=fresh).values_list("pk", flat=True))
        found += fresh
    return found


def merging_model(kind: str) -> Any | None:
    """The model of a kind whose records become one; None for kinds that are not merged."""
    return _merging.get(kind)


def standing(kind: str, record_id: int) -> int:
    """The number of the record that stands for this one now."""
    while kind in _merging:
        into = _merging[kind].objects.filter(pk=record_id).values_list("merged_into_id", flat=True).first()
        if into is None:
            break
        record_id = into
    return record_id


def may_edit(kind: str, row: Any, actor: Actor) -> bool:
    """Whether the actor may change a record that they see."""
    return bool(type(row).objects.visible_to(actor, _editing[kind]).filter(pk=row.pk).exists())


def credit(kind: str, row: Any) -> dict[str, Any]:
    """The columns that a fact about the record carries: whose it is, and as what it stands at this moment."""
    return _credits[kind](row)


def kinds() -> list[str]:
    """Every kind there is."""
    return sorted(_kinds)


def visible(kind: str, ids: Iterable[int], actor: Actor) -> Mapping[int, Any]:
    """Those of the records that the actor may see, by number."""
    if kind not in _kinds:
        return {}
    return {row.pk: row for row in _kinds[kind](actor).filter(pk__in=list(ids))}
