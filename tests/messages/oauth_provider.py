"""A provider of mailboxes on this machine that lets programs in: its page, and its address for tokens."""

import base64
import hashlib
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from isthmus.messages import oauth

CLIENT = {"client_id": "isthmus-7", "client_secret": "swordfish-7"}


@dataclass
class Provider:
    """What it knows and what became of it. `answers`: no token that lasts, or an error of this code."""

    port: int = 0
    cancels: bool = False
    answers: str = ""
    redirect: str = ""
    given: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    revoked: list[str] = field(default_factory=list)

    def visited(self, address: str) -> str:
        """Somebody opens its page and presses a button there; where they are sent back to."""
        parts = urlsplit(address)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", f"{parts.path}?{parts.query}")
        location = connection.getresponse().getheader("Location") or ""
        connection.close()
        back = urlsplit(location)
        return f"{back.path}?{back.query}"

    def page(self, asked: dict[str, str]) -> str:
        self.redirect = asked["redirect_uri"]
        if self.cancels:
            told = {"error": "access_denied", "error_description": "The user said no <b>."}
        else:
            code = f"code-{len(self.given)}"
            self.given[code] = asked
            told = {"code": code}
        return f"{asked['redirect_uri']}?{urlencode({**told, 'state': asked['state']})}"

    def tokens(self, asked: dict[str, str]) -> tuple[int, dict[str, Any]]:
        self.asked.append(asked)
        if (asked["client_id"], asked["client_secret"]) != (CLIENT["client_id"], CLIENT["client_secret"]):
            return 401, {"error": "invalid_client"}
        if self.answers == "busy":
            return 503, {}
        if self.answers not in ("", "short"):
            return 400, {"error": self.answers, "error_description": f"{self.answers} it is."}
        if asked["grant_type"] == "refresh_token":
            return 200, {"access_token": f"access-of-{asked['refresh_token']}", "expires_in": 3600}
        begun = self.given.pop(asked["code"], None)
        digest = hashlib.sha256(asked["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if (
            begun is None
            or begun["code_challenge"] != challenge
            or begun["redirect_uri"] != asked["redirect_uri"]
        ):
            return 400, {"error": "invalid_grant"}
        told = {"access_token": "a", "expires_in": 3600}
        return 200, told if self.answers == "short" else {**told, "refresh_token": "lasting-7"}


@contextmanager
def provider() -> Iterator[Provider]:
    """One, in the place of Google, until the block ends."""
    there = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            self.send_response(302)
            self.send_header("Location", there.page(asked))
            self.end_headers()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked = {name: values[0] for name, values in parse_qs(body).items()}
            if self.path == "/revoke":
                there.revoked.append(asked["token"])
                status, told = 200, {}
            else:
                status, told = there.tokens(asked)
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_told: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    home = f"http://127.0.0.1:{there.port}"
    known = oauth.PROVIDERS["google"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(
            oauth.PROVIDERS,
            "google",
            oauth.Provider(f"{home}/page", f"{home}/token", known.scope, f"{home}/revoke", known.more),
        )
        try:
            yield there
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
