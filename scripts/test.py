"""Run every test: on SQLite with the browser, then those that must hold on both databases on PostgreSQL."""

import os
import subprocess
import sys
import time
from pathlib import Path

from scripts import conformance
from scripts.chromium import ensure_chromium
from scripts.postgres import ensure_postgres, running_postgres
from scripts.system import IN_CI, loudly

ROOT = Path(__file__).resolve().parent.parent
Outcome = tuple[str, str, float]  # which database, how it ended, seconds
NO_TESTS = 5  # pytest's exit code when a selection is empty


def main(paths: list[str]) -> None:
    """Run the tests of the given paths (all without any); exit 1 when any failed or CI lacks a part."""
    outcomes = [_on_sqlite(paths), _on_postgres(paths)]
    print()
    for name, outcome, seconds in outcomes:
        print(f"{name}: {outcome} in {seconds:.0f} s")
    sys.exit(any(outcome == "FAILED" for _, outcome, _ in outcomes))


def _on_sqlite(paths: list[str]) -> Outcome:
    environment = {"DATABASE_URL": ""}
    selection = "not prove"
    if browser := ensure_chromium():
        environment["ISTHMUS_CHROMIUM"] = browser
    elif IN_CI:
        sys.exit("CI has no Chromium and could not install it: the browser's tests must run here.")
    else:
        loudly("No Chromium on this machine: the tests that drive a browser are SKIPPED.",
               "Install the package chromium, or set ISTHMUS_CHROMIUM to a browser's path.")  # fmt: skip
        selection = "not prove and not browser"
    if not conformance.install():
        selection += " and not conformance"
    return _pytest("SQLite", selection, paths, environment)


def _on_postgres(paths: list[str]) -> Outcome:
    programs = ensure_postgres()
    if programs:
        with running_postgres(programs) as url:
            return _pytest("PostgreSQL", "both_databases and not prove", paths, {"DATABASE_URL": url})
    if IN_CI:
        sys.exit("CI has no PostgreSQL and could not install it: both databases must be tested here.")
    loudly("No PostgreSQL on this machine: the tests for both databases ran on SQLite ONLY.",
           "Install the package postgresql to repeat them there.")  # fmt: skip
    return "PostgreSQL", "SKIPPED", 0


def _pytest(name: str, selection: str, paths: list[str], environment: dict[str, str]) -> Outcome:
    print(f"\n=== Tests on {name} ({selection}) ===", flush=True)
    # A file's tests stay in one process, so that what a module builds for them is built once. In the order of
    # files: by number of tests, few and long ones would come last, and one process would wait for the other.
    workers = os.environ.get("ISTHMUS_TEST_WORKERS", "2")
    spread = ["-n", workers, "--dist", "loadfile", "--no-loadscope-reorder"]
    command = [sys.executable, "-m", "pytest", "-q", *spread, "-m", selection, *paths]
    began = time.monotonic()
    # Tests start hundreds of programs: each would compile all of its source where none may be kept compiled.
    kept = {"PYTHONDONTWRITEBYTECODE": ""}
    code = subprocess.run(command, cwd=ROOT, env={**os.environ, **kept, **environment}).returncode
    outcome = {0: "passed", NO_TESTS: "no such tests"}.get(code, "FAILED")
    return name, outcome, time.monotonic() - began


if __name__ == "__main__":
    main(sys.argv[1:])
