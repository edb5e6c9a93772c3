"""JSON as some programs write it: half characters, NaN, bytes that are no text. What can be read is read."""

import json


def mended(body: bytes) -> bytes | None:
    """The same in strict JSON; None where it is no JSON at all.

    A half of a character (a text cut in the middle of an emoji) becomes `?`, NaN and infinities become null.
    """
    try:
        value = json.loads(body.decode(errors="replace"), parse_constant=lambda _name: None)
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace")
    except (ValueError, RecursionError):
        return None
