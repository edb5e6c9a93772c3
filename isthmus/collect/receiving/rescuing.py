"""Batches in which an event is no JSON: programs write NaN, cut texts, nest without end.

Such a body cannot be read as a whole, and refusing it would cost the good events beside the bad one. So its
events are told apart by their brackets alone, and each that cannot be read becomes a text.
"""

import re
from collections.abc import Iterator

import msgspec

# More takes too long for what is broken anyway: some tenths of a second.
_MOST_TOKENS = 200_000
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|[\[\]{},:]|[^\s"\[\]{},:]++|"', re.DOTALL)
_values = msgspec.json.Decoder(list[msgspec.Raw])

Span = tuple[int, int]


def rescue_batch(body: bytes) -> bytes | None:
    """The batch as valid JSON, unreadable events as texts; None when its brackets do not tell them apart."""
    members = _members(body)
    if members is None:
        return None
    kept: list[bytes] = []
    for name, (start, end) in members:
        text = body[start:end]
        if name == b'"batch"' and text.startswith(b"["):
            events = _split(body, start, end)
            if events is None:
                return None
            text = b"[" + b",".join(_readable(body[first:last]) for first, last in events) + b"]"
        elif not _is_json(text):
            continue  # Of what stands beside the events only what can be read counts.
        kept.append(name + b":" + text)
    return b"{" + b",".join(kept) + b"}"


def _readable(event: bytes) -> bytes:
    return event if _is_json(event) else msgspec.json.encode(event.decode(errors="replace"))


def _is_json(text: bytes) -> bool:
    try:
        return len(_values.decode(b"[" + text + b"]")) == 1
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return False


def _members(body: bytes) -> list[tuple[bytes, Span]] | None:
    """The names of an object as they are written, and where their values stand."""
    stripped = body.strip()
    if not stripped.startswith(b"{"):
        return None
    start = body.index(b"{")
    spans = _split(body, start, len(body))
    if spans is None:
        return None
    found: list[tuple[bytes, Span]] = []
    for first, last in spans:
        name = _TOKEN.match(body, first)
        colon = name and _TOKEN.match(body, _after_blanks(body, name.end()))
        if name is None or colon is None or colon.group() != b":" or not _is_json(name.group()):
            return None
        found.append((name.group(), (_after_blanks(body, colon.end()), last)))
    return found


def _split(body: bytes, start: int, end: int) -> list[Span] | None:
    """What stands between the commas of the bracket that opens at `start`; None when it does not close."""
    spans: list[Span] = []
    depth, first, last = 0, -1, -1
    for text, begins, ends in _tokens(body, start, end):
        if text in (b"{", b"["):
            depth += 1
        elif text in (b"}", b"]"):
            depth -= 1
        if depth == 0:
            if first >= 0:
                spans.append((first, last))
            return spans
        if depth == 1 and text == b",":
            if first < 0:
                return None
            spans.append((first, last))
            first = -1
        elif begins > start:
            first = begins if first < 0 else first
            last = ends
    return None


def _tokens(body: bytes, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    for count, found in enumerate(_TOKEN.finditer(body, start, end)):
        if count >= _MOST_TOKENS:
            return
        yield found.group(), found.start(), found.end()


def _after_blanks(body: bytes, place: int) -> int:
    while place < len(body) and body[place] in b" \t\r\n":
        place += 1
    return place
