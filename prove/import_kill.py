"""An import and its undo killed in their middle beside somebody who edits: none lost, none doubled.

`python -m prove.import_kill --rows 1000000`: a dry run, the import with kill -9 at even shares of its rows,
the undo with kill -9 likewise. After each the tables are compared with the file row by row. Runs on
SQLite only.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from prove.import_rows import RECIPE, after_import, after_undo, edit_some, nothing_in, told_once, write_rows

ROOT = Path(__file__).resolve().parent.parent
ADMIN = "mia@example.com"
LOOK = 0.1


def main() -> None:
    """Run the proof; exit 1 when anything was lost or doubled."""
    parser = argparse.ArgumentParser(
        prog="python -m prove.import_kill", description="Imports that are killed."
    )
    parser.add_argument("--rows", type=int, default=50_000)
    parser.add_argument("--kills", type=int, default=1, help="of the import, and as many of its undo")
    arguments = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="isthmus-proof-"))
    settings = {"DJANGO_SETTINGS_MODULE": "isthmus.settings", "ISTHMUS_LOG": "ERROR", "ISTHMUS_AS": ADMIN}
    os.environ |= {"ISTHMUS_HOME": str(home), "DATABASE_URL": "", **settings}
    problems = _prove(home, arguments.rows, arguments.kills)
    for problem in problems:
        print(f"WRONG: {problem}")
    print(f"lost or doubled, of {arguments.rows:,} rows: {'see above' if problems else '0'}")
    if problems:
        sys.exit(f"The proof failed; its data stays in {home}.")
    shutil.rmtree(home)


def _prove(home: Path, rows: int, kills: int) -> list[str]:
    about = ["--name", "Proof", "--currency", "EUR", "--time-zone", "UTC", "--admin-name", "Mia"]
    subprocess.run(_isthmus("init", *about, "--admin", ADMIN), stdout=subprocess.DEVNULL, check=True)
    import django

    django.setup()
    recipe, file = home / "proof.toml", home / "people.csv"
    recipe.write_text(RECIPE)
    expected = write_rows(file, rows)
    act = _isthmus("import", str(recipe), str(file))
    _run("dry run", rows, [*act, "--dry-run"], 0, _no_rows)
    problems = nothing_in()
    said = _run("import", rows, act, kills, _rows_in)
    if kills and "Went on with an import that was cut off" not in said:
        problems.append("The import was killed and did not go on where it was.")
    problems += after_import(expected) + _well("after the import")
    edited = edit_some(expected)
    run_id = said.rpartition("--undo ")[2].split()[0]
    _run("undo", rows, _isthmus("import", "--undo", run_id), kills, _rows_undone)
    return problems + after_undo(expected, edited) + _well("after the undo", undone=True)


def _run(name: str, rows: int, command: list[str], kills: int, done: Callable[[], int]) -> str:
    """Give the command until it ends by itself, killed at even shares of the rows; what it said at last."""
    spent, waits = 0.0, list[float]()
    with _somebody(waits):
        for number in range(kills + 1):
            began = time.monotonic()
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            if number < kills:
                at = _kill(process, rows * (number + 1) // (kills + 1), done)
                print(f"{name}: killed with {at:,} of {rows:,} rows done", flush=True)
            said, _none = process.communicate()
            spent += time.monotonic() - began
    if process.returncode:
        sys.exit(f"The {name} ended by itself: {said[-1000:]}")
    print(f"{name}: {rows:,} rows in {spent:.0f} s, {rows / spent:,.0f} a second with starts and reading")
    _tell_waits(waits)
    return said


def _kill(process: "subprocess.Popen[str]", share: int, done: Callable[[], int]) -> int:
    while (at := done()) < share:
        if process.poll() is not None:
            sys.exit(f"It ended with {at:,} rows done, before it could be killed; take more rows.")
        time.sleep(LOOK)
    process.kill()
    return done()


def _no_rows() -> int:
    return 0


def _rows_in() -> int:
    from isthmus.imports.models import ImportRun, RunState

    found = ImportRun.objects.filter(state=RunState.RUNNING, section=0).values_list("after", flat=True)
    return found.first() or 0


def _rows_undone() -> int:
    from django.db.models import F, Sum

    from isthmus.imports.models import ImportBatch

    rows = ImportBatch.objects.filter(undone=True).aggregate(rows=Sum(F("last") - F("first") + 1))
    return rows["rows"] or 0


@contextmanager
def _somebody(waits: list[float]) -> Iterator[None]:
    """Somebody who edits people meanwhile, and tells at the end how long each edit took."""
    words = [sys.executable, "-m", "bench.writing"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        yield
    finally:
        said, _none = process.communicate()
    if process.returncode:
        sys.exit("Whoever edited meanwhile was refused; see above.")
    waits += json.loads(said)


def _tell_waits(waits: list[float]) -> None:
    from bench.measuring import percentile

    print(
        f"  {len(waits):,} edits meanwhile: p50 {statistics.median(waits):.0f} ms, "
        f"p95 {percentile(waits, 95):.0f} ms, longest {max(waits):.0f} ms",
        flush=True,
    )


def _well(when: str, *, undone: bool = False) -> list[str]:
    """Seal what waits; then the ledger against audit and tables. The facts of what is undone are gone."""
    from isthmus.imports.models import ImportBatch
    from prove.audit import batches

    subprocess.run(_isthmus("ledger", "seal"), stdout=subprocess.DEVNULL, check=True)
    done = subprocess.run(_isthmus("ledger", "verify"), capture_output=True, text=True)
    taken = {str(batch) for batch in ImportBatch.objects.values_list("batch", flat=True)} if undone else set()
    problems = [f"{when}: {problem}" for problem in (*batches(but=taken), *told_once())]
    return [*problems, f"{when}: {done.stdout}{done.stderr}"] if done.returncode else problems


def _isthmus(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "isthmus.cli.main", *arguments]


if __name__ == "__main__":
    main()
