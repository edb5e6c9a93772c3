"""Killed at any moment and started again, an import doubles nothing and loses nothing."""

import random
import signal
import sqlite3
import subprocess
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from isthmus.core.actors import Actor
from isthmus.imports.models import ImportBatch, ImportRun
from isthmus.imports.planning import make_plan
from isthmus.imports.recipe import read_recipe
from isthmus.imports.runner import RunTakenOver
from isthmus.imports.running import run_import
from isthmus.imports.turns import ALONE as CHUNK
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from tests.imports.conftest import HEAD, Notebook
from tests.imports.homes import command, copy_of, isthmus, surroundings

LEADS, WINS = 1100, 200
RECIPE = """
[recipe]
name = "Made up"
namespace = "crm"
[company]
name = "Harbour Lane"
base_currency = "EUR"
time_zone = "UTC"
[pipeline]
name = "Sales"
stages = ["Talking"]
[inputs.leads]
file = "leads*"
[inputs.wins]
file = "wins*"
[inputs.items]
file = "items*"
[[rows]]
what = "lead"
from = "leads"
key = "id"
fields = { captured_at = "on", qualified_at = "on", full_name = "name", email = "mail", channel = "origin" }
[[rows]]
what = "deal"
from = "wins"
key = "id"
fields = { lead = "id", opened_at = "won", won_at = "won", owner = { column = "rep", create = true } }
[[rows]]
what = "order_line"
from = "items"
key = "order"
[rows.fields]
deal = "id"
placed_at = "on"
paid_at = "on"
amount = "price"
product = { column = "product", create = true }
"""
# What must be the same after any number of deaths. Numbers of rows are given anew, so names stand for them.
SAME = {
    "leads": "SELECT external_id, state, channel, captured_at FROM leads_lead ORDER BY 1",
    "people": "SELECT full_name, email FROM people_person ORDER BY 1, 2",
    "identifiers": "SELECT kind, value FROM people_identifier ORDER BY 1, 2",
    "deals": "SELECT external_id, state, closed_at FROM sales_deal ORDER BY 1",
    "orders": "SELECT number, total, paid FROM sales_order ORDER BY 1",
    "payments": "SELECT reference, amount FROM sales_payment ORDER BY 1",
    "users": "SELECT external_id FROM workspace_user ORDER BY 1",
    # Settings are facts of the moment of the import; all else is of the moment that the files state.
    "facts": (
        "SELECT kind, CASE WHEN substr(kind, 1, instr(kind, '.')) IN ('lead.', 'person.', 'deal.', 'order.') "
        "THEN occurred_us END, amount, channel FROM ledger_inbox ORDER BY 1, 2, 3, 4"
    ),
    "runs": "SELECT state, section, counts FROM imports_importrun ORDER BY id",
    # How many there are depends on how quick the machine is, and a row put aside may lie between two of them:
    # they reach from the first row to the last, and none holds a row of another.
    "batches": "SELECT section, min(first), max(last) FROM imports_importbatch GROUP BY 1",
    "batches that overlap": (
        "SELECT count(*) FROM imports_importbatch AS one JOIN imports_importbatch AS other "
        "ON one.id < other.id AND one.run_id = other.run_id AND one.section = other.section "
        "AND one.last >= other.first"
    ),
    "bad rows": "SELECT count(*) FROM imports_badrow",
}


