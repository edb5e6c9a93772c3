"""Run the command line as a user does: another process, a data folder of its own."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def run_isthmus(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """`run_isthmus("users", "list")` in an empty data folder (the same one throughout a test)."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        own = {"ISTHMUS_HOME": str(tmp_path / "home"), "DATABASE_URL": "", **environment}
        command = [sys.executable, "-m", "isthmus.cli.main", *arguments]
        return subprocess.run(command, env={**os.environ, **own}, capture_output=True, text=True)

    return run
