"""Whether a received event is somebody's: by its ids, by an address in it, by what a form or traits say."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

import msgspec

from isthmus.collect.forgetting.marks import LONGEST_PHRASE, phone_mark, spoken, word_mark
from isthmus.collect.translating.ids import usable
from isthmus.ledger.visitors import visitor_hash

FOR_EVER: Final = 1 << 62
_NEVER = -1
_IDS = {"userId": "user", "anonymousId": "anonymous", "previousId": "previous"}
# What people say of themselves stands in these: names and numbers are looked for here alone, since elsewhere
# a title or a number of milliseconds may look like one.
_PERSONAL = frozenset({"traits", "fields"})
_ADDRESS = re.compile(r"""[^\s?&=#,;:(){}\[\]<>"'/\\]+@[^\s?&=#,;:(){}\[\]<>"'/\\]+""")
_PHONE = re.compile(r"\+?\d[\d\s().\-/]{6,}\d")
# Most events hold neither an address nor anything typed: their ids are enough, and found without reading all.
_ID = re.compile(rb'"(userId|anonymousId|previousId)"\s*:\s*(?:"([^"]*)"|(-?\d+)(?=[,}\s])|null)?')
_TYPED = re.compile(rb'(?:traits|fields)"\s*:\s*(?:[{]\s*[^}\s]|[^{\s])')
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_MOST_WORDS = 1000
_decoder = msgspec.json.Decoder()


class Received(NamedTuple):
    """An event as it was received, and what its call said for all its events (JSON, or nothing)."""

    raw: bytes
    shared: bytes = b""


@dataclass
class _Seen:
    """Till when what an event says was somebody's, by where it stands there; microseconds."""

    user: int = _NEVER
    anonymous: int = _NEVER
    previous: int = _NEVER
    said: int = _NEVER
    has_user: bool = False
    has_id: bool = False
    names_another: bool = False  # An address that is not theirs stands where people tell of themselves.

    def latest(self) -> int:
        return max(self.user, self.anonymous, self.previous, self.said)


class Theirs:
    """Events of persons, told by marks; each holds for what was received until its time (microseconds)."""

    def __init__(self, marks: Mapping[bytes, int]) -> None:
        self._marks = marks
        self._id = lru_cache(50_000)(self._until_of_id)
        self._text = lru_cache(50_000)(self._until_of_text)
        self._shared = lru_cache(100)(self._look_at_shared)

    def hold(self, event: Received, visitor: str, received_us: int) -> bool:
        """Whether the event names one of them in any way; `visitor` is the day's hash that it came with."""
        return received_us <= self._until(event, visitor)

    def name_them(self, event: Received, visitor: str) -> bool:
        """The same, whenever it was received."""
        return self._until(event, visitor) >= 0

    def know(self, key: str, address: str, received_us: int) -> bool:
        """Whether a visitor's key or an address, said by an event, is one of theirs."""
        marks = [visitor_hash(key), *([word_mark(address)] if address else [])]
        return any(received_us <= self._marks.get(mark, _NEVER) for mark in marks)

    def are_told_by(self, event: Received, visitor: str) -> bool:
        """Whether it is their own event and tells of nobody else: what may be handed over to them."""
        seen = self._look(event)
        if seen.names_another and seen.said == _NEVER:
            return False
        if seen.has_user:
            return max(seen.user, seen.said) >= 0
        by_visitor = _NEVER if seen.has_id else self._of_visitor(visitor)
        return max(seen.latest(), by_visitor) >= 0

    def _until(self, event: Received, visitor: str) -> int:
        seen = self._look(event)
        return max(seen.latest(), _NEVER if seen.has_id else self._of_visitor(visitor))

    def _of_visitor(self, visitor: str) -> int:
        return self._marks.get(visitor_hash(f"d:{visitor}"), _NEVER) if visitor else _NEVER

    def _look(self, event: Received) -> _Seen:
        seen = _Seen()
        self._look_at(event.raw, seen)
        if event.shared:
            beside = self._shared(event.shared)
            seen.said = max(seen.said, beside.latest())
            seen.names_another = seen.names_another or beside.names_another
        return seen

    def _look_at_shared(self, raw: bytes) -> _Seen:
        seen = _Seen()
        self._look_at(raw, seen)
        return seen

    def _look_at(self, raw: bytes, seen: _Seen) -> None:
        if not _has_more(raw):
            for name, text, number in _ID.findall(raw):
                if text or number:
                    self._look_at_id(_IDS[name.decode()], (text or number).decode(errors="replace"), seen)
            return
        try:
            value = _decoder.decode(raw)
        except (msgspec.DecodeError, RecursionError):
            self._look_at_broken(raw.decode(errors="replace"), seen)
            return
        if isinstance(value, str):  # What was no JSON among events that were.
            self._look_at_broken(value, seen)
        for name, text, personal in _texts(value):
            if name in _IDS:
                self._look_at_id(_IDS[name], text, seen)
            elif isinstance(text, str):
                self._look_at_text(text, personal, seen)

    def _look_at_id(self, where: str, value: str | int | float, seen: _Seen) -> None:
        until, is_usable = self._id(str(value))
        setattr(seen, where, max(getattr(seen, where), until))
        if is_usable and where != "previous":
            seen.has_id = True
            seen.has_user = seen.has_user or where == "user"
        if isinstance(value, str) and "@" in value:  # An address may be somebody's user id.
            self._look_at_text(value, False, seen)

    def _look_at_text(self, text: str, personal: bool, seen: _Seen) -> None:
        until, addresses = self._text(text, personal)
        seen.said = max(seen.said, until)
        seen.names_another = seen.names_another or (personal and addresses and until == _NEVER)

    def _look_at_broken(self, text: str, seen: _Seen) -> None:
        """What is no JSON: each text in it may be anything."""
        for quoted in [*_QUOTED.findall(text), text]:
            seen.said = max(seen.said, self._id(quoted)[0], self._text(quoted, True)[0])

    def _until_of_id(self, text: str) -> tuple[int, bool]:
        """Both kinds for each: what an alias calls the former id may be either."""
        value = usable("anonymous_id", text) or usable("user_id", text)
        if not value:
            return _NEVER, False
        return max(self._marks.get(visitor_hash(f"{kind}:{value}"), _NEVER) for kind in "ua"), True

    def _until_of_text(self, text: str, personal: bool) -> tuple[int, bool]:
        """Till when a text names them, and whether there is an address in it."""
        addresses = _ADDRESS.findall(unquote(text)) if "@" in text or "%40" in text else []
        marks = [word_mark(address) for address in addresses]
        if personal:
            marks += _phrases(text)
            marks += [mark for phone in _PHONE.findall(text) if (mark := phone_mark(phone))]
        return max((self._marks.get(mark, _NEVER) for mark in marks), default=_NEVER), bool(addresses)


def _has_more(raw: bytes) -> bool:
    """Whether an event may hold an address, something typed, or names that are not written plainly."""
    if b"@" in raw or b"%40" in raw or b"\\" in raw:
        return True
    return (b"traits" in raw or b"fields" in raw) and _TYPED.search(raw) is not None


def _phrases(text: str) -> Iterator[bytes]:
    words = spoken(text)[:_MOST_WORDS]
    for first in range(len(words)):
        for last in range(first + 1, min(first + LONGEST_PHRASE, len(words)) + 1):
            yield word_mark(" ".join(words[first:last]))


def _texts(value: Any) -> Iterator[tuple[str, str | int | float, bool]]:
    """Every text and number of a JSON value: its name there, and whether people tell of themselves there."""
    waiting: list[tuple[str, Any, bool]] = [("", value, False)]
    while waiting:
        name, one, personal = waiting.pop()
        if isinstance(one, dict):
            inside = personal or name in _PERSONAL
            waiting += [(key, part, inside) for key, part in one.items()]
            if inside and (whole := _whole_name(one)):
                yield "", whole, True
        elif isinstance(one, list):
            waiting += [("", part, personal or name in _PERSONAL) for part in one]
        elif isinstance(one, str) or (isinstance(one, int | float) and not isinstance(one, bool)):
            if personal and not isinstance(one, str):
                one = str(one)
            yield name, one, personal


def _whole_name(values: Mapping[str, Any]) -> str:
    """First and last name, where they stand apart."""
    first = values.get("firstName", values.get("first_name"))
    last = values.get("lastName", values.get("last_name"))
    return f"{first} {last}" if isinstance(first, str) and isinstance(last, str) else ""
