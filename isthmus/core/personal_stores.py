"""The one registry of stores of personal data: what each holds of a person, how that is exported and erased.

Rooms declare theirs in `personal.py`; those modules are imported when the registry is first used. Export and
erase walk the registry. Every text column and every folder of the data folder belongs to a store or is
declared impersonal, with the reason; a test looks.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from isthmus.core.actors import Actor
from isthmus.core.personal_words import Words

Columns = Mapping[str, Sequence[str]]  # "people.Person" -> names of its fields
Text = str | Promise


@dataclass(frozen=True)
class Whom:
    """Whose data: their rows (those merged into them included), their numbers in the ledger, and the words
    (addresses, numbers, names) by which they are found where no number leads to them.

    `shared` words others have too: nothing is exported or erased by them.
    """

    persons: tuple[int, ...]
    subjects: tuple[int, ...]
    words: Words
    shared: tuple[str, ...] = ()


class Handler(Protocol):
    """What a store must be able to do."""

    def export(self, whom: Whom) -> Iterable[Mapping[str, Any]]:
        """Everything that it holds of these persons, as readable rows.

        Of what is not theirs and only names them: where and when, never its text, which tells of others too.
        """

    def erase(self, whom: Whom, *, by: Actor, at: datetime) -> int:
        """Take it away, in the command's own transaction; how many rows or files. Safe to repeat."""


@runtime_checkable
class HoldsFiles(Protocol):
    """What the handler of a store can do besides whose rows tell of files."""

    def files(self, whom: Whom) -> Iterable[tuple[str, Path]]:
        """The bytes that are theirs: the path under which each is handed over, and where it lies."""


@runtime_checkable
class FinishesLater(Protocol):
    """What the handler of a store can do besides that keeps personal data in files."""

    def finish(self, *, at: datetime) -> None:
        """Take out of them what was erased; after the command's transaction, by itself. Safe to repeat."""


@dataclass(frozen=True)
class Store:
    """One place with personal data. `stays` says what erasing leaves there, and why."""

    name: str
    sentence: Text
    columns: Columns
    folders: tuple[str, ...]
    stays: Text
    order: int
    handler: Handler


H = TypeVar("H", bound=type[Any])
_stores: dict[str, Store] = {}
_impersonal: dict[tuple[str, str], Text] = {}
_impersonal_folders: dict[str, Text] = {}
_discovery = threading.RLock()
_discovered = False


def personal_store(
    name: str,
    sentence: Text,
    *,
    columns: Columns | None = None,
    folders: Sequence[str] = (),
    stays: Text = "",
    order: int = 50,
) -> Callable[[H], H]:
    """Register a class with `export(whom)` and `erase(whom, by=, at=)` as a store.

    `columns` are its text columns by model, `folders` paths inside the data folder. Stores are erased by
    rising `order`: those that still need the person's row come before it (90).
    """

    def register(handler: H) -> H:
        if name in _stores:
            raise ValueError(f"Two stores of personal data are called {name}.")
        _stores[name] = Store(name, sentence, dict(columns or {}), tuple(folders), stays, order, handler())
        return handler

    return register


def impersonal(model: str, *fields: str, because: Text) -> None:
    """Declare that these text columns of a model tell nothing about any person."""
    for field in fields:
        _impersonal[model, field] = because


def impersonal_folder(path: str, *, because: Text) -> None:
    """Declare that a file or folder of the data folder tells nothing about any person."""
    _impersonal_folders[path] = because


def stores() -> list[Store]:
    """Every store, in the order in which they are erased."""
    _discover()
    return sorted(_stores.values(), key=lambda store: (store.order, store.name))


def files_of(whom: Whom) -> Iterator[tuple[str, Path]]:
    """Every file that is handed over with an export: its path there, and where its bytes lie."""
    for store in stores():
        if isinstance(store.handler, HoldsFiles):
            yield from store.handler.files(whom)


def undeclared_columns() -> list[str]:
    """The text, JSON, binary and file columns that no store claims and nobody declared impersonal."""
    _discover()
    claimed = {
        (model, field) for store in _stores.values() for model, fs in store.columns.items() for field in fs
    }
    return [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if _may_hold_text(field) and (model._meta.label, field.name) not in claimed | _impersonal.keys()
    ]


def unknown_columns() -> list[str]:
    """Declared columns that do not exist (any more)."""
    _discover()
    named = {
        (model, field) for store in _stores.values() for model, fs in store.columns.items() for field in fs
    }
    there = {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
    }
    return sorted(f"{model}.{field}" for model, field in (named | _impersonal.keys()) - there)


def undeclared_files(paths: Iterable[str]) -> list[str]:
    """Of paths inside the data folder, those that lie in no declared folder."""
    _discover()
    declared = [*_impersonal_folders, *(folder for store in _stores.values() for folder in store.folders)]
    return [path for path in paths if not any(_lies_in(path, folder) for folder in declared)]


def _may_hold_text(field: "models.Field[Any, Any]") -> bool:
    kinds = (
        models.CharField,
        models.TextField,
        models.JSONField,
        models.BinaryField,
        models.FileField,
        models.GenericIPAddressField,
    )
    # Of a fixed list of choices: somebody's text cannot be there.
    return isinstance(field, kinds) and not field.choices


def _lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith((f"{folder}/", f"{folder}-"))


def _discover() -> None:
    global _discovered
    if _discovered:
        return
    with _discovery:
        if not _discovered:
            autodiscover_modules("personal")
            _discovered = True
