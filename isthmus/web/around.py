"""What is kept about the record that a page shows, looked for at once: most records have nothing of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.http import HttpRequest

from isthmus.files.models import AttachedFile
from isthmus.workspace import records
from isthmus.workspace.models import Comment, Favourite


@dataclass(frozen=True)
class Around:
    """Whose comments and files are shown with a record, whether there may be any, and the reader's star."""

    numbers: Sequence[int]
    said: bool
    held: bool
    starred: bool


def around(request: HttpRequest, kind: str, pk: int) -> Around:
    """What there is around a record, asked for once in a request."""
    known: dict[tuple[str, int], Around] = request.__dict__.setdefault("records_here", {})
    if (kind, pk) not in known:
        known[kind, pk] = _around(kind, pk, request.user.pk)
    return known[kind, pk]


def _around(kind: str, pk: int, user_id: int | None) -> Around:
    said, held, starred, merged = _found(kind, pk, user_id)
    if not merged:
        return Around([pk], said, held, starred)
    return Around(records.with_merged(kind, pk), True, True, starred)


def _found(kind: str, pk: int, user_id: int | None) -> tuple[bool, ...]:
    """Four looks into indexes in one query: written by hand, for Django's cost ten times what they do."""
    of_record = "SELECT 1 FROM {} WHERE kind = %s AND record_id = %s"
    looks: list[tuple[str, list[Any]]] = [
        (of_record.format(Comment._meta.db_table), [kind, pk]),
        (of_record.format(AttachedFile._meta.db_table), [kind, pk]),
        (of_record.format(Favourite._meta.db_table) + " AND user_id = %s", [kind, pk, user_id]),
    ]
    if (model := records.merging_model(kind)) is not None:
        looks.append((f"SELECT 1 FROM {model._meta.db_table} WHERE merged_into_id = %s", [pk]))  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"EXISTS({sql})" for sql, _given in looks),
            [value for _sql, given in looks for value in given],
        )
        found = [bool(one) for one in cursor.fetchone()]
    return (*found, False)[:4]
