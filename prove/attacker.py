"""`python -m prove.attacker PORT KEY CALLS SEED`: sends what no honest program does, and what came back."""

import base64
import gzip
import json
import random
import socket
import sys
import threading
import zlib
from collections import Counter
from collections.abc import Callable

CONNECTIONS = 8
# An answer takes no longer than this, however the call is made.
LONGEST = 30.0
_NAMES = (
    "identify",
    "track",
    "page",
    "screen",
    "group",
    "alias",
    "batch",
    "i",
    "t",
    "p",
    "s",
    "g",
    "a",
    "b",
    "m",
)
_METHODS = (
    "POST",
    "POST",
    "POST",
    "POST",
    "POST",
    "GET",
    "PUT",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "PATCH",
    "BREW",
)


class Attacker(threading.Thread):
    """One connection's calls, made with a seed."""

    def __init__(self, port: int, key: str, calls: int, seed: int) -> None:
        super().__init__(daemon=True)
        self._port, self._key, self._calls = port, key.encode(), calls
        self._draw = random.Random(seed)
        self._socket: socket.socket | None = None
        self.statuses: Counter[str] = Counter()
        self.wrong: list[str] = []

    def run(self) -> None:
        """Make the calls."""
        for number in range(self._calls):
            call = self._call()
            try:
                status = self._answer(call)
            except TimeoutError:
                self._socket = None
                self.wrong.append(f"No answer within {LONGEST:.0f} s to {call[:300]!r}")
                status = "none"
            except OSError:
                self._socket = None  # Closed on it: an answer as well, to who does not keep to the protocol.
                status = "closed"
            self.statuses[status] += 1
            if status.startswith("5"):
                self.wrong.append(f"{status} to {call[:300]!r}, call {number}")
            if len(self.wrong) > 20:
                return

    def _answer(self, call: bytes) -> str:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), timeout=LONGEST)
        self._socket.sendall(call)
        answer = self._socket.recv(65_536)
        while answer and not _is_whole(answer, call):
            more = self._socket.recv(65_536)
            if not more:
                break
            answer += more
        if not answer:
            raise ConnectionResetError
        status = answer[9:12].decode(errors="replace")
        if b"onnection: close" in answer or not status.startswith("2"):
            self._socket.close()
            self._socket = None
        return status

    def _call(self) -> bytes:
        draw = self._draw
        path, body = self._path(), self._body()
        headers = [b"Host: " + draw.choice((b"x", b"", b"\xff", b"a" * 300))]
        headers.append(self._authorization())
        if draw.random() < 0.3:
            kinds = (b"gzip", b"deflate", b"br", b"identity", b"GZIP, gzip", b"\xc3\xbf")
            headers.append(b"Content-Encoding: " + draw.choice(kinds))
        if draw.random() < 0.3:
            origins = (
                b"null",
                b"https://e.example",
                b"javascript:1",
                b"http://[::1",
                b"\xff\xfe",
                b"x" * 5000,
            )
            headers.append(b"Origin: " + draw.choice(origins))
        if draw.random() < 0.3:
            headers.append(b"User-Agent: " + draw.choice((b"", b"\xf0\x9f\x92\xa9", b"A" * 9000, b"bot")))
        if draw.random() < 0.1:
            headers.append(b"X-Forwarded-For: " + draw.choice((b"::1, x", b",,,", b"9" * 3000)))
        method = draw.choice(_METHODS).encode()
        length = len(body)
        headers.append(b"Content-Length: %d" % length)
        return (
            method + b" " + path + b" HTTP/1.1\r\n" + b"\r\n".join(filter(None, headers)) + b"\r\n\r\n" + body
        )

    def _authorization(self) -> bytes:
        choice = self._draw.random()
        if choice < 0.6:
            return b"Authorization: Basic " + base64.b64encode(self._key + b":")
        others = (
            b"Basic",
            b"Basic !!!",
            b"Basic " + b"A" * 8000,
            b"Bearer x",
            b"\xff",
            b"Basic " + base64.b64encode(b"\xff:"),
        )
        return b"Authorization: " + self._draw.choice(others) if choice < 0.9 else b""

    def _path(self) -> bytes:
        draw = self._draw
        name = draw.choice(_NAMES).encode()
        key = self._key
        return draw.choice(
            (
                b"/v1/" + name,
                b"/v1/" + name,
                b"/v1/" + name,
                b"/v1/" + name + b"?writeKey=" + key + b"&writeKey=%ff%00",
                b"/v1/%2e%2e/%00" + name,
                b"/v1/pixel/" + name + b"?data=" + base64.b64encode(self._body()[:2000]).replace(b"=", b""),
                b"/v1/pixel/"
                + name
                + b"?"
                + b"&".join(b"p%d.%d=%%ff" % (n, n) for n in range(draw.randrange(400))),
                b"/v1/pixel/" + name + b"?writeKey=" + key + b"&a.b=1&a=2&a.b.c=3&userId=%00",
                b"/v1/projects/" + draw.choice((key, b"%00", b"x" * 3000, b"..")) + b"/settings",
                b"/sourceConfig?writeKey=" + key,
                b"/beacon/v1/batch?writeKey=" + key,
                b"/isthmus.js",
                b"/v1/",
                b"/v1",
            )
        )

    def _body(self) -> bytes:
        body = self._draw.choice(_BODIES)(self._draw)
        packed = self._draw.random()
        if packed < 0.15:
            return gzip.compress(body, 1)
        if packed < 0.2:
            return gzip.compress(body, 1)[: self._draw.randrange(1, 30)]
        if packed < 0.25:
            return zlib.compress(body, 1)
        return body


