"""Finding a person by words: in free text, job arguments and files, where no number leads to them."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

SHORTEST = 3
ERASED = "[…]"  # What stands where a word stood.
_NUMBER = 8  # digits
_BETWEEN = r"[\s().\-/]{0,3}"  # what may stand between two of them
_CHUNK = 500
_AT_ONCE = 20  # Words in one query: SQLite limits how deep a condition may be.


class Words:
    """Addresses, numbers, names and ids that nobody else has.

    A word counts where it stands whole, in any case; a telephone number however it is written.
    """

    def __init__(self, words: Iterable[str], *, phones: Iterable[str] = ()) -> None:
        kept = {word.strip() for word in words}
        self.all = tuple(sorted(word for word in kept if len(word) >= SHORTEST))
        parts = [rf"(?<!\w){re.escape(word)}(?!\w)" for word in sorted(self.all, key=len, reverse=True)]
        self._numbers = tuple(sorted({_number(phone) for phone in phones if _digits(phone) >= _NUMBER}))
        parts += self._numbers
        self._pattern = re.compile("|".join(parts), re.IGNORECASE) if parts else None

    def __bool__(self) -> bool:
        return self._pattern is not None

    def stand_in(self, value: Any) -> bool:
        """Whether one of the words stands in a text, or in any text of a JSON value."""
        if self._pattern is None:
            return False
        if isinstance(value, str):
            return bool(self._pattern.search(value))
        if isinstance(value, dict):
            return any(self.stand_in(part) for pair in value.items() for part in pair)
        if isinstance(value, list | tuple):
            return any(self.stand_in(part) for part in value)
        return False

    def taken_out(self, value: Any) -> Any:
        """The value with each word replaced by a mark, in every text of it; what stands around stays."""
        if self._pattern is None:
            return value
        if isinstance(value, str):
            return self._pattern.sub(ERASED, value)
        if isinstance(value, dict):
            return {self.taken_out(key): self.taken_out(part) for key, part in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(self.taken_out(part) for part in value)
        return value

    def rows(self, queryset: QuerySet[Any], *fields: str) -> list[Any]:
        """The rows in whose fields a word stands: the database finds candidates, the pattern decides."""
        found: dict[Any, Any] = {}
        aliases = {f"{field}_as_text": Cast(field, TextField()) for field in fields}
        for condition in self._conditions(aliases):
            for row in queryset.alias(**aliases).filter(condition).order_by().iterator(_CHUNK):
                if any(self.stand_in(getattr(row, field)) for field in fields):
                    found[row.pk] = row
        return list(found.values())

    def _conditions(self, columns: Iterable[str]) -> Iterator[Q]:
        """What finds candidates: not more words at once than a database takes."""
        tests = [("icontains", form) for word in self.all for form in _forms(word)]
        tests += [("iregex", number) for number in self._numbers]
        for start in range(0, len(tests), _AT_ONCE):
            condition = Q()
            for test, text in tests[start : start + _AT_ONCE]:
                for column in columns:
                    condition |= Q(**{f"{column}__{test}": text})
            yield condition


def _forms(word: str) -> set[str]:
    """How a word may stand in a column: SQLite keeps letters beyond ASCII escaped in JSON, and folds none."""
    if word.isascii():
        return {word, json.dumps(word)[1:-1]}
    cases = {word, word.lower(), word.upper(), word.title()}
    return cases | {json.dumps(case)[1:-1] for case in cases}


def _digits(phone: str) -> int:
    return sum(letter.isdigit() for letter in phone)


def _number(phone: str) -> str:
    """A telephone number by its last digits, however it is written: with or without country, in groups."""
    digits = re.sub(r"\D", "", phone)[-_NUMBER:]
    return rf"(?:\+?\(?\d{{1,4}}\)?{_BETWEEN})?" + _BETWEEN.join(digits) + r"(?!\d)"


def take_words_out(words: Words, queryset: QuerySet[Any], *fields: str) -> int:
    """Put a mark in the place of each word in these fields; how many rows."""
    found = words.rows(queryset, *fields)
    for row in found:
        for field in fields:
            setattr(row, field, words.taken_out(getattr(row, field)))
        row.save(update_fields=fields)
    return len(found)
