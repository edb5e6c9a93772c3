"""Calls that are a picture's address: in mails, and in pages without scripts."""

from base64 import b64decode
from typing import Any
from urllib.parse import parse_qsl

import msgspec

from isthmus.collect.receiving.bodies import Envelope

_DEEPEST = 8


def read_pixel(query: str) -> Envelope:
    """The event in a query: `data` in base64, or flat parameters like `properties.plan=pro`."""
    pairs = parse_qsl(query, keep_blank_values=True, errors="replace")
    event = _packed(pairs) or _flat(pairs)
    key = event.get("writeKey")
    return Envelope(msgspec.json.encode(event), 1, key if isinstance(key, str) else "")


def _packed(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The object in `data`, and the write key beside it when it has none itself; empty when it is none."""
    given = dict(pairs)
    # Written for addresses or not, with its padding or without, a plus come as a blank.
    text = given.get("data", "").replace(" ", "+").replace("-", "+").replace("_", "/").rstrip("=")
    try:
        event = msgspec.json.decode(b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError):  # Of base64, of text, of JSON.
        return {}
    if not isinstance(event, dict):
        return {}
    if "writeKey" in given:
        event.setdefault("writeKey", given["writeKey"])
    return event


def _flat(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    event: dict[str, Any] = {}
    for name, value in pairs:
        *path, last = name.split(".", _DEEPEST)
        place: Any = event
        for part in path:
            place = place.setdefault(part, {})
            if not isinstance(place, dict):
                break  # The same name with and without a dot: the first one counts.
        else:
            place.setdefault(last, value)
    return event
