"""Run the long proofs one after the other and say how each ended."""

import os
import subprocess
import sys
from pathlib import Path

from scripts.postgres import ensure_postgres, running_postgres
from scripts.system import loudly

ROOT = Path(__file__).resolve().parent.parent
# Killed on PostgreSQL too, less often: what differs there is how a transaction that was cut off ends.
ON_POSTGRES = {
    "kill_loop": ["--postgres", "--kills", "20"],
    "one_address": ["--postgres"],
    "mail": ["--postgres", "--mails", "500", "--kills", "10"],
    "calendar": ["--postgres", "--meetings", "60", "--kills", "5"],
    "events": ["--postgres", "--kills", "20"],
    "rules": ["--postgres", "--kills", "15"],
    "backup": ["--postgres", "--facts", "100000"],
}


def main(wanted: list[str]) -> None:
    """Run the tests marked `prove` and every program of prove/, or the named ones; exit 1 when one failed."""
    names = sorted(path.stem for path in (ROOT / "prove").glob("*.py") if _is_program(path))
    unknown = set(wanted) - set(names)
    if unknown:
        sys.exit(f"There is no proof called {', '.join(sorted(unknown))}. There are: {', '.join(names)}.")
    outcomes: dict[str, int] = {}
    if not wanted:
        outcomes |= _run_tests()
    for name in wanted or names:
        outcomes[name] = _run(name)
        if name in ON_POSTGRES:
            outcomes |= _run_on_postgres(name)
    for name, code in outcomes.items():
        print(f"prove {name}: {'held' if code == 0 else 'FAILED'}")
    sys.exit(any(outcomes.values()))


def _is_program(path: Path) -> bool:
    return 'if __name__ == "__main__":' in path.read_text(encoding="utf-8")


def _run_tests() -> dict[str, int]:
    outcomes = {"tests": _pytest("prove", "")}
    if programs := ensure_postgres():
        with running_postgres(programs) as url:
            outcomes["tests on PostgreSQL"] = _pytest("prove and both_databases", url)
    return outcomes


def _pytest(selection: str, url: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-m", selection]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, "DATABASE_URL": url}).returncode


def _run_on_postgres(name: str) -> dict[str, int]:
    if ensure_postgres() is None:
        loudly("No PostgreSQL on this machine: the proof ran on SQLite ONLY.",
               "Install the package postgresql to repeat it there.")  # fmt: skip
        return {}
    return {f"{name} on PostgreSQL": _run(name, *ON_POSTGRES[name])}


def _run(name: str, *arguments: str) -> int:
    print(f"=== prove {' '.join([name, *arguments])}", flush=True)
    return subprocess.run([sys.executable, "-m", f"prove.{name}", *arguments], cwd=ROOT).returncode


if __name__ == "__main__":
    main(sys.argv[1:])
