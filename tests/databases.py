"""What makes the tests' databases quick: tables kept from run to run, and emptied where they hold rows."""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

import django
import pytest
from django.conf import settings
from django.core import management

_ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, request: pytest.FixtureRequest
) -> Iterator[None]:
    """Let `migrate` begin with the tables of an earlier run that had the same migrations."""
    folder = Path(request.config.cache.mkdir("migrated"))
    call = management.call_command

    def call_command(name: Any, *args: Any, **options: Any) -> Any:
        if name != "migrate" or not options.get("run_syncdb"):
            return call(name, *args, **options)
        with _tables(folder, options.get("database", "default")):
            return call(name, *args, **options)

    with patch.object(management, "call_command", call_command):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Make nothing of Django's own anew each time that tables are emptied: the product uses none of it."""
    from django.contrib.contenttypes.management import create_contenttypes
    from django.db import connection
    from django.db.models.signals import post_migrate

    post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
    post_migrate.disconnect(create_contenttypes)
    if connection.vendor == "postgresql":
        connection.ops.sql_flush = _emptied


def _emptied(_style: Any, tables: list[str], **_options: Any) -> list[str]:
    """Empty the few tables that hold rows: cutting each to nothing makes hundreds of files anew."""
    from django.db import connection

    asked = " UNION ALL ".join(
        f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(asked)
        return [f'DELETE FROM "{table}"' for (table,) in cursor.fetchall()]


@contextmanager
def _tables(folder: Path, alias: str) -> Iterator[None]:
    from django.db import connections

    connection = connections[alias]
    if connection.vendor != "sqlite":
        yield
        return
    kept = folder / f"{_migrations()}.sqlite3"
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection.ensure_connection()
        if kept.exists():
            with sqlite3.connect(kept) as source:
                source.backup(connection.connection)
        yield
        if not kept.exists():
            _keep(connection, kept)


def _keep(connection: Any, kept: Path) -> None:
    for old in kept.parent.glob("*.sqlite3"):
        old.unlink(missing_ok=True)
    draft = kept.with_suffix(f".{os.getpid()}")
    copy = sqlite3.connect(draft)
    connection.ensure_connection()
    connection.connection.backup(copy)
    copy.close()
    os.replace(draft, kept)


def _migrations() -> str:
    found = hashlib.sha256(f"{django.VERSION} {settings.INSTALLED_APPS}".encode())
    for path in sorted(_ROOT.glob("isthmus/*/migrations/*.py")):
        found.update(str(path).encode() + path.read_bytes())
    return found.hexdigest()[:32]


def read_beside(path: Path) -> bytes:
    """A file of the database at work, read by a program of its own.

    Whoever opens and closes such a file gives up every lock its process has on it (POSIX), SQLite's too: the
    next program that opens the database then shortens the log's index under this process's feet.
    """
    return subprocess.run(["cat", str(path)], check=True, capture_output=True).stdout
