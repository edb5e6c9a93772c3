"""A kind of flow of its own for tests: it knows what the run began with, and acts as the system."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.flows import kinds, versions
from isthmus.flows.models import Flow, FlowRun
from isthmus.flows.running import begin_run
from isthmus.workspace.models import Notification, User

KIND = "test"
Begin = Callable[..., FlowRun]


@pytest.fixture(autouse=True)
def machine() -> Iterator[None]:
    """The kind, as long as the test lasts."""
    kinds.register(kinds.FlowKind(KIND, values=lambda run, at: dict(run.fact), actor=lambda run: SYSTEM))
    yield
    kinds._kinds.pop(KIND, None)


@pytest.fixture
def tell(rita: User) -> Callable[..., dict[str, Any]]:
    """Makes a step that tells Rita something: what she was told is what was done."""

    def make(text: str, key: str = "") -> dict[str, Any]:
        arguments = {"user_id": {"value": rita.pk}, "text": {"text": text}}
        step = {"kind": "act", "command": "tell_colleague", "arguments": arguments}
        return {**step, "key": key} if key else step

    return make


@pytest.fixture
def begin() -> Begin:
    """Begins a run of a new flow of these steps."""

    def make(*steps: dict[str, Any], at: datetime, key: str = "one", **fact: Any) -> FlowRun:
        flow = Flow.objects.filter(name="Flow").first()
        if flow is None:
            flow = versions.new_flow(KIND, "Flow", {"steps": list(steps)}, user_id=None, at=at)
            versions.activate(flow, user_id=None, runs="stay", at=at)
        active = flow.active
        assert active is not None
        run = begin_run(active, key=key, at=at, fact=fact)
        assert run is not None
        return run

    return make


def told() -> list[str]:
    """What was done, in order."""
    return list(Notification.objects.order_by("pk").values_list("text", flat=True))


def wait(amount: int, unit: str = "days", key: str = "") -> dict[str, Any]:
    """A step that waits."""
    step = {"kind": "wait", "pause": {"amount": amount, "unit": unit}}
    return {**step, "key": key} if key else step
