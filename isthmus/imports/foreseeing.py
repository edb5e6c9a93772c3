"""What a rehearsal cannot see happen, because the rows before are rolled back: told from the rows themselves.

A deal whose company comes with the same files is not opened in a rehearsal, yet it will be; a company that a
hundred chunks name is made in each of them, yet it will be made once.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q

from isthmus.core.automations import Ahead
from isthmus.imports.acts.context import Record
from isthmus.imports.acts.outcome import NEW, Outcome
from isthmus.imports.planned import PlannedKeys
from isthmus.people.models import Account, AccountIdentifier, Identifier, Person
from isthmus.sales.models import Stage

# Kind of row -> the facts of a new record; field -> the facts of the act that it brings.
_MADE: Mapping[str, tuple[str, ...]] = {
    "lead": ("lead.captured", "person.created"),
    "deal": ("deal.opened",),
    "order": ("order.placed",),
    "order_line": ("order.placed",),
    "activity": ("activity.logged",),
    "expense": ("expense.booked",),
}
_ACTS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "lead": {
        "qualified_at": ("lead.qualified",),
        "handed_over_at": ("lead.handed_over",),
        "contacted_at": ("activity.logged", "lead.contacted"),
        "accepted_at": ("lead.accepted",),
        "returned_at": ("lead.returned",),
        "disqualified_at": ("lead.disqualified",),
    },
    "deal": {"won_at": ("deal.won",), "lost_at": ("deal.lost",)},
    "order": {"paid_at": ("order.paid",), "refunded_at": ("order.refunded",)},
    "order_line": {"paid_at": ("order.paid",), "refunded_at": ("order.refunded",)},
}
_MADE_ONCE: Mapping[str, tuple[Any, Any, str]] = {
    "person.created": (Person, Identifier, "person"),
    "account.created": (Account, AccountIdentifier, "account"),
}
_CHUNK = 500


def facts_of_planned(
    what: str, records: Sequence[Record], outcomes: Sequence[Outcome], pipeline_id: int | None
) -> list[Mapping[str, Any]]:
    """The facts of records that refer to what would be here by then, as the bare kinds."""
    kinds: list[str] = []
    stages = _stages_on_the_way(pipeline_id) if what == "deal" and records else set()
    for record, outcome in zip(records, outcomes, strict=True):
        values = record[0].values
        if outcome.state == NEW:
            kinds += _MADE.get(what, ())
            if what == "fact":
                kinds.append(str(values.get("kind", "")))
            if what == "payment":
                kinds.append("order.paid" if values["amount"] > 0 else "order.refunded")
        lines = len(record) if what == "order_line" else 1
        for field, facts in _ACTS.get(what, {}).items():
            if any(field in one.values for one in record):
                kinds += facts * lines
        if values.get("stage") in stages:
            kinds.append("deal.stage_changed")
    return [{"kind": kind} for kind in kinds]


def forget_repeated(ahead: Ahead, planned: PlannedKeys) -> dict[str, set[str]]:
    """Take out people and accounts that an earlier chunk made already; what the others are known by.

    Inside the transaction that made them. The caller notes the answer once the chunk is counted.
    """
    known: dict[str, set[str]] = {}
    for kind, (model, identifier, field) in _MADE_ONCE.items():
        subjects = [fact.get("subject") for fact in ahead.recorded or () if fact["kind"] == kind]
        words = _words_by_row(model, identifier, field, [one for one in subjects if one is not None])
        every = {word for of_row in words.values() for word in of_row}
        before = planned.among(f"made/{kind}", every)
        ahead.facts[kind] -= sum(bool(of_row & before) for of_row in words.values())
        known[f"made/{kind}"] = every - before
    return known


def _words_by_row(model: Any, identifier: Any, field: str, subjects: Sequence[int]) -> dict[int, set[str]]:
    words: dict[int, set[str]] = {}
    for part in _parts(subjects):
        rows = identifier.objects.filter(
            Q(**{f"{field}__in": model.objects.filter(subject__in=part).values("pk")})
        )
        for pk, kind, value in rows.values_list(f"{field}_id", "kind", "value"):
            words.setdefault(pk, set()).add(f"{kind}:{value}")
    return words


def _parts(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + _CHUNK] for start in range(0, len(numbers), _CHUNK))


def _stages_on_the_way(pipeline_id: int | None) -> set[str]:
    """Names of the open stages of a pipeline but its first: a deal is moved there when it is opened."""
    stages = Stage.objects.filter(kind="open").order_by("pipeline_id", "position")
    if pipeline_id is not None:
        stages = stages.filter(pipeline_id=pipeline_id)
    found = list(stages.values_list("pipeline_id", "name"))
    first = dict(reversed(found))
    return {name for pipeline, name in found if first[pipeline] != name}
