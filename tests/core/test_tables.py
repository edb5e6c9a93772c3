"""The tables are those of this program; homes of earlier versions go on, or hear in a sentence why not."""

import pytest
from django.apps import apps
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from isthmus.cli.main import _database_sentence
from isthmus.core import tables
from isthmus.upkeep.looking import tables_fit

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_every_column_index_and_constraint_of_every_model_is_there() -> None:
    for model in (one for one in apps.get_models() if one.__module__.startswith("isthmus.")):
        meta = model._meta
        with connection.cursor() as cursor:
            described = connection.introspection.get_table_description(cursor, meta.db_table)
            constraints = connection.introspection.get_constraints(cursor, meta.db_table)

        assert {column.name for column in described} == {field.column for field in meta.concrete_fields}
        assert {one.name for one in [*meta.indexes, *meta.constraints]} <= set(constraints), meta.label


def test_words_are_the_key_of_their_table() -> None:
    with connection.cursor() as cursor:
        key = connection.introspection.get_primary_key_columns(cursor, "people_searchtoken")
        assert set(key) == {"party", "token", "party_id"}
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'people_searchtoken'")
            assert cursor.fetchone()[0].endswith('("party", "token", "party_id")) WITHOUT ROWID')


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


def _applied():
    return MigrationRecorder(connection).migration_qs
