"""What a chunk leaves for its undo: ranges of new rows, and what changed rows held before, sealed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, Model

from isthmus import ledger
from isthmus.core.changes import Changes
from isthmus.imports.models import ChangedRow, ImportBatch
from isthmus.imports.reversal.kinds import WHOLES, label_of
from isthmus.leads.models import Lead
from isthmus.people.models import Account, Person
from isthmus.sales.models import Deal

KEYS = "keys"
# When and how often a row was written is no part of what it says.
_BOOKKEEPING = ("updated_at", "version")
Before = dict[str, tuple[Any, Any]]  # field, or custom.key -> (held, left at)


def made_of(changes: Changes) -> dict[str, Any]:
    """The new rows and keys in the form that a batch keeps."""
    made: dict[str, Any] = {label_of(model): ranges_of(rows) for model, rows in changes.made.items()}
    if changes.stated:
        made[KEYS] = sorted(changes.stated)
    return made


def ranges_of(numbers: Iterable[int]) -> list[list[int]]:
    """[[first, last], …] of whole numbers, in order."""
    ranges: list[list[int]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


def numbers_of(ranges: Iterable[Sequence[int]]) -> list[int]:
    """The numbers of ranges, in order."""
    return [number for first, last in ranges for number in range(first, last + 1)]


def differences_of(changes: Changes) -> list[tuple[str, int, Before]]:
    """Each changed row with what it held and what it holds now, for the fields that differ."""
    found: list[tuple[str, int, Before]] = []
    for model, rows in changes.before.items():
        if label_of(model) not in WHOLES:
            continue
        by_fields: dict[tuple[str, ...], list[int]] = {}
        for number, held in rows.items():
            by_fields.setdefault(tuple(sorted(held)), []).append(number)
        for names, numbers in by_fields.items():
            for left in model._base_manager.filter(pk__in=numbers).values("pk", *names):
                differing = _differing(rows[left["pk"]], left)
                if differing:
                    found.append((label_of(model), left["pk"], differing))
    return found


def changed_rows(pairs: Sequence[tuple[ImportBatch, Sequence[tuple[str, int, Before]]]]) -> list[ChangedRow]:
    """The rows that keep these differences, sealed where they are about somebody."""
    rows = [
        ChangedRow(batch=batch, model=label, row=number, fields=json.dumps(before))
        for batch, differences in pairs
        for label, number, before in differences
    ]
    if not rows:
        return []
    subjects = _subjects(rows)
    for row in rows:
        row.subject = subjects.get((row.model, row.row))
    personal = [(row.subject, row) for row in rows if row.subject is not None]
    tokens = ledger.seal_texts([(subject, row.fields) for subject, row in personal])
    for (_subject, row), token in zip(personal, tokens, strict=True):
        row.fields = token
    return rows


def read_changed(rows: Sequence[ChangedRow]) -> dict[int, Before | None]:
    """By the number of the note: its fields, or None when the person was erased meanwhile."""
    personal = [(row.subject, row.fields) for row in rows if row.subject is not None]
    opened = iter(ledger.open_texts(personal))
    texts = {row.pk: row.fields if row.subject is None else next(opened) for row in rows}
    return {
        pk: None if text is None else {name: (pair[0], pair[1]) for name, pair in json.loads(text).items()}
        for pk, text in texts.items()
    }


def plain(value: Any) -> Any:
    """A field's value as JSON holds it."""
    return value.isoformat() if isinstance(value, datetime | date) else value


def typed(model: type[Model], name: str, value: Any) -> Any:
    """A field's value from JSON."""
    field = model._meta.get_field(name)
    return field.to_python(value) if isinstance(field, DateField) and value is not None else value


def _differing(held: Mapping[str, Any], left: Mapping[str, Any]) -> Before:
    differing: Before = {}
    for name, before in held.items():
        if name in _BOOKKEEPING or before == left[name]:
            continue
        if isinstance(before, dict):
            for key in sorted(before.keys() | left[name].keys()):
                if before.get(key) != left[name].get(key):
                    differing[f"{name}.{key}"] = (before.get(key), left[name].get(key))
        else:
            differing[name] = (plain(before), plain(left[name]))
    return differing


def _subjects(rows: Sequence[ChangedRow]) -> dict[tuple[str, int], int]:
    paths: dict[type[Model], tuple[str, ...]] = {
        Person: ("subject",),
        Account: ("subject",),
        Lead: ("person__subject",),
        Deal: ("person__subject", "account__subject"),
    }
    subjects: dict[tuple[str, int], int] = {}
    for model, columns in paths.items():
        label = label_of(model)
        numbers = {row.row for row in rows if row.model == label}
        if numbers:
            for pk, *found in model._base_manager.filter(pk__in=numbers).values_list("pk", *columns):
                subject = next((one for one in found if one is not None), None)
                if subject is not None:
                    subjects[label, pk] = subject
    return subjects
