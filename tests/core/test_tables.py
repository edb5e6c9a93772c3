"""The tables are those of this program; homes of earlier versions go on, or hear in a sentence why not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.apps import apps
from django.db import OperationalError, ProgrammingError, connection
from django.db.migrations.recorder import MigrationRecorder

from isthmus.cli.main import _database_sentence
from isthmus.core import tables
from isthmus.upkeep.looking import tables_fit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
# What SQLite numbers by the order of the columns.
_NAMELESS = ("__unnamed_constraint_", "fk_")


def test_every_column_index_and_constraint_of_every_model_is_there() -> None:
    for model in (one for one in apps.get_models() if one.__module__.startswith("isthmus.")):
        meta = model._meta
        with connection.cursor() as cursor:
            described = connection.introspection.get_table_description(cursor, meta.db_table)
            constraints = connection.introspection.get_constraints(cursor, meta.db_table)

        assert {column.name for column in described} == {field.column for field in meta.concrete_fields}
        assert {one.name for one in [*meta.indexes, *meta.constraints]} <= set(constraints), meta.label


def test_tables_made_at_once_are_those_that_all_changes_make(tmp_path: Path) -> None:
    with _empty_database(tmp_path) as other:
        tables.make_all_tables(other)

        described = _described(other)
        assert len(described) > 100
        assert described == _described(connection)
        _words_are_the_key_of_their_table(other)


def test_words_are_the_key_of_their_table() -> None:
    _words_are_the_key_of_their_table(connection)


def test_a_home_of_the_newest_early_version_goes_on_as_it_is() -> None:
    earlier = {room for room, _name in tables.earlier_changes()}
    _applied().filter(app__in=earlier, name="0001_tables").delete()

    assert tables.waiting_changes() == []
    assert tables_fit() == []
    tables.bring_up_to_date()
    assert _applied().filter(app="people", name="0001_tables").exists()


def test_a_home_between_two_early_versions_hears_one_sentence() -> None:
    _applied().filter(app="people", name__in=["0001_tables", "0005_recent_with_subject"]).delete()

    for act in (tables.waiting_changes, tables.bring_up_to_date):
        with pytest.raises(tables.BetweenVersions, match="left between two early versions"):
            act()
    said = str(tables.BetweenVersions())
    assert tables_fit() == [said]
    assert _database_sentence(OperationalError("no such column")) == said


def test_a_change_that_the_database_refuses_is_named_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = ProgrammingError('column "weight" does not exist\nLINE 1: ALTER')
    monkeypatch.setattr("django.core.management.call_command", Mock(side_effect=refusal))
    monkeypatch.setattr(tables, "waiting_changes", lambda: ["sales 0004_weights", "sales 0005_more"])

    with pytest.raises(tables.TablesNotMade) as told:
        tables.bring_up_to_date()

    assert "The change “sales 0004_weights” failed: column" in str(told.value)
    assert 'column "weight" does not exist LINE 1: ALTER. What came before it is done' in str(told.value)
    assert _database_sentence(told.value) is None, "it says all itself"


def test_a_first_start_says_why_no_table_could_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.introspection, "table_names", list)
    monkeypatch.setattr(tables, "make_all_tables", Mock(side_effect=OperationalError("disk is full")))

    with pytest.raises(tables.TablesNotMade, match=r"could not be made: disk is full\. Nothing was made"):
        tables.bring_up_to_date()


def _applied():
    return MigrationRecorder(connection).migration_qs


def _words_are_the_key_of_their_table(one: Any) -> None:
    with one.cursor() as cursor:
        key = one.introspection.get_primary_key_columns(cursor, "people_searchtoken")
        assert set(key) == {"party", "token", "party_id"}
        if one.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'people_searchtoken'")
            assert cursor.fetchone()[0].endswith('("party", "token", "party_id")) WITHOUT ROWID')


@contextmanager
def _empty_database(folder: Path) -> Iterator[Any]:
    """On SQLite a file of its own, on PostgreSQL a schema beside the tests' tables."""
    other = connection.copy()
    if other.vendor == "sqlite":
        other.settings_dict = {**other.settings_dict, "NAME": str(folder / "empty.sqlite3")}
    else:
        with other.cursor() as cursor:
            cursor.execute("CREATE SCHEMA at_once")
            cursor.execute("SET search_path TO at_once")
    try:
        yield other
    finally:
        if other.vendor == "postgresql":
            with other.cursor() as cursor:
                cursor.execute("DROP SCHEMA at_once CASCADE")
        other.close()


def _described(one: Any) -> dict[str, tuple[Any, Any]]:
    """Each of our tables with its columns, their types and defaults, its indexes and constraints."""
    look = one.introspection
    with one.cursor() as cursor:
        return {
            table: (
                sorted(map(str, look.get_table_description(cursor, table))),
                sorted(
                    (
                        "" if name.startswith(_NAMELESS) else name,
                        str(rule).replace(" ON at_once.", " ON public."),
                    )
                    for name, rule in look.get_constraints(cursor, table).items()
                ),
            )
            for table in look.table_names(cursor)
            if not table.startswith(("auth_", "django_"))
        }
