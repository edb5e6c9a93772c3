"""Writing many rows at once, without the expression that Django's own bulk forms build for each value."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models.fields.reverse_related import ForeignObjectRel

from isthmus.core.changes import note_changing

_LISTED = 5000
_COPIED = 50  # From so many rows on PostgreSQL is quicker with a stream of them.


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


def insert_values(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Store new rows from their values, in the order of `names`; in the caller's transaction.

    The values are of the types that the columns hold: nothing is converted but what the database cannot take.
    Every column that may not be empty must be named.
    """
    new: Sequence[Sequence[Any]] = list(rows)
    if not new:
        return
    meta = model._meta
    fields: list[Any] = [meta.get_field(name) for name in names]
    adapters = [(place, adapt) for place, field in enumerate(fields) if (adapt := _adapter(field))]
    if adapters:
        # By columns: a call for each row would cost more than what is done in it.
        whole: list[Iterable[Any]] = list(zip(*new, strict=True))
        for place, adapt in adapters:
            whole[place] = map(adapt, whole[place])
        new = list(zip(*whole, strict=True))
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(new) >= _COPIED:
            copy_rows(cursor, f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN", new)
            return
        marks = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})", new)  # noqa: S608


def copy_rows(cursor: Any, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    """Stream rows into a table of PostgreSQL; raises what Django raises of any other statement."""
    with connection.wrap_database_errors, cursor.copy(sql) as copy:
        for row in rows:
            copy.write_row(row)


def insert_new(rows: Sequence[models.Model]) -> None:
    """Store new rows of one model and give each its number; in the caller's transaction."""
    if not rows:
        return
    model = type(rows[0])
    names = [field.attname for field in model._meta.concrete_fields]
    key: Any = model._meta.pk
    for row, number in zip(rows, new_numbers(model, len(rows)), strict=True):
        setattr(row, key.attname, number)
        row._state.adding, row._state.db = False, connection.alias
    values_of = attrgetter(*names)
    insert_values(model, [field.name for field in model._meta.concrete_fields], map(values_of, rows))


def new_numbers(model: type[models.Model], count: int) -> range | list[int]:
    """Numbers for rows that are about to be stored, rising, which nobody else gets."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Whoever is in a transaction is the only writer until it ends.
            assert connection.in_atomic_block
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = (cursor.fetchone() or (0,))[0]
            return range(last + 1, last + 1 + count)
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [table, model._meta.pk.column, count],
        )
        return sorted(number for (number,) in cursor.fetchall())


def delete_rows(model: type[models.Model], numbers: Sequence[int]) -> None:
    """Delete rows by number without reading them first; in the caller's transaction.

    What may be without them is left without them, what is part of them goes with them; raises ProtectedError
    when anything else refers to one of them.
    """
    quote, key = connection.ops.quote_name, _key_of(model)
    for start in range(0, len(numbers), _LISTED):
        listed = ", ".join(str(int(number)) for number in numbers[start : start + _LISTED])
        with connection.cursor() as cursor:
            for relation in model._meta.get_fields(include_hidden=True):
                if isinstance(relation, ForeignObjectRel) and not relation.many_to_many:
                    _let_go(cursor, model, relation, listed)
            cursor.execute(
                f"DELETE FROM {quote(model._meta.db_table)} "  # noqa: S608 (our own names, whole numbers)
                f"WHERE {key} IN ({listed})"
            )


def _let_go(cursor: Any, model: type[models.Model], relation: Any, listed: str) -> None:
    """See to the rows that refer to those that go."""
    quote = connection.ops.quote_name
    table, column = quote(relation.related_model._meta.db_table), quote(relation.field.column)
    theirs = f"{column} IN ({listed})"
    if relation.on_delete is models.CASCADE:
        cursor.execute(f"DELETE FROM {table} WHERE {theirs}")  # noqa: S608
    elif relation.on_delete is models.SET_NULL:
        cursor.execute(f"UPDATE {table} SET {column} = NULL WHERE {theirs}")  # noqa: S608
    else:
        if relation.related_model is model:
            theirs += f" AND {_key_of(model)} NOT IN ({listed})"
        cursor.execute(f"SELECT 1 FROM {table} WHERE {theirs} LIMIT 1")  # noqa: S608
        if cursor.fetchone():
            raise models.ProtectedError(
                f"Something refers to rows of {model.__name__} that should go.", set()
            )


def _key_of(model: type[models.Model]) -> str:
    key: Any = model._meta.pk
    return connection.ops.quote_name(key.column)


def _adapter(field: Any) -> Callable[[Any], Any] | None:
    """How a column's values become such as the database's driver takes; None where they are already."""
    if isinstance(field, models.DateTimeField):
        return _adapt_moment if connection.vendor == "sqlite" else connection.ops.adapt_datetimefield_value
    if isinstance(field, models.JSONField):
        empty = field.get_db_prep_save({}, connection)
        return lambda value: empty if value == {} else field.get_db_prep_save(value, connection)
    return None


@lru_cache(maxsize=20_000)  # Rows of one file share most of their times.
def _adapt_moment(value: datetime | None) -> Any:
    """As Django writes moments for SQLite; those in UTC, as nearly all are, without its detours."""
    if value is not None and value.tzinfo is UTC:
        return value.isoformat(" ")[:-6]
    return connection.ops.adapt_datetimefield_value(value)


def _values(row: models.Model, fields: Sequence[Any], *, add: bool) -> list[Any]:
    return [field.get_db_prep_save(field.pre_save(row, add), connection) for field in fields]
