"""How the database's tables are made and brought to this version of the program.

`TablesAtOnce` stands in migrations, so it never changes what it does.
"""

from functools import cache
from typing import Any, cast

from django.db import migrations
from django.utils.translation import gettext as _

from isthmus.core.refusals import Refusal

Name = tuple[str, str]  # room and name of a migration


class TablesAtOnce(migrations.Migration):
    """A room's first migration: new tables, each as its model says, made from one picture of all models.

    Django draws that picture anew for each table, because a step could need what the tables were before it:
    half of the time that a new company takes. Here no step does.
    """

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        """Make the tables; answer the state with them."""
        if collect_sql:
            return super().apply(project_state, schema_editor, collect_sql)
        project_state.__dict__.pop("apps", None)
        before = project_state.clone()
        after = self.mutate_state(project_state, preserve=False)
        for operation in self.operations:
            operation.database_forwards(self.app_label, schema_editor, before, after)
        return after


class BetweenVersions(Refusal):
    """The tables are of a state that this version has no way from."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The tables were left between two early versions of Isthmus. Go back to the last of those "
                "(git checkout be4923b), run its `isthmus migrate`, then come to this version again."
            )
        )


class TablesNotMade(Refusal):
    """The database refused a change of its tables; the sentence has its own words."""


def bring_up_to_date() -> None:
    """Make or change the database's tables until they are those of this program.

    Raises TablesNotMade with the database's reason where it refuses a change.
    """
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    if not connection.introspection.table_names():
        try:
            make_all_tables(connection)
        except DatabaseError as error:
            raise TablesNotMade(
                _("The tables could not be made: %(reason)s. Nothing was made; mend that and try again.")
                % {"reason": _reason(error)}
            ) from error
        return
    refuse_between()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        # Each change is done whole or not at all, so the first that still waits is the one that failed.
        raise TablesNotMade(
            _(
                "The tables could not be brought up to date. The change “%(change)s” failed: %(reason)s. "
                "What came before it is done; mend that, then run `isthmus migrate` again."
            )
            % {"change": waiting_changes()[0], "reason": _reason(error)}
        ) from error


def _reason(error: Exception) -> str:
    """What the database says, in one line."""
    return " ".join(str(error).split()).rstrip(".")


def make_all_tables(connection: Any) -> None:
    """Make the tables of an empty database as the models say, all or none, and note every change as done.

    Going through the changes one by one gives the same tables (a test compares them) and takes several times
    as long: Django draws all models anew for each. A change that moves rows has nothing to move here; one
    that makes a table otherwise than its model says stands in a first migration, and is done.
    """
    from django.apps import apps
    from django.core.management.sql import emit_post_migrate_signal
    from django.db.migrations import RunPython
    from django.db.migrations.recorder import MigrationRecorder

    recorder, models = MigrationRecorder(connection), cast(Any, apps)
    with connection.schema_editor() as editor:
        for model in models.get_models():
            editor.create_model(model)
        editor.create_model(recorder.Migration)
        for (_room, name), change in sorted(_on_disk().items()):
            for step in change.operations if name.startswith("0001") else ():
                if isinstance(step, RunPython):
                    step.code(models, editor)
        # Django takes a step for done when those that it stands for are.
        for room, name in sorted(known_changes() | earlier_changes()):
            recorder.migration_qs.create(app=room, name=name)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)


def waiting_changes() -> list[str]:
    """What `bring_up_to_date` would do, in its order, each as room and name."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    refuse_between()
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _backwards in plan]


def refuse_between() -> None:
    """Refuse tables that stopped midway through what is one step now: nothing here can finish that."""
    if is_between(applied_changes()):
        raise BetweenVersions


def is_between(applied: frozenset[Name]) -> bool:
    """Whether of any step that stands for earlier ones only some were done."""
    early = [set(map(tuple, one.replaces)) for one in _on_disk().values() if one.replaces]
    return any(applied & names and not names <= applied for names in early)


def applied_changes() -> frozenset[Name]:
    """What was done to the database, with each step whose earlier ones all were."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    done = frozenset(MigrationRecorder(connection).applied_migrations())
    return done | {
        name for name, one in _on_disk().items() if one.replaces and set(map(tuple, one.replaces)) <= done
    }


def known_changes() -> frozenset[Name]:
    """What this program can do to a database, without what one step stands for now."""
    return frozenset(_on_disk())


def earlier_changes() -> frozenset[Name]:
    """The names of earlier programs for what is one step now."""
    return frozenset((room, name) for one in _on_disk().values() for room, name in one.replaces)


@cache
def _on_disk() -> "dict[Name, migrations.Migration]":
    from django.db.migrations.loader import MigrationLoader

    return MigrationLoader(None, ignore_no_migrations=True).disk_migrations
