"""Killed in the middle of an undo and started again: everything goes, once; and a job can do it."""

import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.imports.homes import copy_of, isthmus, python

TABLES = ("people_person", "people_identifier", "people_searchtoken", "leads_lead", "imports_changedrow")
RECIPE = """
[recipe]
name = "Made up"
namespace = "crm"
[company]
name = "Harbour Lane"
base_currency = "EUR"
time_zone = "UTC"
[[rows]]
what = "lead"
key = "id"
fields = { captured_at = "on", qualified_at = "on", full_name = "name", email = "mail", channel = "origin" }
"""


pytestmark = pytest.mark.prove  # A minute and more: programs that are killed and begun again.


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 3,000 leads of one import."""
    folder = tmp_path_factory.mktemp("made-up")
    home = folder / "home"
    rows = "".join(f"{n},2026-01-{n % 28 + 1:02},Person {n},p{n}@example.com,social\n" for n in range(3000))
    (folder / "recipe.toml").write_text(RECIPE)
    (folder / "leads.csv").write_text("id,on,name,mail,origin\n" + rows)
    assert isthmus(home, "migrate").returncode == 0
    done = isthmus(home, "import", folder / "recipe.toml", folder / "leads.csv")
    assert done.returncode == 0, done.stderr
    assert "isthmus import --undo 1" in done.stdout
    return home


def left_in(home: Path) -> dict[str, int]:
    with sqlite3.connect(home / "isthmus.sqlite3") as database:
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}


def assert_all_is_well(said: str) -> None:
    checks = [line.split() for line in said.splitlines() if line.startswith("I")]
    assert len(checks) >= 4 and {words[-1] for words in checks} == {"well"}, said


def state_of(home: Path) -> Any:
    with sqlite3.connect(home / "isthmus.sqlite3") as database:
        return database.execute("SELECT state, undo_counts FROM imports_importrun").fetchone()


@pytest.mark.parametrize("point", ["imports.undo.before_commit:2", "imports.undo.after_commit:1"])
def test_an_undo_that_died_goes_on(point: str, imported: Path, tmp_path: Path) -> None:
    home = copy_of(imported, tmp_path / "home")

    died = isthmus(home, "import", "--undo", 1, ISTHMUS_CRASH_AT=point)
    half = left_in(home)
    well = isthmus(home, "doctor", "--invariants")
    went_on = isthmus(home, "import", "--undo", 1)

    assert died.returncode == -signal.SIGKILL
    assert 0 < half["leads_lead"] < 3000
    assert_all_is_well(well.stdout)
    assert went_on.returncode == 0, went_on.stderr
    assert left_in(home) == dict.fromkeys(TABLES, 0)
    assert state_of(home) == ("undone", '{"leads.lead": 3000, "people.person": 3000}')
    assert_all_is_well(isthmus(home, "doctor", "--invariants").stdout)


def test_a_look_changes_nothing_and_a_second_undo_is_refused(imported: Path, tmp_path: Path) -> None:
    home = copy_of(imported, tmp_path / "home")
    before = left_in(home)

    look = isthmus(home, "import", "--undo", 1, "--preview")

    assert look.returncode == 0, look.stderr
    assert "3,000" in look.stdout
    assert "Nothing was changed" in look.stdout
    assert left_in(home) == before
    assert isthmus(home, "import", "--undo", 1).returncode == 0
    again = isthmus(home, "import", "--undo", 1)
    assert again.returncode != 0
    assert "undone already" in again.stderr


def test_a_job_undoes_it(imported: Path, tmp_path: Path) -> None:
    home = copy_of(imported, tmp_path / "home")
    python(
        home,
        """
from isthmus.core import queue
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.imports.commands import begin_import_undo
begin_import_undo(run_id=1, by=SYSTEM, at=now())
queue.run_due()
print(json.dumps(True))
""",
    )

    assert left_in(home) == dict.fromkeys(TABLES, 0)
    assert state_of(home)[0] == "undone"
