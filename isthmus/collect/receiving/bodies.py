"""Bodies as they come: bounded, unpacked, and their envelope read; what is inside stays as it was written."""

import zlib
from dataclasses import dataclass
from typing import Any

import msgspec

from isthmus.collect.mending import mended
from isthmus.collect.receiving.answers import (
    NO_BATCH,
    NO_OBJECT,
    PACKED_WRONGLY,
    TOO_LARGE,
    TOO_MANY,
    Refused,
)
from isthmus.collect.receiving.rescuing import rescue_batch

MOST_BYTES = 4 * 1024 * 1024
MOST_EVENTS = 2_500
_EITHER_FORM = 32 + zlib.MAX_WBITS  # zlib tells gzip from zlib by itself
_GZIP = b"\x1f\x8b"
_UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A body (valid JSON), how many events it holds, and the write key in it, empty when there is none."""

    body: bytes
    count: int
    key: str


class _One(msgspec.Struct, gc=False):
    writeKey: msgspec.Raw = msgspec.Raw()  # noqa: N815 (its name in the contract)


class _Many(msgspec.Struct, gc=False):
    writeKey: msgspec.Raw = msgspec.Raw()  # noqa: N815
    batch: list[msgspec.Raw] | msgspec.UnsetType = msgspec.UNSET


_one, _many = msgspec.json.Decoder(_One), msgspec.json.Decoder(_Many)


def read_body(environ: dict[str, Any]) -> bytes:
    """The body, unpacked. Its Content-Type does not count: programs send JSON under several."""
    length = environ.get("CONTENT_LENGTH") or ""
    if length.isdigit() and int(length) > MOST_BYTES:
        raise Refused(TOO_LARGE)
    body: bytes = environ["wsgi.input"].read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise Refused(TOO_LARGE)
    # A proxy may have unpacked it already and left the header: the bytes themselves tell.
    if body.startswith(_GZIP) or environ.get("HTTP_CONTENT_ENCODING", "").lower() == "deflate":
        return _unpacked(body)
    return body.removeprefix(b"\xef\xbb\xbf")


def read_envelope(body: bytes, *, many: bool) -> Envelope:
    """What stands around the events. Raises Refused for what is no JSON object."""
    return _read_batch(body) if many else _read_event(body)


def _read_event(body: bytes) -> Envelope:
    try:
        one = _one.decode(body)
    except _UNREADABLE:
        better = mended(body)
        if better is None or not better.startswith(b"{"):
            raise Refused(NO_OBJECT) from None
        body, one = better, _one.decode(better)
    return Envelope(body, 1, _text(one.writeKey))


def _read_batch(body: bytes) -> Envelope:
    try:
        many = _many.decode(body)
    except msgspec.ValidationError as error:  # JSON, yet no object, or its batch no list.
        raise Refused(NO_BATCH if "$.batch" in str(error) else NO_OBJECT) from None
    except _UNREADABLE:
        body, many = _rescued(body)
    if many.batch is msgspec.UNSET:
        raise Refused(NO_BATCH)
    if len(many.batch) > MOST_EVENTS:
        raise Refused(TOO_MANY)
    return Envelope(body, len(many.batch), _text(many.writeKey))


def _rescued(body: bytes) -> tuple[bytes, _Many]:
    """A batch in which single events are broken, those turned into text: they must not take others along."""
    rescued = rescue_batch(body)
    if rescued is None:
        raise Refused(NO_OBJECT) from None
    try:
        return rescued, _many.decode(rescued)
    except _UNREADABLE:
        raise Refused(NO_OBJECT) from None


def _text(raw: msgspec.Raw) -> str:
    """The text that a raw value is; empty for anything else."""
    if not bytes(raw).startswith(b'"'):
        return ""
    try:
        return msgspec.json.decode(raw, type=str)
    except _UNREADABLE:
        return ""


def _unpacked(body: bytes) -> bytes:
    """What was packed, as far as it stays within bounds: a small body may unpack to gigabytes."""
    unpacked = bytearray()
    rest = body
    try:
        while rest:
            unpacker = zlib.decompressobj(_EITHER_FORM)
            unpacked += unpacker.decompress(rest, MOST_BYTES + 1 - len(unpacked))
            if len(unpacked) > MOST_BYTES:
                raise Refused(TOO_LARGE)
            if not unpacker.eof:
                raise Refused(PACKED_WRONGLY)
            rest = unpacker.unused_data  # Several packed one after another are one.
    except zlib.error:
        raise Refused(PACKED_WRONGLY) from None
    return bytes(unpacked)
