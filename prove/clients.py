"""Clients that send commands over HTTP and send again, under the same key, until they are answered."""

import http.client
import json
import random
import threading
import time
from dataclasses import dataclass, field
from typing import Any

PATH = "/api/v1/commands/capture_lead"
ASKED_TWICE = 0.05  # The share of answered commands that are sent once more, as a nervous client does.
PATIENCE = 300.0


@dataclass(frozen=True)
class Answer:
    """What the server acknowledged: the lead's number and the batch of its facts."""

    lead_id: int
    batch: str


@dataclass
class Ledger:
    """What all clients were told, by the mark that each lead carries."""

    answers: dict[str, Answer] = field(default_factory=dict)
    waited: list[float] = field(default_factory=list)  # Seconds, of those answered at their first sending.
    sent_again: int = 0
    asked_twice: int = 0
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note_wait(self, seconds: float) -> None:
        """Keep how long a command took that met no outage."""
        with self.lock:
            self.waited.append(seconds)

    def note(self, mark: str, answer: Answer) -> None:
        """Keep an answer; a second one must be the same."""
        with self.lock:
            known = self.answers.setdefault(mark, answer)
            if known != answer:
                self.wrong.append(f"{mark} was answered by lead {known.lead_id}, then by {answer.lead_id}.")


class Client(threading.Thread):
    """One program that captures leads at a steady rate, whatever happens to the server."""

    def __init__(
        self, number: int, *, port: int, token: str, rate: float, told: Ledger, stop: threading.Event
    ) -> None:
        super().__init__(name=f"client-{number}", daemon=True)
        self._number, self._port, self._rate = number, port, rate
        self._told, self._stopped = told, stop
        self._chance = random.Random(number)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._connection: http.client.HTTPConnection | None = None
        self.problem: str | None = None

    def run(self) -> None:
        """Send until told to stop; what was begun is sent until it is answered."""
        count, due = 0, time.monotonic()
        while not self._stopped.is_set() and self.problem is None:
            count += 1
            self._capture(f"/proof/{self._number}/{count}")
            # At a steady rate, not as fast as it is answered. What came due in an outage is sent after it:
            # people and programs who bring leads do not bring fewer because a server was killed.
            due += 1 / self._rate
            self._stopped.wait(max(0.0, due - time.monotonic()))

    def _capture(self, mark: str) -> None:
        name = mark.removeprefix("/proof/").replace("/", "-")
        body = {
            "full_name": f"Pat {name}",
            "email": f"pat-{name}@example.com",
            "channel": "proof",
            "landing_page": mark,
        }
        times = 2 if self._chance.random() < ASKED_TWICE else 1
        for asked in range(times):
            answer = self._until_answered(mark, body)
            if answer is None:
                return
            self._told.note(mark, answer)
            if asked:
                with self._told.lock:
                    self._told.asked_twice += 1

    def _until_answered(self, mark: str, body: dict[str, Any]) -> Answer | None:
        began = time.monotonic()
        end = began + PATIENCE
        tries = 0
        while time.monotonic() < end:
            tries += 1
            if tries > 1:
                with self._told.lock:
                    self._told.sent_again += 1
            status, received = self._post(mark, body)
            if status == 200:
                if tries == 1:
                    self._told.note_wait(time.monotonic() - began)
                return Answer(received["result"]["id"], received["batch"])
            if status is not None and status < 500:
                self.problem = f"{mark} was refused with {status}: {received}"
                return None
            time.sleep(0.05 * self._chance.uniform(0.5, 1.5))
        self.problem = f"{mark} was not answered within {PATIENCE:.0f} s"
        return None

    def _post(self, mark: str, body: dict[str, Any]) -> tuple[int | None, Any]:
        """The status and the answer; None for a connection that broke, when nothing is known."""
        try:
            if self._connection is None:
                self._connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)
            self._connection.request(
                "POST", PATH, json.dumps(body), {**self._headers, "Idempotency-Key": mark}
            )
            response = self._connection.getresponse()
            received = response.read()
            return response.status, json.loads(received) if response.status < 500 else received[:200]
        except (OSError, http.client.HTTPException):
            if self._connection is not None:
                self._connection.close()
            self._connection = None
            return None, None
