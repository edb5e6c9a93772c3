"""Pages by the last row seen: a cursor says where a page ended, so page 900 costs what page 1 costs."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput

DEFAULT, LARGEST = 50, 200
_BIGGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Sort:
    """By which field rows stand; ties by number in the same direction. The field is never empty."""

    field: str
    descending: bool

    @property
    def written(self) -> str:
        """As the address writes it: `-updated_at`."""
        return f"{'-' if self.descending else ''}{self.field}"


@dataclass(frozen=True)
class Page:
    """Some rows and the cursor of the next page, None at the end."""

    rows: list[Any]
    next: str | None


def page_of(rows: "QuerySet[Any]", sort: Sort, after: str, limit: int) -> Page:
    """The rows after a cursor. Raises InvalidInput when the cursor is of another list or cannot be read."""
    sign = "-" if sort.descending else ""
    ordered = rows.order_by(f"{sign}{sort.field}", f"{sign}pk")
    if after:
        ordered = _beyond(ordered, sort, *_read(after, sort, rows.model))
    found = list(ordered[: limit + 1])
    if len(found) <= limit:
        return Page(found, None)
    last = found[limit - 1]
    return Page(found[:limit], _written(sort, getattr(last, sort.field), last.pk))


def read_limit(text: str) -> int:
    """How many rows a page holds. Raises InvalidInput."""
    if not text:
        return DEFAULT
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= LARGEST):
        raise InvalidInput(
            {"limit": _("limit must be a whole number from 1 to %(most)s.") % {"most": LARGEST}}
        )
    return int(text)


def _beyond(rows: "QuerySet[Any]", sort: Sort, value: Any, pk: int) -> "QuerySet[Any]":
    # This form uses the index; `a < x OR (a = x AND id < y)` does not (measured).
    if sort.descending:
        return rows.filter(**{f"{sort.field}__lte": value}).exclude(**{sort.field: value, "pk__gte": pk})
    return rows.filter(**{f"{sort.field}__gte": value}).exclude(**{sort.field: value, "pk__lte": pk})


def _written(sort: Sort, value: Any, pk: int) -> str:
    plain = value.isoformat() if hasattr(value, "isoformat") else value
    return urlsafe_b64encode(json.dumps([sort.written, plain, pk]).encode()).decode().rstrip("=")


def _read(after: str, sort: Sort, model: Any) -> tuple[Any, int]:
    try:
        of, value, pk = json.loads(urlsafe_b64decode(after + "=" * (-len(after) % 4)))
        if of == sort.written and isinstance(pk, int) and abs(pk) <= _BIGGEST_ID:
            return model._meta.get_field(sort.field).to_python(value), pk
    except (ValueError, TypeError, ValidationError, RecursionError):
        pass
    raise InvalidInput(
        {"after": _("This cursor is not of this list in this order. Begin again without `after`.")}
    )
