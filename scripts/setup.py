"""Make .venv hold what the program (`runtime`) or its developers (`dev`) need; do nothing when it does.

Runs on a bare Python 3.11 before anything is installed, so it uses the standard library alone.
"""

import hashlib
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"runtime": "requirements.txt", "dev": "requirements-dev.txt"}
INSTALLER_LOCK = "scripts/installer.txt"


def main(arguments: list[str]) -> None:
    """Set up for the wanted use: `setup.py runtime` or `setup.py dev`."""
    if sys.version_info < (3, 11):  # noqa: UP036  (this is the program that says so)
        sys.exit(f"Isthmus needs Python 3.11 or newer; this is {sys.version.split()[0]}. Set PYTHON=….")
    use = arguments[0] if arguments else "runtime"
    if use not in LOCKS:
        sys.exit(f"There is no set-up called {use!r}. Choose one of: {', '.join(LOCKS)}.")
    if is_current(use):
        return
    print(f"Setting up ({use}) in {VENV.name}: this takes a minute the first time.", flush=True)
    make_environment()
    install(LOCKS[use])
    link_package()
    write_stamp(use)


def is_current(use: str) -> bool:
    """Whether an earlier set-up for this use, or for the wider one, still holds."""
    wider = ["dev"] if use == "dev" else ["runtime", "dev"]
    return PYTHON.exists() and any(_stamp(u).exists() and _stamp(u).read_text() == wanted(u) for u in wider)


def wanted(use: str) -> str:
    """What a finished set-up looks like: the locked packages, the folder, this Python."""
    digest = hashlib.sha256((ROOT / LOCKS[use]).read_bytes())
    digest.update(Path(__file__).read_bytes())
    return f"{digest.hexdigest()}\n{ROOT}\n{sys.version_info[:2]}\n"


def _stamp(use: str) -> Path:
    return VENV / f".set-up-{use}"


def make_environment() -> None:
    """Create .venv, or again when it was made elsewhere or its Python has gone."""
    if PYTHON.exists() and _runs() and _was_made_here():
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    _need_ensurepip()
    _run([sys.executable, "-m", "venv", str(VENV)])


def _runs() -> bool:
    code = f"import sys; sys.exit(sys.version_info[:2] != {sys.version_info[:2]!r})"
    return subprocess.run([PYTHON, "-c", code], capture_output=True).returncode == 0


def _was_made_here() -> bool:
    # Console scripts carry the folder they were made in: a moved environment breaks at the first of them.
    activate = VENV / "bin" / "activate"
    return activate.exists() and str(VENV) in activate.read_text()


def _need_ensurepip() -> None:
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        if os.geteuid() != 0 or not shutil.which("apt-get"):
            sys.exit(
                f"This Python cannot make virtual environments. Install {version}-venv, then run make again."
            )
        _run(["apt-get", "update", "-qq"])
        _run(["apt-get", "install", "-y", "-qq", f"{version}-venv"])


def install(lock: str) -> None:
    """Install the locked packages, each checked by its hash: with uv when it can be had, else with pip."""
    if not (VENV / "bin" / "uv").exists():
        _run(_pip(INSTALLER_LOCK), check=False)
    uv = VENV / "bin" / "uv"
    by_uv = [str(uv), "pip", "install", "--quiet", "--python", str(PYTHON), *_hashed(lock)]
    if uv.exists() and _run(by_uv, check=False):
        return
    print("uv could not install the packages; pip does it, more slowly.", flush=True)
    _run(_pip(lock))


def _pip(lock: str) -> list[str]:
    return [str(PYTHON), "-m", "pip", "install", "-qq", "--disable-pip-version-check", *_hashed(lock)]


def _hashed(lock: str) -> list[str]:
    return ["--require-hashes", "-r", str(ROOT / lock)]


def link_package() -> None:
    """Make `import isthmus` and the `isthmus` command work from this folder, with nothing to build."""
    purelib = subprocess.run(
        [PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    (Path(purelib) / "isthmus-here.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "isthmus"
    # By way of sh: a path with a space in it cannot stand in a `#!` line.
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(str(PYTHON))} -m isthmus.cli.main "$@"\n')
    command.chmod(0o755)


def write_stamp(use: str) -> None:
    """Note that the set-up is whole. Written last: an interrupted one starts over."""
    _stamp(use).write_text(wanted(use))


def _run(command: list[str], *, check: bool = True) -> bool:
    # The system's certificates, as pip uses them: a company's proxy may sign with its own.
    environment = {"UV_SYSTEM_CERTS": "1", **os.environ}
    done = subprocess.run(command, cwd=ROOT, env=environment).returncode == 0
    if check and not done:
        sys.exit(f"Setting up stopped at: {shlex.join(command)}")
    return done


if __name__ == "__main__":
    main(sys.argv[1:])
