"""The analytical engine: one for each process, locked down, and stopped when a question takes too long."""

import multiprocessing
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest

from isthmus.core import engine


@pytest.fixture(autouse=True)
def ledger_folder(settings: Any, tmp_path: Path) -> Path:
    settings.LEDGER_DIR = tmp_path / "ledger's"
    return tmp_path / "ledger's"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM read_text('{ledger}/../secrets.toml')",
        "COPY (SELECT 1) TO '{outside}'",
        "ATTACH '{outside}'",
        "INSTALL httpfs",
        "SELECT * FROM 'http://127.0.0.1/facts.parquet'",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET memory_limit = '99GB'",
        "SET allowed_directories = ['/']",
    ],
)
def test_nothing_outside_the_ledger_can_be_reached(query: str, tmp_path: Path) -> None:
    place = {"ledger": str(tmp_path / "ledger''s"), "outside": str(tmp_path / "outside")}

    with pytest.raises(duckdb.Error):
        engine.cursor().execute(query.format(**place))

    assert not (tmp_path / "outside").exists()


def test_variables_of_python_are_not_tables() -> None:
    import pyarrow as pa

    secret = pa.table({"a": [1]})
    assert secret.num_rows == 1

    with pytest.raises(duckdb.CatalogException):
        engine.cursor().execute("SELECT * FROM secret")


def test_the_engine_has_the_memory_and_the_threads_of_the_settings(settings: Any) -> None:
    found = dict(
        engine.cursor()
        .execute(
            "SELECT name, value FROM duckdb_settings() WHERE name IN ('threads', 'TimeZone', 'memory_limit')"
        )
        .fetchall()
    )

    assert found["threads"] == str(settings.ENGINE_THREADS)
    assert found["TimeZone"] == "UTC"
    assert float(found["memory_limit"].split()[0]) < settings.ENGINE_MEMORY_MB


def test_a_question_that_takes_too_long_is_stopped_and_the_engine_goes_on() -> None:
    cursor = engine.cursor()

    with pytest.raises(engine.QueryTookTooLong, match="shorter time window"), engine.time_limit(cursor, 0.05):
        cursor.execute("SELECT count(*) FROM range(1000000000) AS a, range(1000) AS b").fetchall()

    assert cursor.execute("SELECT 1").fetchall() == [(1,)]


def test_threads_ask_at_the_same_time() -> None:
    answers: list[int] = []

    def ask(number: int) -> None:
        (row,) = engine.cursor().execute("SELECT sum(range) FROM range(?)", [number * 1000]).fetchall()
        answers.append(row[0])

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(answers) == [sum(range(number * 1000)) for number in range(1, 9)]


def _ask_in_child(answer: Any) -> None:
    answer.send(engine.cursor().execute("SELECT 42").fetchall())


def test_a_forked_process_opens_an_engine_of_its_own() -> None:
    engine.cursor().execute("SELECT 1").fetchall()
    here, there = multiprocessing.Pipe()

    child = multiprocessing.get_context("fork").Process(target=_ask_in_child, args=(there,))
    child.start()

    assert here.poll(30), "the child hangs in its parent's engine"
    assert here.recv() == [(42,)]
    child.join(30)
    assert child.exitcode == 0


def test_every_cursor_counts_in_utc_and_keeps_the_footers_of_files() -> None:
    settings = "SELECT current_setting('TimeZone'), current_setting('parquet_metadata_cache')"

    assert engine.cursor().execute(settings).fetchone() == ("UTC", True)
