"""Providers' APIs on this machine, in the place of the real ones: they take, refuse, or break off."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from isthmus.messages.esps import known


@dataclass
class EspOffice:
    """What it answers with, one mode each and then the last one; what it was asked.

    Modes: a number (that status), take, take_and_drop (taken, cut before the answer), half (half of an
    answer), onward (sends elsewhere).
    """

    answer: bytes = b""
    port: int = 0
    modes: list[str] = field(default_factory=lambda: ["take"])
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    def mode(self) -> str:
        return self.modes.pop(0) if len(self.modes) > 1 else self.modes[0]


ANSWERS = {
    "postmark": b'{"ErrorCode": 0, "Message": "OK", "MessageID": "esp-7", "To": "pat@prospect.example"}',
    "mailgun": b'{"id": "<esp-7@mailgun.example>", "message": "Queued. Thank you."}',
    "brevo": b'{"messageId": "<esp-7@brevo.example>"}',
    "sendgrid": b"",
}


@contextmanager
def esp_office(esp: str) -> Iterator[EspOffice]:
    """One provider, until the block ends."""
    there = EspOffice(ANSWERS[esp])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.asked.append((self.path, dict(self.headers), body))
            mode = there.mode()
            if mode == "take_and_drop":
                self.close_connection = True
                return
            status = (
                int(mode)
                if mode.isdigit()
                else 302
                if mode == "onward"
                else 202
                if esp == "sendgrid"
                else 200
            )
            content = there.answer if status < 300 else b'{"message": "no"}'
            self.send_response(status)
            if status == 302:
                self.send_header("Location", f"http://127.0.0.1:{there.port}/elsewhere")
            self.send_header("Content-Length", str(len(content) + (50 if mode == "half" else 0)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_told: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    one = known.ESPS[esp]
    here: Any = replace(one, regions=dict.fromkeys(one.regions, f"http://127.0.0.1:{there.port}/v3/"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(known.ESPS, esp, here)
        try:
            yield there
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
