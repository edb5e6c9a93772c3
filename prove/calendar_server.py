"""A calendar server (CalDAV) that answers well, slowly, with 412 or 507, breaks off, or is down.

It keeps entries by address with a tag each, and speaks just what a client asks: what is here, what changed
since a token, some entries, one entry, put one, take one away.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

HOME = "/work/"


@dataclass
class CalendarHall:
    """What lies there, and how it answers: `draw` gives the mode of each request.

    Modes: well; slow (answers after `seconds`); down (no answer); cut (done, then no answer); 412 and 507
    (refused, nothing done).
    """

    port: int = 0
    entries: dict[str, tuple[str, str]] = field(default_factory=dict)  # path: (tag, text)
    changes: list[str] = field(default_factory=list)  # Paths in the order in which they changed.
    draw: Callable[[], str] = lambda: "well"
    seconds: float = 0.5
    requests: int = 0
    lock: Any = field(default_factory=threading.RLock)

    def put(self, path: str, text: str) -> str:
        """Keep an entry; its new tag."""
        with self.lock:
            self.changes.append(path)
            tag = f'"{len(self.changes)}"'
            self.entries[path] = (tag, text)
            return tag

    def take_away(self, path: str) -> None:
        """Take an entry away."""
        with self.lock:
            self.changes.append(path)
            self.entries.pop(path, None)


@contextmanager
def calendar_hall(**more: Any) -> Iterator[CalendarHall]:
    """A server that listens while the block runs."""
    hall = CalendarHall(**more)
    server = _Server(("127.0.0.1", 0), type("Bound", (_Window,), {"hall": hall}))
    hall.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield hall
    finally:
        server.shutdown()
        server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Quiet: who asked was killed before the answer came."""


class _Window(BaseHTTPRequestHandler):
    hall: CalendarHall

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        self.path = unquote(self.path)
        self.hall.requests += 1
        mode = self.hall.draw()
        if mode == "slow":
            time.sleep(self.hall.seconds)
        if mode == "down":
            self.close_connection = True
            return
        if mode in ("412", "507") and self.command in ("PUT", "DELETE"):
            self._say(int(mode), "")
            return
        with self.hall.lock:
            status, said, headers = getattr(self, f"_{self.command.lower()}")(body)
        if mode == "cut":
            self.close_connection = True
            return
        self._say(status, said, headers)

    do_PROPFIND = do_REPORT = do_GET = do_PUT = do_DELETE = _any  # noqa: N815  (the library's names)

    def _propfind(self, _body: str) -> Any:
        token = len(self.hall.changes)
        home = (
            "<d:resourcetype><d:collection/><c:calendar/></d:resourcetype><d:displayname>Work</d:displayname>"
            f"<cs:getctag>{token}</cs:getctag><d:sync-token>urn:{token}</d:sync-token>"
        )
        rows = [_row(HOME, home)]
        if self.headers.get("Depth") == "1":
            rows += [
                _row(path, f"<d:getetag>{tag}</d:getetag><d:resourcetype/>")
                for path, (tag, _t) in self._all()
            ]
        return 207, _answer(rows), {}

    def _report(self, body: str) -> Any:
        if "calendar-multiget" in body:
            wanted = {unquote(one) for one in re.findall(r"<d:href>([^<]+)</d:href>", body)}
            rows = [
                _row(path, f"<d:getetag>{tag}</d:getetag><c:calendar-data>{escape(text)}</c:calendar-data>")
                for path, (tag, text) in self._all()
                if path in wanted
            ]
            return 207, _answer(rows), {}
        since = re.search(r"urn:(\d+)", body)
        begin = int(since.group(1)) if since else 0
        known = self.hall.entries
        changed = dict.fromkeys(self.hall.changes[begin:])
        rows = [
            _row(path, f"<d:getetag>{known[path][0]}</d:getetag>") if path in known else _gone(path)
            for path in changed
            if path in known or since
        ]
        return 207, _answer(rows, f"<d:sync-token>urn:{len(self.hall.changes)}</d:sync-token>"), {}

    def _get(self, _body: str) -> Any:
        found = self.hall.entries.get(self.path)
        return (404, "", {}) if found is None else (200, found[1], {"ETag": found[0]})

    def _put(self, body: str) -> Any:
        if not self._holds():
            return 412, "", {}
        return 201, "", {"ETag": self.hall.put(self.path, body)}

    def _delete(self, _body: str) -> Any:
        if self.path not in self.hall.entries:
            return 404, "", {}
        if not self._holds():
            return 412, "", {}
        self.hall.take_away(self.path)
        return 204, "", {}

    def _holds(self) -> bool:
        found = self.hall.entries.get(self.path)
        if self.headers.get("If-None-Match") == "*":
            return found is None
        wanted = self.headers.get("If-Match")
        return wanted is None or (found is not None and found[0] == wanted)

    def _all(self) -> Any:
        return sorted(self.hall.entries.items())

    def _say(self, status: int, said: str, headers: Any = None) -> None:
        body = said.encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_given: Any) -> None:
        """Quiet."""


def _row(path: str, props: str) -> str:
    return (
        f"<d:response><d:href>{path}</d:href><d:propstat><d:prop>{props}</d:prop>"
        "<d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>"
    )


def _gone(path: str) -> str:
    return f"<d:response><d:href>{path}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"


def _answer(rows: list[str], more: str = "") -> str:
    return (
        '<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" '
        f'xmlns:cs="http://calendarserver.org/ns/">{"".join(rows)}{more}</d:multistatus>'
    )
