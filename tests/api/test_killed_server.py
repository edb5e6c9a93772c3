"""A web process killed in the middle of an act, and the program that sends the act again with its key."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from tests.imports.homes import copy_of

PAT = {"full_name": "Pat Prospect", "email": "pat@example.com"}


def isthmus(home: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "isthmus.cli.main", "--home", str(home), *arguments],
        env={**os.environ, "DATABASE_URL": ""}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip()


@pytest.fixture(scope="module")
def company_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A company with one administrator, to copy."""
    home = tmp_path_factory.mktemp("company")
    init = {
        "--name": "Harbour Lane",
        "--currency": "EUR",
        "--time-zone": "UTC",
        "--admin": "ines@example.com",
    }
    isthmus(home, "init", *(part for option in init.items() for part in option))
    return home


@pytest.fixture
def home(company_home: Path, tmp_path: Path) -> Path:
    """That company, for one test."""
    return copy_of(company_home, tmp_path / "home")


@contextmanager
def web(home: Path, crash_at: str = "") -> Iterator[str]:
    """A real web server on a port of its own; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "DATABASE_URL": "", "ISTHMUS_CRASH_AT": crash_at}
    command = [sys.executable, "-m", "isthmus.cli.main", "--home", str(home), "serve", "--only", "web"]
    server = subprocess.Popen(
        [*command, "--port", str(port), "--workers", "1"],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        yield awaited(f"http://127.0.0.1:{port}/api/v1")
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def awaited(address: str) -> str:
    """The address, once it answers."""
    for _attempt in range(600):
        try:
            urlopen(f"{address.partition('/api')[0]}/healthz", timeout=60).close()
        except OSError:
            time.sleep(0.2)
        else:
            return address
    raise AssertionError("The web server did not start.")


def call(address: str, body: dict[str, str] | None = None, **headers: str) -> tuple[Any, str | None]:
    """The JSON that an address answers, and whether it is the answer of an earlier call."""
    sent = None if body is None else json.dumps(body).encode()
    request = Request(address, sent, {name.replace("_", "-"): value for name, value in headers.items()})
    with urlopen(request, timeout=60) as response:
        return json.load(response), response.headers.get("Idempotent-Replay")


BEFORE = pytest.param("api.command.before_commit", marks=pytest.mark.prove)


@pytest.mark.parametrize("point", [BEFORE, "api.command.after_commit"])
def test_an_act_sent_again_after_a_kill_is_done_once(home, point):
    key = isthmus(home, "keys", "create", "--user", "ines@example.com", "--label", "Form")
    headers = {"Authorization": f"Bearer {key}", "Idempotency_Key": "one"}

    with web(home, crash_at=point) as address, pytest.raises((OSError, HTTPException)):
        call(f"{address}/commands/capture_lead", PAT, **headers)
    with web(home) as address:
        again, replayed = call(f"{address}/commands/capture_lead", PAT, **headers)
        leads, _ = call(f"{address}/leads", **headers)

    assert replayed == ("true" if "after" in point else None)
    assert [lead["id"] for lead in leads["data"]] == [again["result"]["id"]]
    figure = json.loads(isthmus(home, "metric", "leads", "--format", "json"))
    assert figure["total"]["value"] == 1
