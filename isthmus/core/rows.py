"""Writing many rows at once, without the expression that Django's own bulk forms build for each value."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

from isthmus.core.changes import note_changing


def update_rows(rows: Iterable[models.Model], fields: Sequence[str]) -> None:
    """Save the given fields of rows of one model that are stored already; in the caller's transaction."""
    stored = list(rows)
    if not stored:
        return
    meta = stored[0]._meta
    key: Any = meta.pk
    changed: list[Any] = [meta.get_field(name) for name in fields]
    note_changing(type(stored[0]), [row.pk for row in stored], fields)
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(field.column)} = %s" for field in changed)
    sql = f"UPDATE {quote(meta.db_table)} SET {assignments} WHERE {quote(key.column)} = %s"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [[*_values(row, changed, add=False), row.pk] for row in stored])


def insert_rows(rows: Iterable[models.Model]) -> None:
    """Store new rows of one model whose numbers nobody asks for; in the caller's transaction."""
    new = list(rows)
    if not new:
        return
    meta = new[0]._meta
    fields: list[Any] = [field for field in meta.concrete_fields if not isinstance(field, models.AutoField)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [_values(row, fields, add=True) for row in new])


def _values(row: models.Model, fields: Sequence[Any], *, add: bool) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add), connection) for field in fields]
