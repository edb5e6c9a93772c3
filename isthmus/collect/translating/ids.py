"""Identifiers of events and of those who made them."""

import hashlib

import msgspec

from isthmus.collect.translating.wire import Text
from isthmus.people.normalise import is_junk

_LONGEST = 255
_KNOWN_JUNK: dict[tuple[str, str], bool] = {}
_REMEMBERED = 50_000


def fact_id(source: int, message_id: Text, raw: bytes | msgspec.Raw, moment: str = "") -> bytes:
    """16 bytes that are the same whenever this source sends this message again.

    BLAKE2b of the source and its message id; of one without an id, of all that it says and of `moment`.
    """
    if message_id not in (None, ""):
        said = str(message_id).encode(errors="surrogatepass")
    else:
        said = moment.encode() + bytes(raw)
    return hashlib.blake2b(said, digest_size=16, salt=source.to_bytes(8, "big")).digest()


def usable(kind: str, value: Text) -> str:
    """An identifier as text; empty when there is none, or one that many share (`null`, `anonymous`, `0`)."""
    if value is None or value == "":
        return ""
    text = str(value).replace("\x00", "").strip()[:_LONGEST]
    key = (kind, text)
    junk = _KNOWN_JUNK.get(key)
    if junk is None:
        if len(_KNOWN_JUNK) >= _REMEMBERED:
            _KNOWN_JUNK.clear()
        junk = _KNOWN_JUNK[key] = not text or is_junk(kind, text.strip("\"'"))
    return "" if junk else text
