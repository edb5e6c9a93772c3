"""Which flows led to what happens now: kept while a step acts, so that what it causes knows its causes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

KEPT = 40  # Causes that are remembered; older ones are those of another hour.
Cause = tuple[int, int]  # The number of a flow, and the second in which it acted.
Chain = tuple[Cause, ...]

_now: ContextVar[Chain] = ContextVar("isthmus_flow_causes", default=())


def current() -> Chain:
    """The causes of what happens now, the first one first; empty for what a person does."""
    return _now.get()


def extended(chain: Chain, flow_id: int, second: int) -> Chain:
    """A chain with one more cause at its end."""
    return (*chain, (flow_id, second))[-KEPT:]


def times(chain: Chain, flow_id: int, since: int) -> int:
    """How often a flow stands in a chain since a second."""
    return sum(1 for cause, second in chain if cause == flow_id and second >= since)


def read(kept: Sequence[Sequence[int]]) -> Chain:
    """A chain as it is stored."""
    return tuple((int(flow_id), int(second)) for flow_id, second in kept)


@contextmanager
def caused_by(chain: Chain) -> Iterator[None]:
    """Let what happens inside have these causes."""
    token = _now.set(chain)
    try:
        yield
    finally:
        _now.reset(token)