def left_in(home: Path) -> dict[str, list[Any]]:
    """Everything that the import made, without the numbers that the database gave."""
    with sqlite3.connect(home / "isthmus.sqlite3") as database:
        found = {name: database.execute(sql).fetchall() for name, sql in SAME.items()}
    bad = sorted(path for path in (home / "imports").rglob("*") if path.is_file())
    return {**found, "files": [(path.name, path.read_text()) for path in bad]}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A recipe and three files of a made-up company, a few rows of them bad."""
    folder = tmp_path_factory.mktemp("made-up")
    leads = [
        f"{n},2026-01-{n % 28 + 1:02},Person {n},p{n}@example.com,{'social' if n % 3 else 'email'}"
        for n in range(LEADS)
    ]
    leads[700] = "700,some day,Nobody,,social"
    wins = [f"{n * 4},2026-02-{n % 28 + 1:02},{n % 7}" for n in range(WINS)]
    items = [f"o{n // 2},{n // 2 * 4},2026-03-01,{n}.50,p{n % 90}" for n in range(WINS * 2)]
    texts = {
        "recipe.toml": RECIPE,
        "leads.csv": "\n".join(["id,on,name,mail,origin", *leads]),
        "wins.csv": "\n".join(["id,won,rep", *wins]),
        "items.csv": "\n".join(["order,id,on,price,product", *items]),
    }
    for name, text in texts.items():
        (folder / name).write_text(text + "\n")
    return [folder / name for name in texts]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty database, to copy."""
    home = tmp_path_factory.mktemp("empty") / "home"
    assert isthmus(home, "migrate").returncode == 0
    return home


@pytest.fixture(scope="module")
def unkilled(
    empty: Path, files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Any]]:
    """What an import leaves that nobody disturbed."""
    home = copy_of(empty, tmp_path_factory.mktemp("unkilled") / "home")
    done = isthmus(home, "import", *files)
    assert done.returncode == 0, done.stderr
    left = left_in(home)
    assert len(left["leads"]) == LEADS - 1
    assert len(left["files"]) == 3, "the bad lead, its deal and its order"
    return left


@pytest.mark.parametrize(
    "point",
    [
        "imports.after_staging",
        "imports.before_commit:1",
        pytest.param("imports.before_commit:3", marks=pytest.mark.prove),
        pytest.param("imports.after_commit:2", marks=pytest.mark.prove),
        pytest.param("imports.after_commit:3", marks=pytest.mark.prove),
        "imports.before_end",
    ],
)
def test_an_import_that_died_at_a_named_point_goes_on(point, empty, files, unkilled, tmp_path):
    home = copy_of(empty, tmp_path / "home")

    died = isthmus(home, "import", *files, ISTHMUS_CRASH_AT=point)
    went_on = isthmus(home, "import", *files)

    assert died.returncode == -signal.SIGKILL
    assert went_on.returncode == 0, went_on.stderr
    assert "Went on with an import that was cut off" in went_on.stdout
    assert left_in(home) == unkilled


