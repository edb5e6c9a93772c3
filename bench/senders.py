"""`python -m bench.senders`: a process that sends events over HTTP as fast as it is answered, or at a rate.

What to do comes as JSON on its command line; what it saw goes out as JSON when it is done.
"""

import itertools
import json
import random
import socket
import sys
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime

from bench.samples import Pieces, pieces

_SAMPLES = 4_000


@dataclass(frozen=True)
class Orders:
    """`rate`: calls a second in all (0: as fast as answered); `until`: so many events (0: by the clock)."""

    port: int
    authorization: str
    number: int
    connections: int
    events_a_call: int
    seconds: float
    rate: float = 0.0
    until: int = 0
    month: str = ""
    free: bool = False


@dataclass
class Seen:
    """How many events were acknowledged, how long each call took (ms), and what else was answered."""

    events: int = 0
    waits: list[float] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)


class _Connection(threading.Thread):
    def __init__(self, orders: Orders, samples: list[Pieces], place: int, end: float) -> None:
        super().__init__(daemon=True)
        self._orders, self._samples, self._end = orders, samples, end
        self._marks = (f"{orders.number}-{place}-{number}".encode() for number in itertools.count())
        self._draw = random.Random(orders.number * 1000 + place)
        self._socket: socket.socket | None = None
        self.seen = Seen()

    def run(self) -> None:
        orders = self._orders
        most = orders.until // orders.connections if orders.until else 0
        pause = orders.connections / orders.rate if orders.rate else 0.0
        due = time.monotonic() + self._draw.uniform(0, pause)
        while time.monotonic() < self._end and not (most and self.seen.events >= most):
            if pause:
                time.sleep(max(0.0, due - time.monotonic()))
                due += pause
            request = self._request()
            began = time.perf_counter()
            try:
                status = self._call(request)
            except OSError as error:
                self._socket = None
                status = type(error).__name__
            if status == "200":
                self.seen.events += orders.events_a_call
                self.seen.waits.append(round((time.perf_counter() - began) * 1000, 3))
            else:
                self.seen.others[status] += 1
                time.sleep(0.05)

    def _request(self) -> bytes:
        count = self._orders.events_a_call
        at = self._time()
        first = self._draw.randrange(len(self._samples) - count)
        events = b",".join(
            [
                b"".join((one.first, at, one.second, next(self._marks), one.third))
                for one in self._samples[first : first + count]
            ]
        )
        body = b'{"batch":[' + events + b"]}" if count > 1 else events
        path = "/v1/batch" if count > 1 else "/v1/track"
        head = (
            f"POST {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: {self._orders.authorization}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def _time(self) -> bytes:
        if not self._orders.month:
            return datetime.now(UTC).isoformat().encode()
        second = self._draw.randrange(28 * 86_400)
        day, rest = 1 + second // 86_400, second % 86_400
        clock = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}.{second % 1000:03}"
        return f"{self._orders.month}-{day:02}T{clock}Z".encode()

    def _call(self, request: bytes) -> str:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._orders.port), timeout=60)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(request)
        answer = self._socket.recv(65_536)
        while answer and not _is_whole(answer):
            answer += self._socket.recv(65_536)
        if not answer:
            raise ConnectionResetError
        if b"onnection: close" in answer:
            self._socket = None
        return answer[9:12].decode()


def _is_whole(answer: bytes) -> bool:
    head, gap, body = answer.partition(b"\r\n\r\n")
    if not gap:
        return False
    length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
    return len(body) >= int(length or 0)


def main() -> None:
    """Send, then tell."""
    orders = Orders(**json.loads(sys.argv[1]))
    samples = pieces(_SAMPLES, free=orders.free, seed=orders.number)
    end = time.monotonic() + orders.seconds
    threads = [_Connection(orders, samples, place, end) for place in range(orders.connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = Seen()
    for thread in threads:
        told.events += thread.seen.events
        told.waits += thread.seen.waits
        told.others += thread.seen.others
    print(json.dumps(asdict(told)))


if __name__ == "__main__":
    main()
