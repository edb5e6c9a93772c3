"""Events as they are sent (the Segment tracking specification), as far as they are read."""

from typing import Any

import msgspec

LARGEST_EVENT = 32 * 1024
Text = str | int | float | None
_NOTHING = msgspec.Raw()
# What reading raises: text that is no UTF-8 is found only where it is read.
UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


class Page(msgspec.Struct, gc=False):
    """Where a browser was."""

    url: str | None = None
    path: str | None = None
    referrer: str | None = None
    title: str | None = None


class Context(msgspec.Struct, rename="camel", gc=False):
    """What came beside an event."""

    campaign: dict[str, Any] | None = None
    page: Page | None = None
    user_agent: str | None = None
    locale: str | None = None
    traits: msgspec.Raw = _NOTHING
    group_id: Text = None


class Event(msgspec.Struct, rename="camel", gc=False):
    """One event; what is not read here stays in the raw archive."""

    type: str | None = None
    event: str | None = None
    name: str | None = None
    user_id: Text = None
    anonymous_id: Text = None
    message_id: Text = None
    timestamp: Text = None
    original_timestamp: Text = None
    sent_at: Text = None
    properties: msgspec.Raw = _NOTHING
    traits: msgspec.Raw = _NOTHING
    context: Context | None = None
    previous_id: Text = None
    group_id: Text = None


class Envelope(msgspec.Struct, rename="camel", gc=False):
    """A batch: its events, still as text, and what holds for each of them."""

    batch: list[msgspec.Raw]
    context: msgspec.Raw = _NOTHING
    sent_at: Text = None


class Properties(msgspec.Struct, gc=False):
    """The properties that are read of every event; what else was declared is read when there is any."""

    url: Any = None
    path: Any = None
    referrer: Any = None
    revenue: Any = None
    total: Any = None
    currency: Any = None
    form: Any = None
    fields: Any = None
    engaged: Any = None
    scroll: Any = None
    href: Any = None


def is_said(raw: msgspec.Raw) -> bool:
    """Whether anything but `null` stands there."""
    return memoryview(raw).nbytes > 0 and bytes(raw) != b"null"


envelope_decoder = msgspec.json.Decoder(Envelope)
event_decoder = msgspec.json.Decoder(Event)
properties_decoder = msgspec.json.Decoder(Properties)
object_decoder = msgspec.json.Decoder(dict[str, Any])
context_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
