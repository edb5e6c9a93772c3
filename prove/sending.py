"""Clients that send events in batches, good and bad ones mixed, again and again until they are answered."""

import base64
import http.client
import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

POISON, REPEATS, ODD = 0.30, 0.05, 0.02
BATCH = 20
_WRONG_CLOCKS = 0.2
PATIENCE = 300.0

Event = dict[str, Any] | str


@dataclass
class Heard:
    """What was acknowledged, by the marks that events bear; `odd` ones may be mended or put aside."""

    good: set[str] = field(default_factory=set)
    bad: set[str] = field(default_factory=set)
    odd: set[str] = field(default_factory=set)
    calls: int = 0
    events: int = 0  # acknowledged, repeats too
    sent_again: int = 0
    waits: list[float] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class _Batch:
    text: bytes
    good: frozenset[str]
    bad: frozenset[str]
    odd: frozenset[str]


class Sending(threading.Thread):
    """One program that sends batches, one after the other, until told to stop."""

    def __init__(
        self,
        number: int,
        *,
        port: int,
        key: str,
        heard: Heard,
        stop: threading.Event,
        pause: float = 0.0,
        spoiled: bool = True,
    ) -> None:
        super().__init__(name=f"sender-{number}", daemon=True)
        self._number, self._port, self._heard, self._stopped = number, port, heard, stop
        self._pause, self._spoiled = pause, spoiled
        authorization = base64.b64encode(f"{key}:".encode()).decode()
        self._headers = {"Authorization": f"Basic {authorization}", "Content-Type": "application/json"}
        self._draw = random.Random(number)
        self._count = 0
        self._connection: http.client.HTTPConnection | None = None
        self.problem: str | None = None

    def run(self) -> None:
        """Send until told to stop; what was begun is sent until it is answered."""
        while not self._stopped.is_set() and self.problem is None:
            batch = self._batch()
            times = 2 if self._draw.random() < REPEATS else 1
            for _ in range(times):
                if not self._until_taken(batch):
                    return
            self._stopped.wait(self._pause)

    def _until_taken(self, batch: _Batch) -> bool:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            began = time.monotonic()
            said = self._call(batch.text)
            if said == "200":
                self._note(batch, time.monotonic() - began)
                return True
            with self._heard.lock:
                self._heard.sent_again += 1
                self._heard.refused[said] = self._heard.refused.get(said, 0) + 1
            if said.startswith("4"):
                self.problem = f"A batch was refused for good: {said}."
                return False
            time.sleep(0.05)
        self.problem = f"A batch was not answered within {PATIENCE:.0f} s."
        return False

    def _note(self, batch: _Batch, wait: float) -> None:
        heard = self._heard
        with heard.lock:
            heard.good |= batch.good
            heard.bad |= batch.bad
            heard.odd |= batch.odd
            heard.calls += 1
            heard.events += BATCH
            heard.waits.append(wait)

    def _call(self, body: bytes) -> str:
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._connection.request("POST", "/v1/batch", body=body, headers=self._headers)
            answer = self._connection.getresponse()
            answer.read()
            if answer.will_close:
                self._connection = None
            return str(answer.status)
        except (OSError, http.client.HTTPException) as error:
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return type(error).__name__

    def _batch(self) -> _Batch:
        good, bad, odd, texts = set[str](), set[str](), set[str](), list[str]()
        skew = timedelta(0)
        if self._draw.random() < _WRONG_CLOCKS:
            skew = timedelta(days=self._draw.uniform(-4000, 4000))
        sent = datetime.now(UTC) + skew
        for _ in range(BATCH):
            self._count += 1
            mark = f"mark-{self._number}-{self._count}."
            chance = self._draw.random()
            if self._spoiled and chance < POISON:
                bad.add(mark)
                texts.append(self._draw.choice(_SPOILS)(mark))
            elif self._spoiled and chance < POISON + ODD:
                odd.add(mark)
                texts.append(
                    f'{{"type":"track","event":"Odd","userId":"u","messageId":"{mark}","price":NaN}}'
                )
            else:
                good.add(mark)
                texts.append(json.dumps(self._good(mark, sent)))
        sent_at = f'"sentAt":"{sent.isoformat()}",' if skew else ""
        text = f'{{{sent_at}"batch":[{",".join(texts)}]}}'
        return _Batch(text.encode(), frozenset(good), frozenset(bad), frozenset(odd))

    def _good(self, mark: str, sent: datetime) -> dict[str, Any]:
        visitor = self._draw.randrange(500)
        event: dict[str, Any] = {
            "messageId": mark,
            "anonymousId": f"visitor-{visitor}",
            "timestamp": (sent - timedelta(seconds=self._draw.uniform(0, 30))).isoformat(),
            "context": {"page": {"url": f"https://example.com/page/{visitor % 50}?utm_source=proof"}},
        }
        kind = self._draw.random()
        if kind < 0.1:
            traits = {"email": f"pat-{visitor}@example.com"}
            return event | {"type": "identify", "userId": f"user-{visitor}", "traits": traits}
        if kind < 0.5:
            return event | {"type": "page"}
        return event | {
            "type": "track",
            "event": "Proved",
            "properties": {"revenue": visitor, "currency": "EUR"},
        }


def _spoiled(**more: Any) -> Callable[[str], str]:
    return lambda mark: json.dumps(
        {"messageId": mark, "type": "track", "event": "E", "userId": "u", "anonymousId": "a"} | more
    )


# Each bears its mark somewhere, and none can be a fact.
_SPOILS: list[Callable[[str], str]] = [
    lambda mark: json.dumps(mark),
    lambda mark: json.dumps([mark]),
    lambda mark: json.dumps({"type": "track", "event": mark}),
    _spoiled(userId=None, anonymousId=None),
    _spoiled(userId="null", anonymousId="undefined"),
    _spoiled(type="nonsense"),
    _spoiled(type=7),
    _spoiled(event=""),
    _spoiled(properties="none"),
    _spoiled(properties={"revenue": "a lot"}),
    _spoiled(properties={"revenue": 5, "currency": "€"}),
    _spoiled(timestamp="yesterday"),
    _spoiled(timestamp="1970-01-01T00:00:00Z"),
    _spoiled(type="group"),
    _spoiled(type="alias"),
    _spoiled(padding="x" * 40_000),
    lambda mark: f'{{"type":"track","userId":"u","event":"{mark}","properties":{{"list":[1,tru]}}}}',
]
