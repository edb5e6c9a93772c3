"""The form of a segment: frames, each a received batch with its length and checksum."""

import struct
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

_HEAD = struct.Struct("<4sII")  # magic, length, CRC-32 of what follows
_MAGIC = b"ISF1"
LARGEST = 64 * 1024 * 1024  # bytes of one frame: a length above it is damage


class Batch(msgspec.Struct, array_like=True, gc=False):
    """One call as it was received.

    source: whose write key it bore. received_us: microseconds since 1970. endpoint: `batch`, `track`, `page`…
    agent: the browser's User-Agent, empty from servers. visitor: a hash for the day of who has no id of
    their own, in hex, or empty. origin: the site whose page sent it, or empty. body: JSON, unpacked.
    count: events.
    """

    source: int
    received_us: int
    endpoint: str
    agent: str
    visitor: str
    origin: str
    body: bytes
    count: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Batch)


def frame(batch: Batch) -> bytes:
    """The batch as a frame."""
    payload = _encoder.encode(batch)
    return _HEAD.pack(_MAGIC, len(payload), zlib.crc32(payload)) + payload


def read_frames(path: Path) -> Iterator[Batch]:
    """The whole frames of a segment from its start; what comes after a torn one was never acknowledged."""
    with open(path, "rb") as file:
        for payload in payloads(file):
            yield _decoder.decode(payload)


def payloads(file: BinaryIO) -> Iterator[bytes]:
    """What whole frames hold, up to the first that is torn."""
    while len(head := file.read(_HEAD.size)) == _HEAD.size:
        magic, length, checksum = _HEAD.unpack(head)
        if magic != _MAGIC or length > LARGEST:
            return
        payload = file.read(length)
        if len(payload) < length or zlib.crc32(payload) != checksum:
            return
        yield payload


def decoded(payload: bytes) -> Batch:
    """The batch that a frame holds."""
    return _decoder.decode(payload)


def framed(payload: bytes) -> bytes:
    """What a frame held, as a frame again."""
    return _HEAD.pack(_MAGIC, len(payload), zlib.crc32(payload)) + payload
