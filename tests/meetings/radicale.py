"""A real Radicale on this machine, and the third-party client that plays the user's telephone."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LOGIN, PASSWORD = "rita", "calendar-of-rita"


@dataclass
class Server:
    """Where it listens; `process` is its own."""

    url: str
    process: subprocess.Popen[bytes]

    def phone(self) -> Any:
        """The client of another program, signed in."""
        from caldav import DAVClient

        return DAVClient(url=self.url, username=LOGIN, password=PASSWORD)


@contextmanager
def running_radicale(folder: Path) -> Iterator[Server]:
    """A server with one user, in a folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "users").write_text(f"{LOGIN}:{PASSWORD}\n")
    (folder / "config").write_text(
        f"[server]\nhosts = 127.0.0.1:{port}\n"
        f"[auth]\ntype = htpasswd\nhtpasswd_filename = {folder}/users\n"
        "htpasswd_encryption = plain\ndelay = 0\n"
        f"[storage]\nfilesystem_folder = {folder}/collections\n[logging]\nlevel = warning\n"
    )
    command = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait(port, process)
        yield Server(f"http://127.0.0.1:{port}/", process)
    finally:
        process.kill()
        process.wait()


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _try in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None, "Radicale ended."
        time.sleep(0.1)
    raise AssertionError("Radicale did not start.")
