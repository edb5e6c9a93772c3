"""Names for the numbers that answers are keyed by, looked up at the end: one query for each dimension."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.metrics.dimensions import Dimension

Names = Callable[[set[int]], Mapping[int, str]]
# Numbers by the text that people type: a name in any case, an address.
Numbers = Callable[[str], Iterable[int]]


@dataclass(frozen=True)
class _Entry:
    names: Names
    numbers: Numbers | None


_entries: dict[str, _Entry] = {}


def register(dimension: str, names: Names, numbers: Numbers | None = None) -> None:
    """Let a room name the keys of a dimension, and find them by name for filters."""
    _entries[dimension] = _Entry(names, numbers)


def label_keys(dimension: Dimension, keys: set[Any]) -> dict[Any, str]:
    """A text for each key; keys without a name keep their own."""
    named: Mapping[int, str] = {}
    if dimension.name in _entries:
        named = _entries[dimension.name].names({key for key in keys if key is not None})
    return {key: _not_stated() if key is None else named.get(key, _plain(key)) for key in keys}


def number_of(dimension: Dimension, text: str) -> int:
    """The number that a typed name stands for. Raises InvalidInput when it is none or several."""
    entry = _entries.get(dimension.name)
    if entry is not None and entry.numbers is not None:
        found = sorted(set(entry.numbers(text)))
        if len(found) == 1:
            return found[0]
        if found:
            sentence = _("Several are called %(text)s. Use the number of one: %(numbers)s.")
            raise InvalidInput(
                {"where": sentence % {"text": text, "numbers": ", ".join(map(str, found[:10]))}}
            )
    sentence = _("No %(dimension)s is called %(text)s.") % {
        "dimension": str(dimension.label).lower(),
        "text": text,
    }
    raise InvalidInput({"where": sentence})


def _plain(key: Any) -> str:
    if isinstance(key, bool):
        return _("Yes") if key else _("No")
    if isinstance(key, float) and key.is_integer():
        return str(int(key))
    return str(key)


def _not_stated() -> str:
    return _("Not stated")
