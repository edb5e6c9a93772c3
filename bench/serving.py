"""The real server for the time of the measurement, and a session of its administrator."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from isthmus.web.limiting import page_threads, server_threads

_STARTS_WITHIN = 120  # seconds: a machine may have other work


@contextmanager
def running_server(home: Path, workers: int, application: str = "bench.wsgi:application") -> Iterator[int]:
    """Serve the company of a data folder as `isthmus serve` would, or something else; gives the port."""
    port = free_port()
    sizes = ["--workers", str(workers), "--blocking-threads", str(server_threads(page_threads()))]
    place = [
        "--interface",
        "wsgi",
        "--no-ws",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--log-level",
        "warning",
    ]
    command = [sys.executable, "-m", "granian", *place, *sizes, application]
    environment = {**os.environ, "ISTHMUS_HOME": str(home), "DATABASE_URL": ""}
    server = subprocess.Popen(command, env=environment)
    try:
        _wait_until_it_answers(port, server)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(timeout=30)
        except subprocess.TimeoutExpired:
            server.kill()
            raise


def session_cookie(email: str) -> str:
    """A `Cookie` header that signs requests in as the user with this address."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from isthmus.workspace.models import User

    user = User.objects.get(email=email)
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_it_answers(port: int, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise SystemExit("The server ended before it answered; its words stand above.")
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("HEAD", "/")
            connection.getresponse()
        except OSError:
            time.sleep(0.1)
        else:
            return
        finally:
            connection.close()
    raise SystemExit(f"The server did not answer within {_STARTS_WITHIN} seconds.")
