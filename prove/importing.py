"""One import that is always running: cut off at will, given again until it ends, then the next file."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PATIENCE = 20.0
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
                pass
            if self.problem is None:
                self.progress.finished[channel] = self._rows

    def kill(self) -> bool:
        """Kill -9 of the import in the midst of its rows; False when it does not get there in time."""
        from isthmus.imports.models import ImportRun, RunState

        midst = ImportRun.objects.filter(state=RunState.RUNNING, after__gt=0)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            process = self.process
            if process is not None and process.poll() is None and midst.exists():
                process.kill()
                return True
            time.sleep(0.05)
        return False

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
        if self.process.returncode < 0:
            self.progress.kills += 1
            return False
        self.problem = f"The import ended by itself: {output.strip()[-500:]}"
        return False
