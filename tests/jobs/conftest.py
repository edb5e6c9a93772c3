"""Real child processes on the test's database."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

Start = Callable[..., "subprocess.Popen[str]"]


def until(claim: Callable[[], object], *, within: float = 60) -> None:
    """Wait until a claim holds; fail when it never does."""
    end = time.monotonic() + within
    while not claim():
        assert time.monotonic() < end, "What was waited for did not come about."
        time.sleep(0.02)


def database_url() -> str:
    """The address of the test's own database, for another process."""
    name, server = connection.settings_dict["NAME"], connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{Path(name)}"
    return f"postgresql://{server['USER']}:{server['PASSWORD']}@{server['HOST']}:{server['PORT']}/{name}"


def child_environment(*folders: str) -> dict[str, str]:
    """The environment of a child that works on the test's database and also imports from the folders."""
    return os.environ | {
        "PYTHONPATH": os.pathsep.join([*folders, os.environ.get("PYTHONPATH", "")]),
        "DATABASE_URL": database_url(),
        "ISTHMUS_HOME": str(settings.ISTHMUS_HOME),
        "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
        "PYTHONUNBUFFERED": "1",
    }


@pytest.fixture
def start(transactional_db: None) -> Iterator[Start]:
    """Start `python -m MODULE ARGS…` as a child; whatever is left at the end is killed."""
    children: list[subprocess.Popen[str]] = []

    def begin(module: str, *arguments: object) -> "subprocess.Popen[str]":
        child = subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            env=child_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        children.append(child)
        return child

    yield begin
    for child in children:
        child.kill()
        child.communicate()
