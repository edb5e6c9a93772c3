"""A company that is served for a proof: a data folder of its own, a source, and nothing left at the end."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ADMIN = "mia@example.com"
_ABOUT = (
    "--name",
    "Proof",
    "--currency",
    "EUR",
    "--time-zone",
    "UTC",
    "--admin-name",
    "Mia",
    "--admin",
    ADMIN,
)


@dataclass
class Served:
    """A running `isthmus serve`; `problems` is what the proof found wrong so far."""

    home: Path
    port: int
    process: "subprocess.Popen[bytes]"
    problems: list[str] = field(default_factory=list)


def begin(home: Path) -> None:
    """Make a company in a data folder, and let this process work on it."""
    # What is killed starts from compiled files again, as an installation does.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ |= {
        "ISTHMUS_HOME": str(home),
        "DATABASE_URL": os.environ.get("DATABASE_URL", ""),
        "DJANGO_SETTINGS_MODULE": "isthmus.settings",
        "ISTHMUS_LEASE_SECONDS": "2",
        "ISTHMUS_LOG": "ERROR",
    }
    run_isthmus("init", *_ABOUT)
    import django

    django.setup()


def add_source(kind: str = "server") -> tuple[int, str]:
    """A source's number and write key."""
    from isthmus.collect.commands import add_source as add
    from isthmus.core.actors import SYSTEM
    from isthmus.core.clock import now

    source = add(name="Proof", kind=kind, by=SYSTEM, at=now())  # type: ignore[arg-type]
    return source.pk, source.write_key


@contextmanager
def served(home: Path, *, log: Path | None = None) -> Iterator[Served]:
    """`isthmus serve` with all its parts until the end; then it must go politely, and leave nothing."""
    import psutil

    port = _free_port()
    words = log or home / "serve.log"
    command = [sys.executable, "-m", "isthmus.cli.main", "serve", "--port", str(port)]
    with words.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        _wait_for(words, "Isthmus answers at", process)
        one = Served(home, port, process)
        yield one
        family = psutil.Process(process.pid).children(recursive=True)
        process.terminate()
        if status := process.wait(timeout=90):
            one.problems.append(f"isthmus serve ended with status {status}.")
        one.problems += [
            f"{left} outlived isthmus serve." for left in psutil.wait_procs(family, timeout=10)[1]
        ]
    finally:
        process.kill()
        process.wait()


def run_isthmus(*arguments: str) -> str:
    """What a command of the command line says."""
    command = [sys.executable, "-m", "isthmus.cli.main", *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout


@contextmanager
def own_folder(name: str) -> Iterator[Path]:
    """A data folder for one proof; it stays when the proof fails."""
    home = Path(tempfile.mkdtemp(prefix=f"isthmus-{name}-"))
    yield home
    shutil.rmtree(home, ignore_errors=True)


def end(problems: list[str], home: Path) -> None:
    """Say what is wrong; exit 1 when anything is."""
    for problem in problems[:50]:
        print(f"WRONG: {problem}")
    if problems:
        sys.exit(f"The proof failed ({len(problems)} findings); its data stays in {home}.")


def _wait_for(path: Path, words: str, process: "subprocess.Popen[bytes]") -> None:
    limit = time.monotonic() + 180
    while words not in path.read_text():
        if process.poll() is not None or time.monotonic() > limit:
            raise SystemExit(f"isthmus serve did not come up:\n{path.read_text()[-2000:]}")
        time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
