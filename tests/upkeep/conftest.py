"""Companies in data folders of their own, on either database, for the real command in another process."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.conf import settings

from tests.imports.homes import isthmus, surroundings

Said = subprocess.CompletedProcess[str]


BEGIN = """
import json, os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "isthmus.settings"
django.setup()
"""


TWO_LEADS = """
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.leads.commands import capture_lead
from isthmus.ledger.sealing import seal
capture_lead(email="pat@example.com", full_name="Pat Prospect", by=SYSTEM, at=now())
seal()
capture_lead(email="bo@example.com", full_name="Bo Buyer", by=SYSTEM, at=now())
"""
MAIL_WAITS = """
from isthmus.core import queue
queue.enqueue("web.send_password_reset", {"email": "ada@example.com", "site": "http://x"})
"""
RUN_DUE = """
from unittest.mock import patch
from isthmus.core.queue.running import run_due
from isthmus.core.models import Job
with patch("django.core.mail.message.EmailMessage.send") as send:
    run_due()
print(json.dumps({"mails": send.call_count, "states": dict(Job.objects.values_list("name", "state"))}))
"""
# The command line in one process: each start of it costs seconds.
SAYING = """
import contextlib, io
from isthmus.cli.main import main

told = []
for words in {commands!r}:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        try:
            main(words)
        except SystemExit:
            told.append(said.getvalue())
print(json.dumps(told))
"""


class House:
    """A data folder with its database, and the command line in it."""

    def __init__(self, home: Path, url: str) -> None:
        self.home, self.url = home, url

    def run(self, *arguments: object, **environment: str) -> Said:
        """Run a command, however it ends."""
        return isthmus(self.home, *arguments, **{"DATABASE_URL": self.url, **environment})

    def __call__(self, *arguments: object, **environment: str) -> str:
        """Run a command that must end well; what it says."""
        done = self.run(*arguments, **environment)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def state(self) -> dict[str, object]:
        """What must be the same in a company that was restored."""
        status, leads, checks = self.python(
            SAYING.format(
                commands=[
                    ["ledger", "status", "--format", "json"],
                    ["metric", "leads", "--by", "channel", "--format", "csv"],
                    ["doctor", "--invariants", "--format", "json"],
                ]
            )
        )
        told = json.loads(status)
        return {
            **{name: told[name] for name in ("units", "files", "sealed_facts", "inbox_facts", "bytes")},
            "leads": leads,
            "invariants": [one for one in json.loads(checks) if one["check"].startswith("I")],
        }

    def python(self, code: str) -> Any:
        """Run a program in the company; the JSON that it prints, if any."""
        done = subprocess.run(
            [sys.executable, "-c", BEGIN + code],
            env=surroundings(self.home, DATABASE_URL=self.url),
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout or "null")


def _on_postgres() -> bool:
    return bool(settings.DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql")


def _url(name: str) -> str:
    """The address of a database beside the one that the tests were given."""
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


def _postgres(statement: str) -> None:
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as opened:
        opened.execute(statement)  # type: ignore[call-overload]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Built once: a company with two leads, one of them sealed, one in the inbox."""
    name = f"house_{os.getpid()}"
    if _on_postgres():
        _postgres(f'CREATE DATABASE "{name}"')
    made = House(tmp_path_factory.mktemp("built") / "home", _url(name) if _on_postgres() else "")
    made("init", "--name", "Lane", "--currency", "EUR", "--time-zone", "UTC", "--admin", "ada@example.com")
    made.python(TWO_LEADS)
    yield made
    if _on_postgres():
        _postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def house(tmp_path: Path, built: House) -> Iterator[House]:
    """That company, for one test."""
    shutil.copytree(built.home, tmp_path / "home", copy_function=shutil.copy2)
    name = f"house_{os.getpid()}_copy"
    if _on_postgres():
        _postgres(f'CREATE DATABASE "{name}" TEMPLATE "house_{os.getpid()}"')
    yield House(tmp_path / "home", _url(name) if _on_postgres() else "")
    if _on_postgres():
        _postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[House]:
    """An empty folder and database."""
    name = f"house_{os.getpid()}_elsewhere"
    if _on_postgres():
        _postgres(f'CREATE DATABASE "{name}"')
    yield House(tmp_path / "elsewhere", _url(name) if _on_postgres() else "")
    if _on_postgres():
        _postgres(f'DROP DATABASE "{name}" WITH (FORCE)')
