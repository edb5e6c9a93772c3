"""When the web answered and when it did not: one look every tenth of a second, on a new connection."""

import socket
import threading
import time

EVERY = 0.1
# What takes longer than this is down for whoever asked.
TIMEOUT = 0.5


class Uptime(threading.Thread):
    """Looks until told to stop, and adds up the seconds in which nobody answered."""

    def __init__(self, *, port: int, stop: threading.Event) -> None:
        super().__init__(name="uptime", daemon=True)
        self._port, self._stopped = port, stop
        self.down = 0.0
        self.longest = 0.0
        self.outages = 0

    def run(self) -> None:
        """Look again and again; an outage lasts from its last good look to the next good one."""
        good = time.monotonic()
        was_down = False
        while not self._stopped.wait(EVERY):
            if not self._answers():
                was_down = True
                continue
            now = time.monotonic()
            if was_down:
                self.outages += 1
                self.down += now - good
                self.longest = max(self.longest, now - good)
            good, was_down = now, False

    def _answers(self) -> bool:
        request = (
            f"HEAD /api/v1/nothing HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nConnection: close\r\n\r\n"
        )
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=TIMEOUT) as connection:
                connection.sendall(request.encode())
                return connection.recv(5) == b"HTTP/"
        except OSError:
            return False
