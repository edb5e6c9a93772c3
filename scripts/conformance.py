"""Install the SDKs that must be understood, at their pinned versions, and send with each to a served company.

They lie apart from what Isthmus itself needs: in `.conformance`, which is thrown away at will.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.chromium import ensure_chromium
from scripts.system import loudly

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "tests" / "conformance"
PLACE = ROOT / ".conformance"
PYTHON, NODE, STAMP = PLACE / "python", PLACE / "node_modules", PLACE / "installed"
PATIENCE = 300  # seconds: a registry that does not answer must not hold up all other tests


def main(arguments: list[str]) -> None:
    """Install, then run; exit 1 when either could not be done."""
    if not install():
        sys.exit("The SDKs could not be installed: nothing was tried.")
    if browser := ensure_chromium():
        os.environ["ISTHMUS_CHROMIUM"] = browser
    command = [sys.executable, "-m", "pytest", "-q", "-m", "conformance", *(arguments or ["tests"])]
    sys.exit(subprocess.run(command, cwd=ROOT).returncode)


def install() -> bool:
    """Have the SDKs in place; says loudly why not, when it cannot be done here."""
    if is_installed():
        return True
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        loudly("There is no node and npm on this machine: sending with the real SDKs is SKIPPED.")
        return False
    print("Installing the SDKs that are sent with, into .conformance.", flush=True)
    shutil.rmtree(PLACE, ignore_errors=True)
    PLACE.mkdir()
    if not (_install_for_python() and _install_for_node(npm)):
        loudly(
            "The SDKs could not be installed: sending with them is SKIPPED.",
            "`make conformance` tries again.",
        )
        return False
    STAMP.write_text(_wanted())
    return True


def is_installed() -> bool:
    """Whether what the lock files name is there."""
    return STAMP.exists() and STAMP.read_text() == _wanted()


def _wanted() -> str:
    files = [LOCKS / "requirements.txt", LOCKS / "package.json", LOCKS / "package-lock.json"]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()


def _install_for_python() -> bool:
    options = ["-qq", "--disable-pip-version-check", "--no-deps", "--require-hashes", "--target", str(PYTHON)]
    lock = ["-r", str(LOCKS / "requirements.txt")]
    return _done([sys.executable, "-m", "pip", "install", *options, *lock])


def _install_for_node(npm: str) -> bool:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(LOCKS / name, PLACE / name)
    options = "--ignore-scripts --no-audit --no-fund --fetch-retries=1 --loglevel=error"
    return _done([npm, "ci", *options.split()])


def _done(command: list[str]) -> bool:
    try:
        return subprocess.run(command, cwd=PLACE, timeout=PATIENCE).returncode == 0
    except subprocess.TimeoutExpired:
        return False


if __name__ == "__main__":
    main(sys.argv[1:])
