"""Looking at the port before and after the server takes it."""

import errno
import socket

from django.utils.translation import gettext as _


def why_not(host: str, port: int) -> str | None:
    """Why the port cannot be served on, in one sentence with the remedy; None when it can."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            return _("Port %(port)s is the system administrator's; choose another with PORT=8000.") % {
                "port": port
            }
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return _(
                    "Port %(port)s is taken by another program (perhaps Isthmus itself, already running); "
                    "stop it, or choose another with PORT=%(other)s."
                ) % {"port": port, "other": port + 1}
            return _("Nothing can be served at %(host)s: %(why)s. Choose an address of this machine.") % {
                "host": host,
                "why": error.strerror,
            }
    return None


def answers(host: str, port: int) -> bool:
    """Whether a request is answered there now: a server listens some time before it can answer."""
    request = f"HEAD / HTTP/1.0\r\nHost: {address(host, port).removeprefix('http://')}\r\n\r\n"
    try:
        with socket.create_connection((_reachable(host), port), timeout=0.5) as connection:
            connection.sendall(request.encode())
            return bool(connection.recv(1))
    except OSError:
        return False


def address(host: str, port: int) -> str:
    """The address to open in a browser on this machine."""
    reachable = _reachable(host)
    return f"http://[{reachable}]:{port}" if ":" in reachable else f"http://{reachable}:{port}"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104  (compared, not bound)
