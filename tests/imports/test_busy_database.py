"""An import waits for a busy database, goes on after it, and ends with one sentence when it stays busy."""

import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DEFAULT_DB_ALIAS, OperationalError, connection, connections

from isthmus.core.actors import Actor
from isthmus.imports import runner, turns
from isthmus.imports.models import ImportBatch, ImportRun
from isthmus.imports.planning import Plan, make_plan
from isthmus.imports.recipe import read_recipe
from isthmus.imports.running import run_import
from isthmus.imports.turns import ALONE, BESIDE_OTHERS, DatabaseStayedBusy, Turns
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from tests.imports.conftest import HEAD, Notebook

LEADS = HEAD + '[[rows]]\nwhat = "lead"\nkey = "id"\nfields = { captured_at = "on", full_name = "name" }'
BY = Actor(kind="import", unlimited=True)
ROWS = 4 * ALONE


class Interrupted(Notebook):
    """A watcher that does something once, after the first chunk, and what puts it right when it is told."""

    def __init__(self, break_it: Callable[[], object], mend_it: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.break_it, self.mend_it, self.broken = break_it, mend_it, False

    def advance(self, rows: int) -> None:
        super().advance(rows)
        if not self.broken and self.phases[-1][0] == "lead (rows)":
            self.broken = True
            self.break_it()

    def say(self, sentence: str) -> None:
        super().say(sentence)
        self.mend_it()


@pytest.fixture
def plan(company: Any, settings: Any, tmp_path: Path) -> Plan:
    settings.ISTHMUS_HOME = tmp_path / "home"
    path = tmp_path / "leads.csv"
    path.write_text("id,on,name\n" + "".join(f"{n},2026-01-01,Person {n}\n" for n in range(ROWS)))
    return make_plan(read_recipe(LEADS), [path])


@pytest.fixture
def no_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "FIRST_PAUSE", 0.001)
    if connection.vendor == "sqlite":
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.01)


def everything_once() -> None:
    kinds = Counter(InboxFact.objects.values_list("kind", flat=True))
    assert (kinds["lead.captured"], kinds["person.created"]) == (ROWS, ROWS)
    assert Lead.objects.count() == ROWS
    ends = list(ImportBatch.objects.order_by("first").values_list("first", "last"))
    assert sum(last - first + 1 for first, last in ends) == ROWS
    run = ImportRun.objects.get()
    assert (run.state, run.counts["lead (rows)"]["new"]) == ("finished", ROWS)


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no one writer at a time.")
def test_an_import_waits_for_a_writer_that_holds_sqlite_for_long(plan: Plan, no_patience: None) -> None:
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    watcher = Interrupted(lambda: other.execute("BEGIN IMMEDIATE"), lambda: other.execute("COMMIT"))

    report = run_import(plan, by=BY, watcher=watcher)

    assert watcher.notices == ["The database is busy; the import waits and tries again."]
    assert report.counts["lead (rows)"]["new"] == ROWS
    everything_once()
    other.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no one writer at a time.")
def test_beside_another_writer_an_import_takes_smaller_chunks(
    plan: Plan, no_patience: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "LONGEST_BESIDE_OTHERS", 0)  # However quick the machine is.
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    watcher = Interrupted(lambda: other.execute("BEGIN IMMEDIATE"), lambda: other.execute("COMMIT"))

    run_import(plan, by=BY, watcher=watcher)

    ends = ImportBatch.objects.order_by("first").values_list("first", "last")
    sizes = [last - first + 1 for first, last in ends]
    assert sizes[:3] == [ALONE, ALONE, BESIDE_OTHERS]
    other.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server that could go away.")
def test_an_import_goes_on_when_the_server_has_cut_its_connection(plan: Plan, no_patience: None) -> None:
    def cut() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (backend,) = cursor.fetchone()
        other = connections.create_connection(DEFAULT_DB_ALIAS)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
        other.close()

    report = run_import(plan, by=BY, watcher=Interrupted(cut))

    assert report.counts["lead (rows)"]["new"] == ROWS
    everything_once()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_a_chunk_whose_commit_was_answered_by_an_error_comes_in_once(
    plan: Plan, no_patience: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[int] = []

    def lose(place: str) -> None:
        after = ImportRun.objects.get().after if place == "imports.after_commit" else 0
        if after and after not in lost:
            lost.append(after)
            raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(runner, "crash_point", lose)

    report = run_import(plan, by=BY, watcher=Notebook())

    assert lost == [ALONE, 2 * ALONE, 3 * ALONE, 4 * ALONE]
    assert report.counts["lead (rows)"]["new"] == ROWS
    everything_once()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no one writer at a time.")
def test_an_import_that_waited_in_vain_says_so_and_the_next_one_goes_on(
    plan: Plan, no_patience: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(turns, "PATIENCE", 0.05)
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)

    with pytest.raises(DatabaseStayedBusy) as ended:
        run_import(plan, by=BY, watcher=Interrupted(lambda: other.execute("BEGIN IMMEDIATE")))

    assert str(ended.value) == (
        "The import stopped, because the database could not be written to (database is locked). What came in "
        "so far stays. Give the same command again: it goes on where it stopped."
    )
    other.close()
    assert Lead.objects.count() == ALONE
    assert run_import(plan, by=BY, watcher=Notebook()).resumed
    everything_once()


@pytest.mark.django_db(transaction=True)
@pytest.mark.both_databases
def test_what_does_not_pass_by_itself_ends_an_import_at_once(
    plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[bool] = []

    def full(again: bool) -> None:
        tries.append(again)
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise OperationalError("database or disk is full") from error

    with pytest.raises(DatabaseStayedBusy, match=r"\(database or disk is full\)"):
        Turns(Notebook()).write(full)

    assert tries == [False]
