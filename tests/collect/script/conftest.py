"""A web site with our script on it, and a collector that writes down what it is sent."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from isthmus.collect.script import source

KEY = "wk_of_the_site"
Event = dict[str, Any]


class Site(ThreadingHTTPServer):
    """The site answers as 127.0.0.1, the collector as localhost: to a browser those are two origins."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.collector = f"http://localhost:{self.server_port}"
        self.pages: dict[str, str] = {}
        self.batches: list[Event] = []
        self.methods: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.refusals: list[int] = []

    def put(self, path: str, body: str = "<p>Read this.</p>", before: str = "", **data: str) -> str:
        """Publish a page with the script on it; the address it has."""
        options = "".join(f' data-{name.replace("_", "-")}="{value}"' for name, value in data.items())
        tag = f'<script src="{self.collector}/isthmus.js" data-key="{KEY}"{options}></script>'
        head = f"<!doctype html><title>Page {path}</title>{before}{tag}"
        self.pages[path] = f"{head}<body>{body}</body>"
        return self.url + path

    @property
    def events(self) -> list[Event]:
        """As they happened: what a page sends while it is left may come after the next page's.

        A page that is left may not hear that its event came, and sends it again; the collector knows its id.
        """
        sent = {event["messageId"]: event for batch in self.batches for event in batch["batch"]}
        return sorted(sent.values(), key=lambda event: event["timestamp"])

    def named(self, name: str) -> list[Event]:
        """The events of a type or, of `track`, with a name."""
        return [event for event in self.events if name in (event["type"], event.get("event"))]

    def wait_for(self, page: Any, name: str, number: int = 1) -> list[Event]:
        """So many events of that type or name, as soon as they came."""
        wait_until(page, lambda: len(self.named(name)) >= number)
        return self.named(name)


class Answers(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        if path == "/isthmus.js":
            self._answer(200, source(), "text/javascript; charset=utf-8")
        elif path in self.server.pages:
            self._answer(200, self.server.pages[path].encode(), "text/html; charset=utf-8")
        else:
            self._answer(404, b"", "text/plain")

    def do_OPTIONS(self) -> None:
        self.server.methods.append("OPTIONS")
        self._answer(204, b"", "text/plain")

    def do_POST(self) -> None:
        self.server.methods.append("POST")
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        status = self.server.refusals.pop(0) if self.server.refusals else 200
        if status == 200:
            self.server.batches.append(body)
        self._answer(status, b'{"success":true}', "application/json")

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        # A page that is left does not wait for its answer.
        with contextlib.suppress(ConnectionError):
            self.wfile.write(body)

    def log_message(self, format: str, *arguments: Any) -> None:
        """The test reads what came; the terminal need not."""


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    thread = threading.Thread(target=site.serve_forever, args=(0.02,))
    thread.start()
    yield site
    site.shutdown()
    thread.join()
    site.server_close()


def wait_until(page: Any, holds: Callable[[], bool], seconds: float = 8) -> None:
    """Let the browser go on until it is so."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "It did not come about in time."
        page.wait_for_timeout(20)