def _is_whole(answer: bytes, call: bytes) -> bool:
    head, gap, body = answer.partition(b"\r\n\r\n")
    if not gap:
        return False
    if call.startswith(b"HEAD") or answer[9:12] in (b"204", b"304"):
        return True
    length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
    return len(body) >= int(length or 0)


def _mangled(draw: random.Random) -> bytes:
    """An honest batch with some bytes changed."""
    event = {
        "type": "track",
        "event": "E",
        "userId": "u",
        "properties": {"a": [1, "é", None]},
        "messageId": "m",
    }
    text = bytearray(json.dumps({"batch": [event] * draw.randrange(5), "sentAt": "2026-01-01"}).encode())
    for _ in range(draw.randrange(6)):
        text[draw.randrange(len(text))] = draw.randrange(256)
    return bytes(text)


_BODIES: list[Callable[[random.Random], bytes]] = [
    _mangled,
    _mangled,
    _mangled,
    lambda draw: draw.randbytes(draw.randrange(200)),
    lambda draw: b"[" * draw.randrange(5000),
    lambda draw: b'{"batch":[' + b'{"a":' * draw.randrange(3000),
    lambda draw: b'{"batch":[' + b'{"a":' * 600 + b"1" + b"}" * 600 + b',{"type":"track"}]}',
    lambda draw: (
        b'{"batch":' + draw.choice((b"null", b"{}", b"7", b'"x"', b"[[]]", b"[null,7,[]]", b"[{}]")) + b"}"
    ),
    lambda draw: (
        b'{"batch":[' + b",".join([b"{}"] * (draw.randrange(20) if draw.random() < 0.99 else 3000)) + b"]}"
    ),
    lambda draw: (
        b'{"batch":[{"v":' + draw.choice((b"NaN", b"Infinity", b"1e999", b"-", b"1" * 5000)) + b"}]}"
    ),
    lambda draw: (
        b'{"writeKey":' + draw.choice((b"null", b"{}", b"[]", b'"\\ud800"', b"1e400")) + b',"batch":[{}]}'
    ),
    lambda draw: b'{"type":"track","event":"\\ud800\\u0000","userId":"' + b"\xff" * draw.randrange(9) + b'"}',
    lambda draw: (
        b'{"userId":"u","event":"e","timestamp":' + draw.choice((b'"9999-99-99"', b"-1e300", b"{}")) + b"}"
    ),
    lambda draw: b'{"userId":"u","event":"e","properties":{"revenue":"1e9999","currency":"\\u0000"}}',
    lambda draw: b'{"a":"' + b"x" * draw.randrange(60_000) + b'"}',
    lambda draw: b"",
]


def main() -> None:
    """Attack, then tell."""
    port, key, calls, seed = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
    attackers = [
        Attacker(port, key, calls // CONNECTIONS, seed * 1000 + number) for number in range(CONNECTIONS)
    ]
    for attacker in attackers:
        attacker.start()
    for attacker in attackers:
        attacker.join()
    statuses: Counter[str] = Counter()
    for attacker in attackers:
        statuses += attacker.statuses
    print(json.dumps({"statuses": statuses, "wrong": [one for each in attackers for one in each.wrong]}))


if __name__ == "__main__":
    main()
