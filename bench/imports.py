"""`python -m bench.imports`: people brought in and taken out again, beside the same rows inserted bare.

A dry run, an import and its undo with nobody else there; then a tenth of it while somebody edits people.
"""

import csv
import json
import os
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent.parent
RECIPE = """
[recipe]
name = "Made up"
namespace = "bench"
[source]
time_zone = "UTC"
[inputs.people]
[[rows]]
what = "person"
from = "people"
key = "id"
[rows.fields]
created_at = "created"
full_name = "name"
email = "email"
phone = "phone"
title = "title"
country = "country"
city = "city"
"""
# What an import of people writes for each; the notes for its undo and its place are a few rows a chunk.
TABLES = (
    "ledger_subject",
    "people_person",
    "people_identifier",
    "people_identityevent",
    "people_searchtoken",
    "ledger_inbox",
)
FLOOR_CHUNK = 500
TARGET_ROWS, TARGET_WAIT = 10_000, 100.0


@dataclass
class Pace:
    """A watcher that tells how far it is, and how many rows a second there were, by the clock and by work."""

    name: str
    rows: int = 0
    told: float = 0.0

    def __post_init__(self) -> None:
        self.began, self.worked = time.perf_counter(), time.process_time()

    def phase(self, title: str, total: int | None, done: int = 0) -> None:
        """Only the rows of the last phase are counted: before it the file is read."""
        self.rows, self.began, self.worked = 0, time.perf_counter(), time.process_time()

    def advance(self, rows: int) -> None:
        """Some rows more."""
        self.rows += rows
        if sys.stderr.isatty() and time.monotonic() - self.told > 1:
            self.told = time.monotonic()
            click.echo(f"\r  {self.name}: {self.rows:,} rows", nl=False, err=True)

    def say(self, sentence: str) -> None:
        """What the import says."""
        click.echo(f"  {sentence}")

    def tell(self, note: str = "") -> float:
        """Print the figures; the rows a second by the clock."""
        by_clock = self.rows / (time.perf_counter() - self.began)
        by_work = self.rows / (time.process_time() - self.worked)
        click.echo(f"\r{self.name:34}{self.rows:>10,} rows{by_clock:>10,.0f}/s{by_work:>10,.0f}/s  {note}")
        return by_clock


@click.command()
@click.option("--rows", default=1_000_000, show_default=True, help="Rows of the file.")
@click.option(
    "--home",
    default=ROOT / "var" / "bench-imports",
    type=click.Path(path_type=Path),
    help="A folder for it, emptied first.",
)
def main(rows: int, home: Path) -> None:
    """Measure dry run, import, undo, and how long somebody who edits waits meanwhile."""
    if home.exists() and any(home.iterdir()) and not (home / "people.csv").exists():
        raise click.BadParameter(f"{home} holds something else; name an empty folder.", param_hint="--home")
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    os.environ.update(ISTHMUS_HOME=str(home.resolve()), DATABASE_URL="")
    os.environ["DJANGO_SETTINGS_MODULE"] = "isthmus.settings"
    import django

    django.setup()
    _begin(home, rows)
    click.echo(f"{'':34}{'':>15}{'clock':>12}{'work':>12}")
    _measure(home, rows)


