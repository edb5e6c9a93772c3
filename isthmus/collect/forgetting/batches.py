"""Events of somebody in received batches: to be handed over, or to be taken out."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from isthmus.collect.forgetting.theirs import Received, Theirs
from isthmus.collect.translating.reading import TYPES, envelope_of, erased_event, kind_of
from isthmus.collect.translating.wire import Envelope
from isthmus.ledger.segments.frames import Batch

_encode = msgspec.json.Encoder().encode


class Found(NamedTuple):
    """An event of theirs, as it was received."""

    received_us: int
    endpoint: str
    agent: str
    text: str


def events_of(batch: Batch, theirs: Theirs) -> Iterator[Found]:
    """Their own events in a batch."""
    for one in _received(batch, _envelope(batch)):
        if theirs.are_told_by(one, batch.visitor):
            yield Found(batch.received_us, batch.endpoint, batch.agent, one.raw.decode(errors="replace"))


def without(batch: Batch, theirs: Theirs) -> Batch | None:
    """The batch without their events: itself where there are none, None where nothing else is in it.

    The place of each stays, empty: what an event without an id is known by depends on its place.
    """
    envelope = _envelope(batch)
    gone = [theirs.hold(one, batch.visitor, batch.received_us) for one in _received(batch, envelope)]
    if not any(gone):
        return batch
    if envelope is None or all(gone):
        return None
    flags, nothing = iter(gone), erased_event()
    events = [msgspec.Raw(nothing) if bytes(raw) == nothing or next(flags) else raw for raw in envelope.batch]
    # Only what is read: whatever else stood beside the events may be of the person too.
    kept = {"batch": events, "context": envelope.context, "sentAt": envelope.sent_at}
    body = _encode({name: value for name, value in kept.items() if not _is_empty(value)})
    # None were acknowledged of what a repair put here again: that stays so.
    count = max(batch.count - sum(gone), 1) if batch.count else 0
    return msgspec.structs.replace(batch, body=body, count=count)


def _envelope(batch: Batch) -> Envelope | None:
    """What brings many events; None where the body is one, or cannot be read."""
    return None if kind_of(batch) in TYPES else envelope_of(batch)


def _received(batch: Batch, envelope: Envelope | None) -> Iterator[Received]:
    """Each event of a call, but those that were erased before; as one what cannot be told apart."""
    if envelope is None:
        yield Received(batch.body)
        return
    shared, nothing = bytes(envelope.context), erased_event()
    for raw in envelope.batch:
        if (text := bytes(raw)) != nothing:
            yield Received(text, shared)


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, msgspec.Raw) and not memoryview(value).nbytes)
