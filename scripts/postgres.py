"""A throw-away PostgreSQL from the system's packages, run by an ordinary user, gone afterwards."""

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts.system import apt_install

FRESH = ("-U", "isthmus", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
# This cluster proves behaviour, not survival of a power cut: durability off makes it quick.
FORGETFUL = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=100"


def find_postgres() -> Path | None:
    """The folder of the newest PostgreSQL's programs, or None."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if folders and (folders[-1] / "initdb").exists():
        return folders[-1]
    onpath = shutil.which("initdb")
    return Path(onpath).resolve().parent if onpath else None


def ensure_postgres() -> Path | None:
    """The programs' folder, installed first when missing and this user may install."""
    if found := find_postgres():
        return found
    apt_install("postgresql")
    return find_postgres()


@contextmanager
def running_postgres(programs: Path) -> Iterator[str]:
    """Start a new, empty cluster on a free port of this machine; gives its DATABASE_URL."""
    folder = Path(tempfile.mkdtemp(prefix="isthmus-pg-"))
    user = _ordinary_user()
    port = _free_port()
    data = ["-D", str(folder / "data")]
    start = [*_become(user), str(programs / "initdb"), *data, *FRESH]
    control = [*_become(user), str(programs / "pg_ctl"), *data, "-w"]
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, user)
        _quietly(start)
        options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 {FORGETFUL}"
        _quietly([*control, "-l", str(folder / "log"), "-o", options, "start"])
        try:
            yield f"postgresql://isthmus@127.0.0.1:{port}/postgres"
        finally:
            _quietly([*control, "-m", "immediate", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _ordinary_user() -> str:
    # PostgreSQL refuses to run as root.
    if os.geteuid() != 0:
        return getpass.getuser()
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _become(user: str) -> list[str]:
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={user}", f"--regid={pwd.getpwnam(user).pw_gid}", "--clear-groups"]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _quietly(command: list[str]) -> None:
    done = subprocess.run(command, cwd="/", capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"PostgreSQL could not be started:\n{done.stdout}{done.stderr}")
