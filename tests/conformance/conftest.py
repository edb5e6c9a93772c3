"""One served company to which every SDK sends; each SDK has a source of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import conformance
from tests.served import Served, serving

SENDERS = Path(__file__).parent / "senders"


@pytest.fixture(scope="package")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if not conformance.is_installed():
        pytest.skip("The SDKs are not installed here: `make conformance` does it.")
    with serving(tmp_path_factory.mktemp("conformance") / "home") as company:
        yield company


def start(program: str, *arguments: str) -> "subprocess.Popen[str]":
    """A sender, as a process with the installed SDKs at hand."""
    node = shutil.which("node")
    assert node is not None
    command = [node if program.endswith(".cjs") else sys.executable, str(SENDERS / program), *arguments]
    paths = {"PYTHONPATH": str(conformance.PYTHON), "NODE_PATH": str(conformance.NODE)}
    return subprocess.Popen(
        command, env={**os.environ, **paths}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
