"""The events of a batch, each read by itself: a bad one never spoils the others."""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from isthmus.collect import reasons
from isthmus.collect.mending import mended
from isthmus.collect.translating.wire import (
    LARGEST_EVENT,
    UNREADABLE,
    Context,
    Envelope,
    Event,
    Text,
    context_decoder,
    envelope_decoder,
    event_decoder,
    is_said,
)
from isthmus.ledger.segments.frames import Batch
from isthmus.ledger.visitors import visitor_hash

TYPES = frozenset({"identify", "track", "page", "screen", "group", "alias"})
ENDPOINTS = {"i": "identify", "t": "track", "p": "page", "s": "screen", "g": "group", "a": "alias"}
_encode = msgspec.json.Encoder().encode


class Read(NamedTuple):
    """One event of a batch: what it says, or why it cannot be read. `place` is its number in the batch."""

    place: int
    event: Event
    raw: bytes | msgspec.Raw
    sent_at: Text


class Unread(NamedTuple):
    """An event that could not be read, as it came."""

    raw: bytes
    reason: str
    detail: str = ""
    event: str = ""


def read_batch(batch: Batch) -> Iterator[Read | Unread]:
    """Each event of a call, in its order."""
    kind = kind_of(batch)
    if kind in TYPES:
        yield _read(0, batch.body, kind, None)
        return
    envelope = envelope_of(batch)
    if envelope is None:
        # The receiver looked at it before; what it let through is kept whole.
        yield Unread(batch.body, reasons.NOT_JSON)
        return
    shared, nothing = _shared(envelope.context), erased_event()
    for place, raw in enumerate(envelope.batch):
        if memoryview(raw).nbytes == len(nothing) and bytes(raw) == nothing:
            continue
        text = raw if shared is None else _with_shared(raw, shared)
        yield _read(place, text, "", envelope.sent_at)


def kind_of(batch: Batch) -> str:
    """The type of a batch's only event, or the name of the call that brings many."""
    return ENDPOINTS.get(batch.endpoint, batch.endpoint)


def envelope_of(batch: Batch) -> Envelope | None:
    """The events of a call that brings many, as they came; None where that cannot be read."""
    try:
        return envelope_decoder.decode(batch.body)
    except UNREADABLE:
        # The receiver does not look into names that it does not read: bytes that are no text may stand there.
        better = mended(batch.body)
    try:
        return None if better is None else envelope_decoder.decode(better)
    except UNREADABLE:
        return None


def erased_event() -> bytes:
    """What stands in a batch in place of an event of somebody erased: nobody else can send it."""
    return msgspec.json.encode({"type": visitor_hash("an erased event").hex()})


def _read(place: int, raw: bytes | msgspec.Raw, kind: str, sent_at: Text) -> Read | Unread:
    text = memoryview(raw)
    if text.nbytes > LARGEST_EVENT:
        return Unread(bytes(text), reasons.TOO_LARGE, f"{text.nbytes} bytes")
    try:
        if text.nbytes and text[0] == _QUOTE and (better := _rescued(bytes(text))):
            raw = better
        event = _event(raw)
    except UNREADABLE as error:
        whole = bytes(text).lstrip()
        reason = reasons.UNREADABLE if whole.startswith(b"{") else reasons.NOT_AN_EVENT
        return Unread(bytes(text), reason, str(error)[:300])
    event.type = kind or event.type
    if event.type not in TYPES:
        return Unread(bytes(text), reasons.UNKNOWN_TYPE, str(event.type or "")[:300], event.event or "")
    if event.context is None:
        event.context = _NO_CONTEXT
    return Read(place, event, raw, sent_at)


def _event(raw: bytes | msgspec.Raw) -> Event:
    try:
        return event_decoder.decode(raw)
    except UnicodeDecodeError:  # The receiver skips over events: that their bytes are text is not yet known.
        return event_decoder.decode(mended(bytes(raw)) or b"")


_NO_CONTEXT = Context()
_QUOTE = ord('"')


def _rescued(text: bytes) -> bytes | None:
    """The event in a text: what was no strict JSON comes so from the receiver. None where it is no event."""
    better = mended(msgspec.json.decode(text, type=str).encode(errors="replace"))
    return better if better is not None and better.startswith(b"{") else None


def _shared(context: msgspec.Raw) -> dict[str, msgspec.Raw] | None:
    """What the batch says for all its events, unless that is nothing or no object."""
    if not is_said(context):
        return None
    try:
        return context_decoder.decode(context) or None
    except UNREADABLE:
        return None  # No object: each event speaks for itself.


def _with_shared(raw: msgspec.Raw, shared: dict[str, msgspec.Raw]) -> bytes | msgspec.Raw:
    """The event with what the batch says where it says nothing itself."""
    try:
        event = context_decoder.decode(raw)
        said = event.get("context")
        own = context_decoder.decode(said) if said is not None and is_said(said) else {}
    except UNREADABLE:
        return raw  # Judged as it is.
    return _encode({**event, "context": {**shared, **own}})
