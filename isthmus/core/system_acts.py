"""What the system does by itself, as one act with an audit row."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from isthmus.core.commands import Call, _call
from isthmus.core.runs import CommandRun


@contextmanager
def system_act(name: str, *, at: datetime) -> Iterator[None]:
    """What the system does by itself as one act: its facts share a batch and have an audit row.

    Joins a command that is running. In the caller's transaction.
    """
    if _call.get() is not None:
        yield
        return
    call = Call(name)
    token = _call.set(call)
    try:
        yield
    finally:
        _call.reset(token)
    if call.facts:
        CommandRun.objects.create(
            batch=call.batch, command=name, actor_kind="system", at=at, facts=call.facts, undo_arguments={}
        )
