"""A served company under events: its processes, those who send, those who read, and when events are seen."""

import base64
import http.client
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from bench.measuring import percentile
from bench.senders import Orders
from bench.serving import free_port

SENDERS = 2
PAGES = ("/", "/people/", "/leads/", "/deals/board/", "/people/?sort=name")
_WITHIN = 180.0


@contextmanager
def served(home: Path, workers: int) -> Iterator[int]:
    """`isthmus serve` as people run it, with its sealer and worker; gives the port."""
    port = free_port()
    command = [sys.executable, "-m", "isthmus.cli.main", "serve"]
    log = (home / "serve.log").open("w")
    server = subprocess.Popen(
        [*command, "--port", str(port), "--workers", str(workers)], stdout=log, stderr=subprocess.STDOUT
    )
    try:
        end = time.monotonic() + _WITHIN
        while "Isthmus answers at" not in (home / "serve.log").read_text():
            if server.poll() is not None or time.monotonic() > end:
                raise SystemExit((home / "serve.log").read_text()[-2000:])
            time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=60)


@dataclass
class Sent:
    """What all senders saw together."""

    events: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    others: dict[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Events acknowledged a second."""
        return self.events / self.seconds if self.seconds else 0.0

    def wait(self, percent: int) -> float:
        """Milliseconds within which so many percent of the calls were answered."""
        return percentile(self.waits, percent) if self.waits else float("nan")


class Senders:
    """Sends with processes of their own; each run's ids are new."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._authorization = "Basic " + base64.b64encode(f"{key}:".encode()).decode()

    _numbers = itertools.count(int(time.time()) * 100)

    def send(
        self,
        *,
        connections: int,
        events_a_call: int,
        seconds: float,
        rate: float = 0.0,
        until: int = 0,
        month: str = "",
        free: bool = False,
    ) -> Sent:
        """Send for some seconds, with so many connections in all."""
        each = [
            Orders(
                port=self._port,
                authorization=self._authorization,
                number=next(self._numbers),
                connections=connections // SENDERS,
                events_a_call=events_a_call,
                seconds=seconds,
                rate=rate / SENDERS,
                until=until // SENDERS,
                month=month,
                free=free,
            )
            for _ in range(SENDERS)
        ]
        began = time.monotonic()
        processes = [
            subprocess.Popen(
                [sys.executable, "-m", "bench.senders", json.dumps(asdict(orders))], stdout=subprocess.PIPE
            )
            for orders in each
        ]
        sent = Sent()
        for process in processes:
            told = json.loads(process.communicate()[0])
            sent.events += told["events"]
            sent.waits += told["waits"]
            for status, count in told["others"].items():
                sent.others[status] = sent.others.get(status, 0) + count
        # Until they have started nothing is sent: that is not the server's time.
        sent.seconds = seconds if not until else time.monotonic() - began
        return sent


class Reader(threading.Thread):
    """Somebody who reads pages meanwhile, some each second."""

    def __init__(self, port: int, cookie: str) -> None:
        super().__init__(daemon=True)
        self._port, self._cookie = port, cookie
        self._over = threading.Event()
        self.waits: list[float] = []
        self.others: list[int] = []

    def run(self) -> None:
        """Read until told to end."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        for path in itertools.cycle(PAGES):
            began = time.perf_counter()
            try:
                connection.request("GET", path, headers={"Cookie": self._cookie})
                answer = connection.getresponse()
                answer.read()
            except OSError:
                connection.close()
                continue
            self.waits.append((time.perf_counter() - began) * 1000)
            if answer.status != 200:
                self.others.append(answer.status)
            if self._over.wait(0.2):
                return

    def end(self) -> None:
        """Stop reading."""
        self._over.set()
        self.join()


class Sightings(threading.Thread):
    """When each unit was first there for everybody, to a fiftieth of a second."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self._over = threading.Event()
        self.seen: dict[int, int] = {}  # microseconds since 1970, by unit

    def run(self) -> None:
        """Look until told to end."""
        from django.db import connection

        from isthmus.ledger.models import Unit

        last = Unit.objects.order_by("-number").values_list("number", flat=True).first() or 0
        while not self._over.wait(0.02):
            for number in (
                Unit.objects.filter(number__gt=last).order_by("number").values_list("number", flat=True)
            ):
                self.seen[number] = time.time_ns() // 1000
                last = number
        connection.close()

    def end(self) -> None:
        """Stop looking."""
        self._over.set()
        self.join()

    def lags(self) -> list[float]:
        """For each event of those units: seconds from its receipt until it was there."""
        from isthmus.core import engine

        units = list(self.seen)
        rows = engine.cursor().execute(
            "SELECT unit, received_us FROM read_parquet(?) WHERE source_id IS NOT NULL AND unit >= ?",
            [_files(), min(units, default=0)],
        )
        return [(self.seen[unit] - us) / 1e6 for unit, us in rows.fetchall() if unit in self.seen]


def _files() -> Sequence[str]:
    from isthmus.ledger.manifest import current_files

    return [str(file.place) for file in current_files()]


def waiting_bytes(home: Path) -> int:
    """How much lies in segments, not yet sealed."""
    total = 0
    for path in (home / "ledger" / "segments").glob("*"):
        try:
            total += os.stat(path).st_size
        except FileNotFoundError:
            continue
    return total


def collected() -> tuple[int, int]:
    """Acknowledged events that were sealed, and those of them that are facts."""
    from django.db.models import Sum

    from isthmus.collect.models import SourceCount

    sums = SourceCount.objects.aggregate(all=Sum("acknowledged"), facts=Sum("facts"))
    return sums["all"] or 0, sums["facts"] or 0


def drain(home: Path) -> float:
    """Wait until no segment is left; the seconds that it took."""
    began = time.monotonic()
    while waiting_bytes(home):
        time.sleep(0.1)
    return time.monotonic() - began