@pytest.mark.prove
def test_an_import_killed_at_random_moments_ends_as_one_that_was_not(empty, files, unkilled, tmp_path):
    home = copy_of(empty, tmp_path / "home")
    chance = random.Random(7)
    deaths = 0

    for _attempt in range(4):
        process = subprocess.Popen(
            command("import", *files),
            env=surroundings(home),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait_for_work(home, process)
        time.sleep(chance.uniform(0, 0.3))
        process.kill()
        deaths += process.wait() == -signal.SIGKILL
    done = isthmus(home, "import", *files)

    assert deaths > 0
    assert done.returncode == 0, done.stderr
    left = left_in(home)
    if len(left["runs"]) > 1:  # An attempt ended before its death, so the last run found everything known.
        assert {name: left[name] for name in ("leads", "deals", "orders", "payments", "facts")} == {
            name: unkilled[name] for name in ("leads", "deals", "orders", "payments", "facts")
        }
    else:
        assert left == unkilled


def _wait_for_work(home: Path, process: "subprocess.Popen[bytes]") -> None:
    """Wait until the process has written something new, or has ended."""
    before = _position(home)
    while process.poll() is None and _position(home) == before:
        time.sleep(0.01)


def _position(home: Path) -> list[Any]:
    with sqlite3.connect(home / "isthmus.sqlite3") as database:
        return database.execute("SELECT id, section, after FROM imports_importrun").fetchall()


SIMPLE = HEAD + '[[rows]]\nwhat = "lead"\nkey = "id"\nfields = { captured_at = "on", full_name = "name" }'


class CutOffError(Exception):
    """The process dies, as far as a test within it can die."""


class Fragile(Notebook):
    """A watcher under which the import breaks off after some rows."""

    def __init__(self, rows: int) -> None:
        super().__init__()
        self.limit = rows

    def advance(self, rows: int) -> None:
        super().advance(rows)
        if self.rows > self.limit:
            raise CutOffError


@pytest.mark.django_db
@pytest.mark.both_databases
def test_an_import_that_broke_off_goes_on_where_it_was(company, settings, tmp_path):
    settings.ISTHMUS_HOME = tmp_path / "home"
    path = tmp_path / "leads.csv"
    path.write_text("id,on,name\n" + "".join(f"{n},2026-01-01,Person {n}\n" for n in range(1200)))
    plan = make_plan(read_recipe(SIMPLE), [path])
    by, second = Actor(kind="import", unlimited=True), Notebook()

    with pytest.raises(CutOffError):
        run_import(plan, by=by, watcher=Fragile(1200 + 600))
    assert Lead.objects.count() == 700
    report = run_import(plan, by=by, watcher=second)

    assert report.resumed
    assert second.phases[-1] == ("lead (rows)", 500, 700)
    assert report.counts["lead (rows)"]["new"] == Lead.objects.count() == 1200
    assert Counter(InboxFact.objects.values_list("kind", flat=True)) == {
        "lead.captured": 1200,
        "person.created": 1200,
    }
    chunks = list(ImportBatch.objects.order_by("first").values_list("first", "last"))
    assert chunks == [(first + 1, first + CHUNK) for first in range(0, 1200, CHUNK)]


@pytest.mark.django_db
@pytest.mark.both_databases
def test_two_processes_never_work_on_one_run(company, settings, tmp_path):
    settings.ISTHMUS_HOME = tmp_path / "home"
    path = tmp_path / "leads.csv"
    path.write_text("id,on,name\n" + "".join(f"{n},2026-01-01,Person {n}\n" for n in range(700)))
    plan = make_plan(read_recipe(SIMPLE), [path])

    class Overtaken(Notebook):
        def advance(self, rows: int) -> None:
            if self.phases[-1][0] == "lead (rows)":
                ImportRun.objects.update(after=1)

    with pytest.raises(RunTakenOver, match="Another process has taken up this import"):
        run_import(plan, by=Actor(kind="import", unlimited=True), watcher=Overtaken())

    assert Lead.objects.count() == CHUNK


@pytest.mark.django_db
def test_beginning_anew_leaves_the_cut_off_run_behind(company, settings, tmp_path):
    settings.ISTHMUS_HOME = tmp_path / "home"
    path = tmp_path / "leads.csv"
    path.write_text("id,on,name\n" + "".join(f"{n},2026-01-01,Person {n}\n" for n in range(700)))
    plan = make_plan(read_recipe(SIMPLE), [path])
    by = Actor(kind="import", unlimited=True)
    with pytest.raises(CutOffError):
        run_import(plan, by=by, watcher=Fragile(700))

    report = run_import(plan, by=by, watcher=Notebook(), restart=True)

    assert (report.resumed, report.counts["lead (rows)"]["matched"]) == (False, CHUNK)
    assert list(ImportRun.objects.order_by("pk").values_list("state", flat=True)) == ["abandoned", "finished"]
    assert Lead.objects.count() == 700


@pytest.mark.django_db
@pytest.mark.both_databases
def test_a_run_whose_file_breaks_in_the_middle_is_over_and_its_mended_file_begins_anew(bring_in, monkeypatch):
    from isthmus.imports import runner
    from isthmus.imports.models import ImportRun, RunState
    from isthmus.imports.source.decoding import FileUnreadable

    recipe = '[[rows]]\nwhat = "person"\nkey = "id"\nfields = { full_name = "name" }\n'
    whole = runner.stage

    def breaks(*_given):
        raise FileUnreadable("people.csv ends in the middle of a row.")

    monkeypatch.setattr(runner, "stage", breaks)
    with pytest.raises(FileUnreadable):
        bring_in(recipe, people="id,name\n1,Ann\n")
    assert ImportRun.objects.get().state == RunState.ABANDONED
    monkeypatch.setattr(runner, "stage", whole)

    report = bring_in(recipe, people="id,name\n1,Ann\n")

    assert (report.resumed, report.counts["person (rows)"]["new"]) == (False, 1)
