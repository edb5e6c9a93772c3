"""A receiver without a server: calls go in as WSGI, what it keeps is read from its segments."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from isthmus.collect.commands import add_source
from isthmus.collect.models import Source
from isthmus.collect.receiving.receiver import Receiver
from isthmus.core.actors import SYSTEM
from isthmus.ledger.segments import writer
from isthmus.ledger.segments.files import unsealed_segments
from isthmus.ledger.segments.frames import Batch, read_frames
from tests.cast import MONDAY_NOON


@dataclass
class Answered:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Caller:
    """Calls a receiver, and reads what it kept."""

    receiver: Receiver
    seen: list[str] = field(default_factory=list)

    def __call__(
        self, path: str, sent: Any = None, *, method: str = "", query: str = "", **headers: str
    ) -> Answered:
        body = sent if isinstance(sent, bytes) else b"" if sent is None else json.dumps(sent).encode()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method or ("GET" if sent is None else "POST"),
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_ADDR": "192.0.2.7",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            **{f"HTTP_{name.upper()}": value for name, value in headers.items()},
        }
        told: list[Any] = []
        answer = b"".join(self.receiver(environ, lambda status, named: told.extend((status, named))))
        return Answered(int(told[0].split()[0]), dict(told[1]), answer)

    def kept(self) -> list[Batch]:
        """Every batch that was put into segments since it was last asked for."""
        writer.end()
        batches: list[Batch] = []
        for path in unsealed_segments():
            batches += read_frames(path)
            path.unlink()
        return batches


def otherwise(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """What stands behind the receiver."""
    start_response("200 OK", [("X-Path", environ["PATH_INFO"])])
    return [b"a page"]


@pytest.fixture
def call() -> Iterator[Caller]:
    """`call("/v1/track", {...}, authorization=...)`, `call.kept()`."""
    caller = Caller(Receiver(otherwise))
    caller.kept()
    yield caller
    caller.kept()


@pytest.fixture
def shop(db: None) -> Source:
    """A source whose events a server sends."""
    return add_source(name="Shop", kind="server", by=SYSTEM, at=MONDAY_NOON)


@pytest.fixture
def site(db: None) -> Source:
    """A source whose events browsers send."""
    return add_source(name="Site", kind="site", by=SYSTEM, at=MONDAY_NOON)
