"""Who wants to write waits for the one who writes, looking often, and not for ever."""

import sqlite3
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from isthmus.core.contention import waits
from isthmus.core.queue.models import Job
from isthmus.core.sqlite import base
from isthmus.imports.turns import Turns
from tests.databases import read_beside

INSERT = "INSERT INTO django_migrations (app, name, applied) VALUES ('x', %s, '')"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has no one writer at a time."),
]


@pytest.fixture
def other() -> Iterator[sqlite3.Connection]:
    """Another program's connection, which writes."""
    opened = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    opened.execute("BEGIN IMMEDIATE")
    yield opened
    opened.close()


@pytest.fixture
def pauses(other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long each pause was meant to be; at the twentieth the other one ends its work."""
    taken: list[float] = []

    def pause(seconds: float) -> None:
        taken.append(seconds)
        if len(taken) == 20:
            other.execute("COMMIT")

    monkeypatch.setattr(base, "sleep", pause)
    return taken


def in_a_transaction() -> None:
    with transaction.atomic():
        Job.objects.all().delete()


def at_once() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_job SET priority = 0")


@pytest.mark.parametrize("write", [in_a_transaction, at_once])
def test_a_writer_looks_as_often_at_the_end_as_at_the_beginning(
    write: Callable[[], None], pauses: list[float]
) -> None:
    before = waits()

    write()

    assert len(pauses) == 20
    assert max(pauses) <= 1.5 * base.EVERY
    assert waits() == before + 1


def test_a_writer_who_waited_in_vain_is_told(
    other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.02)

    with pytest.raises(OperationalError, match="database is locked"):
        in_a_transaction()

    other.execute("ROLLBACK")
    in_a_transaction()


def test_readers_do_not_wait_for_a_writer(pauses: list[float]) -> None:
    assert not Job.objects.exists()
    assert pauses == []


def test_other_errors_are_not_waited_for(pauses: list[float]) -> None:
    with connection.cursor() as cursor, pytest.raises(OperationalError, match="no such table"):
        cursor.execute("DELETE FROM nowhere")

    assert pauses == []


def test_a_snapshot_too_old_to_write_from_is_not_waited_for(other: Any, pauses: list[float]) -> None:
    other.execute("ROLLBACK")
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT count(*) FROM django_migrations")
        assert cursor.fetchall() != [(0,)]
        other.execute("PRAGMA user_version = 1")
        try:
            with pytest.raises(OperationalError, match="database is locked"):
                cursor.execute("UPDATE core_job SET priority = 0")
        finally:
            cursor.execute("ROLLBACK")

    assert pauses == []


def test_many_rows_at_once_wait_too_and_come_in_once(
    other: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 0.02)
    rows = [(f"row {number}",) for number in range(3)]

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE waited (name)")
        with pytest.raises(OperationalError, match="database is locked"):
            cursor.executemany(
                "INSERT INTO django_migrations (app, name, applied) VALUES ('x', %s, '')", rows
            )
        other.execute("ROLLBACK")
        cursor.executemany("INSERT INTO waited VALUES (%s)", rows)
        cursor.execute("SELECT name FROM waited")
        assert cursor.fetchall() == rows
        cursor.execute("DROP TABLE waited")


@pytest.fixture
def pages() -> Iterator[str]:
    """A table each of whose rows fills a page."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE pages (text)")
        yield "INSERT INTO pages VALUES (%s)"
        cursor.execute("DROP TABLE pages")


def in_the_log_only() -> int:
    """Pages that were committed and are not in the database itself yet, by the head of the log's index."""
    head = read_beside(Path(f"{connection.settings_dict['NAME']}-shm"))
    (committed,), (brought_back,) = struct.unpack_from("=I", head, 16), struct.unpack_from("=I", head, 96)
    return int(committed - brought_back)


TRIES_TO_BE_ALONE = """
import fcntl, sys
with open(sys.argv[1], "r+b") as log_index:
    fcntl.lockf(log_index, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, 128)
"""


def test_looking_at_the_log_leaves_sqlites_locks_as_they_are(pages: str) -> None:
    """Byte 128 of the log's index is locked as long as anybody has the database open (SQLite's WAL format).

    Whoever finds it free shortens the file, and a program that has it mapped dies by SIGBUS.
    """
    in_the_log_only()

    place = f"{connection.settings_dict['NAME']}-shm"
    tried = subprocess.run(
        [sys.executable, "-c", TRIES_TO_BE_ALONE, place], capture_output=True, text=True, check=False
    )

    assert tried.returncode == 1
    assert "BlockingIOError" in tried.stderr


def test_a_commit_leaves_what_was_written_in_the_log_and_an_import_brings_it_back_after_its_turn(
    pages: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(_again: bool) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(pages, [("x" * 4000,)] * 1500)  # SQLite by itself would stop at a thousand.

    monkeypatch.setattr("isthmus.imports.turns.LOG_WAITS", 3600.0)  # However slow this machine is just now.
    turns = Turns(Audience())
    with transaction.atomic():
        write(False)
    assert in_the_log_only() > 1500

    turns.write(write)
    assert in_the_log_only() > 3000  # Not after every turn.

    monkeypatch.setattr("isthmus.imports.turns.LOG_WAITS", -1.0)
    Turns(Audience()).write(write)
    assert in_the_log_only() == 0


class Audience:
    """Nobody who needs to know."""

    def say(self, sentence: str) -> None:
        """Raises: nothing should be told."""
        raise AssertionError(sentence)
