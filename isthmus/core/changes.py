"""Keeping note of what a stretch of work makes and changes, so that it can be taken back as a whole.

Rooms say what they make (`note_made`) and what they are about to change (`note_changing`). Nothing listens
unless somebody keeps note: an import does, for its undo.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import models

Model = type[models.Model]


@dataclass
class Changes:
    """New rows by model; natural keys of facts that have no row; what changed rows held before."""

    made: dict[Model, set[int]] = field(default_factory=dict)
    stated: set[str] = field(default_factory=set)
    before: dict[Model, dict[int, dict[str, Any]]] = field(default_factory=dict)


_kept: ContextVar[Changes | None] = ContextVar("isthmus_changes", default=None)


@contextmanager
def keep_changes() -> Iterator[Changes]:
    """Note what is made and changed inside."""
    changes = Changes()
    token = _kept.set(changes)
    try:
        yield changes
    finally:
        _kept.reset(token)


def are_kept() -> bool:
    """Whether somebody keeps note, so that finding out what to note is worth a query."""
    return _kept.get() is not None


def note_made(rows: Iterable[models.Model]) -> None:
    """Rows that were just stored for the first time, with their numbers."""
    if (changes := _kept.get()) is None:
        return
    for row in rows:
        changes.made.setdefault(type(row), set()).add(row.pk)


def note_stated(keys: Iterable[str]) -> None:
    """Natural keys of facts that were just recorded and belong to no row."""
    if (changes := _kept.get()) is not None:
        changes.stated.update(keys)


def note_changing(model: Model, numbers: Iterable[int], fields: Sequence[str]) -> None:
    """Rows whose fields are about to be written: what they hold now is read and kept, the first time."""
    if (changes := _kept.get()) is None:
        return
    names = [str(getattr(model._meta.get_field(name), "attname", name)) for name in fields]
    made, before = changes.made.get(model, set()), changes.before.setdefault(model, {})
    unread = [
        number
        for number in dict.fromkeys(numbers)
        if number not in made and any(name not in before.get(number, {}) for name in names)
    ]
    if not unread:
        return
    for row in model._base_manager.filter(pk__in=unread).values("pk", *names):
        held = before.setdefault(row.pop("pk"), {})
        for name, value in row.items():
            held.setdefault(name, value)
