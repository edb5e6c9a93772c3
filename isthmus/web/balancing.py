"""Moving connections from a busy web process to a freer one."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

# So many requests at a time a process works on without hindering them much: they share one interpreter.
ENOUGH = 2

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


class Balanced:
    """A WSGI application that lets go of a connection where too many requests meet in one process.

    The system deals connections out to processes by chance, and browsers keep theirs: without this, one
    process may have them all while the others idle. The client opens a new one, and finds a freer process.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._lock = threading.Lock()
        self._at_work = 0

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        """Answer as the application does."""

        # Later versions share one connection among requests, and know no such header.
        may_close = str(environ.get("SERVER_PROTOCOL", "")).startswith("HTTP/1")

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            crowded = may_close and self._at_work > ENOUGH
            return start_response(status, [*headers, ("Connection", "close")] if crowded else headers, *rest)

        with self._lock:
            self._at_work += 1
        try:
            return self._application(environ, start)
        finally:
            with self._lock:
                self._at_work -= 1
