"""Every check that people and CI run alike: all of them, even after one fails, then a summary."""

import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from os import environ
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
TYPED = ("isthmus", "scripts", "bench", "prove")

CHECKS: dict[str, list[str]] = {
    "types": ["mypy", *(name for name in TYPED if (ROOT / name / "__init__.py").exists())],
    "format": ["ruff", "format", "--check", "--quiet", "--diff", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "imports": ["lint-imports"],
    "migrations": ["django-admin", "makemigrations", "--check", "--dry-run"],
    "templates": ["python", "-m", "scripts.templates"],
    "markup": ["djlint", "isthmus", "--lint", "--quiet"],
    "catalogues": ["python", "-m", "scripts.messages", "check"],
}


def main(wanted: list[str]) -> None:
    """Run the wanted checks (all without any), the slow type check beside the quick ones."""
    chosen = {name: command for name, command in CHECKS.items() if not wanted or name in wanted}
    with tempfile.TemporaryDirectory(prefix="isthmus-check-") as home, ThreadPoolExecutor(2) as pool:
        running = [pool.submit(_run, name, command, home) for name, command in chosen.items()]
        failed = [done.result() for done in running]
    wrong = [name for name in failed if name]
    print(f"make check: {', '.join(wrong)} FAILED" if wrong else "make check: all well")
    sys.exit(bool(wrong))


def _run(name: str, command: list[str], home: str) -> str | None:
    began = time.monotonic()
    # No check may touch the data of a company that happens to be in ./var.
    own = {"DJANGO_SETTINGS_MODULE": "isthmus.settings", "ISTHMUS_HOME": home, "DATABASE_URL": ""}
    program = [str(BIN / command[0]), *command[1:]]
    done = subprocess.run(program, cwd=ROOT, env={**environ, **own}, capture_output=True, text=True)
    verdict = "well" if done.returncode == 0 else "FAILED"
    text = f"--- {name}: {verdict} ({time.monotonic() - began:.0f} s)\n"
    if done.returncode:
        text += done.stdout[-20_000:] + done.stderr[-5_000:]
    print(text, end="", flush=True)
    return name if done.returncode else None


if __name__ == "__main__":
    main(sys.argv[1:])
