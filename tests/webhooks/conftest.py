"""An endpoint, and what is sent to it, without a network."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from isthmus.core import outbound
from isthmus.core.actors import SYSTEM
from isthmus.core.outbound import Answer
from isthmus.webhooks import delivering
from isthmus.webhooks.commands import Signed, add_webhook
from isthmus.workspace.models import User
from tests.cast import MONDAY_NOON

URL = "https://hooks.example.com/in"


@dataclass
class OtherSide:
    """What came, and what is answered: a status, or an exception."""

    answers: list[int | Exception] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    came: list[tuple[str, bytes, dict[str, str]]] = field(default_factory=list)

    def __call__(self, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        self.came.append((url, body, headers))
        said = self.answers.pop(0) if self.answers else 200
        if isinstance(said, Exception):
            raise said
        return Answer(said, b"", 12, self.headers)


@pytest.fixture
def other_side(monkeypatch: pytest.MonkeyPatch) -> OtherSide:
    """Takes the place of the one way out."""
    there = OtherSide()
    monkeypatch.setattr(delivering.outbound, "post", there)
    assert delivering.outbound is outbound
    return there


@pytest.fixture
def endpoint(admin: User) -> Callable[..., Signed]:
    """Makes an endpoint."""

    def make(**given: object) -> Signed:
        made: Signed = add_webhook(**{"url": URL, "by": SYSTEM, "at": MONDAY_NOON, **given})  # type: ignore[arg-type]
        return made

    return make