def _begin(home: Path, rows: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from isthmus.workspace.models import Company, Currency

    call_command("migrate", verbosity=0, interactive=False)
    Currency.objects.get_or_create(code="EUR")
    Company.objects.update_or_create(
        pk=1, defaults={"name": "Bench", "base_currency": "EUR", "time_zone": "UTC"}
    )
    connection.close()  # What it wrote is in its file then.
    shutil.copy(home / "isthmus.sqlite3", home / "empty.sqlite3")
    _write(home / "people.csv", rows, "a")
    _write(home / "more.csv", max(rows // 10, 1), "b")


def _write(path: Path, rows: int, mark: str) -> None:
    draw = random.Random(mark)
    first = (
        "Anna",
        "Bo",
        "Carl",
        "Dora",
        "Emil",
        "Gita",
        "Hugo",
        "Ines",
        "Jan",
        "Kofi",
        "Lena",
        "Mia",
        "Nils",
    )
    last = [a + b for a in ("Berg", "Lund", "Holm", "Malm", "Dahl") for b in ("man", "gren", "kvist", "son")]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "name", "email", "phone", "title", "country", "city", "created"])
        for number in range(rows):
            one, two = draw.choice(first), draw.choice(last)
            mail = f"{one}.{two}.{mark}{number}@firm{draw.randrange(50_000)}.example".lower()
            phone = f"+46{'7' if mark == 'a' else '8'}0{number:07}" if draw.random() < 0.6 else ""
            title, country = draw.choice(["Buyer", "Engineer", "Owner"]), draw.choice(["SE", "DE", "FR"])
            day = f"2025-{draw.randrange(1, 13):02}-{draw.randrange(1, 28):02}"
            writer.writerow([f"{mark}{number}", f"{one} {two}", mail, phone, title, country, "Malmo", day])


def _measure(home: Path, rows: int) -> None:
    from isthmus.core.actors import Actor
    from isthmus.core.clock import now
    from isthmus.imports.planning import make_plan
    from isthmus.imports.recipe import read_recipe
    from isthmus.imports.running import rehearse, run_import
    from isthmus.imports.undoing import undo_import

    by = Actor(kind="import", unlimited=True)
    plans = [make_plan(read_recipe(RECIPE), [home / name]) for name in ("people.csv", "more.csv")]
    steps: list[tuple[str, int, Callable[[Pace], Any]]] = [
        ("dry run", 0, lambda pace: rehearse(plans[0], by=by, watcher=pace, at=now())),
        ("import", 0, lambda pace: run_import(plans[0], by=by, watcher=pace)),
        ("import beside somebody", 1, lambda pace: run_import(plans[1], by=by, watcher=pace)),
    ]
    runs: list[int] = []
    for name, beside, act in steps:
        pace = Pace(name)
        waits: list[float] = []
        with _somebody(waits) if beside else _nobody():
            runs.append(act(pace).run_id)
            rate = pace.tell()
        _tell_waits(waits)
        if name == "import":
            floor = _floor(home)
            verdict = "kept" if rate >= TARGET_ROWS else "MISSED"
            click.echo(
                f"  target {TARGET_ROWS:,}/s: {verdict}; {floor / rate:.1f} times the bare inserts' time"
            )
    for name, beside, run in (("undo beside somebody", 1, runs[2]), ("undo", 0, runs[1])):
        pace = Pace(name)
        waits = []
        with _somebody(waits) if beside else _nobody():
            undo_import(run, by, pace)
            pace.tell()
        _tell_waits(waits)


def _floor(home: Path) -> float:
    """The rows that the import left, inserted bare into the same empty tables, with the same settings."""
    from django.db import connection

    source = sqlite3.connect(home / "isthmus.sqlite3")
    shutil.copy(home / "empty.sqlite3", home / "floor.sqlite3")
    target = sqlite3.connect(home / "floor.sqlite3", isolation_level=None)
    target.executescript(connection.settings_dict["OPTIONS"]["init_command"])
    (last,) = source.execute("SELECT max(id) FROM people_person").fetchone()
    readers = {}
    for table in TABLES:
        came = "party_id, party, token" if table == "people_searchtoken" else "rowid"  # as the rows came
        cursor = source.execute(f"SELECT * FROM {table} ORDER BY {came}")
        marks = ", ".join("?" * len(cursor.description))
        (count,) = source.execute(f"SELECT count(*) FROM {table}").fetchone()
        readers[table] = cursor, f"INSERT INTO {table} VALUES ({marks})", count
    spent = worked = 0.0
    chunks = max(1, last // FLOOR_CHUNK)
    for chunk in range(chunks):
        parts = [
            (sql, cursor.fetchmany((chunk + 1) * count // chunks - chunk * count // chunks))
            for cursor, sql, count in readers.values()
        ]
        parts = [(sql, sorted(rows) if "searchtoken" in sql else rows) for sql, rows in parts]
        began, work = time.perf_counter(), time.process_time()
        target.execute("BEGIN IMMEDIATE")
        for sql, rows in parts:
            target.executemany(sql, rows)
        target.execute("COMMIT")
        spent, worked = spent + time.perf_counter() - began, worked + time.process_time() - work
    target.close()
    source.close()
    (home / "floor.sqlite3").unlink()
    click.echo(
        f"{'the same rows inserted bare':34}{last:>10,} rows{last / spent:>10,.0f}/s{last / worked:>10,.0f}/s"
    )
    return int(last) / spent


@contextmanager
def _nobody() -> Iterator[None]:
    yield


@contextmanager
def _somebody(waits: list[float]) -> Iterator[None]:
    words = [sys.executable, "-m", "bench.writing"]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    time.sleep(3)  # Until it edits.
    try:
        yield
    finally:
        said, _none = process.communicate()
        waits += json.loads(said)


def _tell_waits(waits: list[float]) -> None:
    if not waits:
        return
    from bench.measuring import percentile

    p95 = percentile(waits, 95)
    verdict = "kept" if p95 < TARGET_WAIT else "MISSED"
    click.echo(
        f"  {len(waits)} edits meanwhile: p50 {statistics.median(waits):.0f} ms, p95 {p95:.0f} ms, "
        f"longest {max(waits):.0f} ms; target {TARGET_WAIT:.0f} ms: {verdict}"
    )


if __name__ == "__main__":
    main()
