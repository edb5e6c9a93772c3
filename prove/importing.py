"""One import that is always running: cut off at will, given again until it ends, then the next file."""

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

RECIPE = """
[recipe]
name = "Proof"
namespace = "proof"

[source]
time_zone = "UTC"

[inputs.leads]
file = "*.csv"

[[rows]]
what = "lead"
from = "leads"
key = "id"

[rows.fields]
captured_at = "at"
full_name = "name"
email = "email"
channel = "channel"
"""


@dataclass
class Progress:
    """What has been imported so far."""

    finished: dict[str, int] = field(default_factory=dict)  # channel -> rows
    kills: int = 0
    went_on: int = 0


class Importing(threading.Thread):
    """Runs `isthmus import` on one file after another until told to stop; the last file is finished."""

    def __init__(
        self, folder: Path, *, rows: int, environment: Mapping[str, str], stop: threading.Event
    ) -> None:
        super().__init__(name="import", daemon=True)
        self._folder, self._rows, self._environment, self._stopped = folder, rows, environment, stop
        self.progress = Progress()
        self.process: subprocess.Popen[str] | None = None
        self.problem: str | None = None

    def run(self) -> None:
        """Import file after file."""
        (self._folder / "proof.toml").write_text(RECIPE)
        number = 0
        while not self._stopped.is_set() and self.problem is None:
            number += 1
            channel = f"import-{number}"
            path = self._write(channel)
            while not self._attempt(path) and self.problem is None:
                self.progress.kills += 1
            if self.problem is None:
                self.progress.finished[channel] = self._rows

    def kill(self) -> bool:
        """Kill -9 of the import in the midst of its rows; False when it is not there now."""
        from isthmus.imports.models import ImportRun, RunState

        process = self.process
        if process is None or process.poll() is not None:
            return False
        if not ImportRun.objects.filter(state=RunState.RUNNING, after__gt=0).exists():
            return False
        process.kill()
        return True

    def _write(self, channel: str) -> Path:
        path = self._folder / f"{channel}.csv"
        with path.open("w") as file:
            file.write("id,at,name,email,channel\n")
            for row in range(self._rows):
                mark = f"{channel}-{row}"
                file.write(f"{mark},2026-03-02T12:00:00Z,Pat {mark},pat-{mark}@example.org,{channel}\n")
        return path

    def _attempt(self, path: Path) -> bool:
        """Give the command; True when it ended by itself, False when it was killed."""
        command = [
            sys.executable,
            "-m",
            "isthmus.cli.main",
            "import",
            str(self._folder / "proof.toml"),
            str(path),
        ]
        self.process = subprocess.Popen(
            command,
            env=os.environ | dict(self._environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        output, _ = self.process.communicate()
        self.progress.went_on += "Went on with an import that was cut off" in output
        if self.process.returncode == 0:
            return True
        if self.process.returncode > 0:
            self.problem = f"The import ended with status {self.process.returncode}: {output[-500:]}"
        return False
