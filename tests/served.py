"""A company that is really served: a data folder of its own, `isthmus serve` on a free port, and sources.

Its ledger is read by another process, in that folder: `served_reading.py`.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isthmus.jobs import ports

ROOT = Path(__file__).resolve().parent.parent
HARBOUR = ["--name", "Harbour", "--currency", "EUR", "--time-zone", "UTC", "--admin", "ines@example.com"]
PATIENCE = 120  # seconds until what hangs is given up; nothing is measured by it
Row = dict[str, Any]


@dataclass(frozen=True)
class Arrived:
    """Facts by the name of their source; people's subjects by e-mail address; what could not be read."""

    facts: dict[str, list[Row]]
    people: dict[str, int]
    quarantined: list[Row]


class Served:
    """A running company. `url` is where it answers."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {**os.environ, "ISTHMUS_HOME": str(home), "DATABASE_URL": ""}
        self.run("init", *HARBOUR)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.url = f"http://localhost:{port}"
        self.log = home / "serve.log"
        command = [sys.executable, "-m", "isthmus.cli.main", "serve", "--port", str(port), "--workers", "1"]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        self._wait(port)

    def run(self, *arguments: str) -> str:
        """A line of the command line, in this company; what it prints."""
        command = [sys.executable, "-m", "isthmus.cli.main", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def read(self, what: str, *arguments: object) -> Any:
        """What another process finds in this company: see `served_reading.py`."""
        command = [sys.executable, "-m", "tests.served_reading", what, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr + self.log.read_text()[-2000:]
        return json.loads(done.stdout)

    def add_sources(self, **kinds: str) -> dict[str, str]:
        """New sources by name, each a `site` or a `server`; their write keys."""
        keys: dict[str, str] = self.read("add-sources", *(f"{name}={kind}" for name, kind in kinds.items()))
        return keys

    def arrived(self, **wanted: int) -> Arrived:
        """What the ledger has once so many facts of each source are there, or a while has passed."""
        return Arrived(**self.read("arrived", *(f"{name}={number}" for name, number in wanted.items())))

    def stop(self) -> None:
        """End it as Ctrl-C would."""
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _wait(self, port: int) -> None:
        end = time.monotonic() + PATIENCE
        while not ports.answers("127.0.0.1", port):
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < end, self.log.read_text()
            time.sleep(0.1)


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """A company in a new folder, served until the end of the block."""
    home.mkdir(parents=True, exist_ok=True)
    served = Served(home)
    try:
        yield served
    finally:
        served.stop()
