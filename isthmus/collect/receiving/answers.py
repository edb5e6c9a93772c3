"""What the receiver answers, made once: JSON with a code and a message, or a picture of one dot."""

import re
from base64 import b64decode
from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec

Headers = list[tuple[str, str]]

_JSON = ("Content-Type", "application/json")
_FRESH = ("Cache-Control", "no-store")
# How long browsers may remember what they are allowed to send: some keep it for a day, some for two hours.
_PREFLIGHT_SECONDS = "86400"
_SENT_HEADERS = "authorization, content-type, content-encoding, x-retry-count, anonymousid"
# Nothing else goes back into a header: what the client says is not to be trusted.
_WRITTEN_ORIGIN = re.compile(r"null|[a-z][a-z0-9+.-]{0,30}://[A-Za-z0-9.:\[\]_-]{1,255}")


class Answer(NamedTuple):
    """A status line, headers and a body, as WSGI wants them."""

    status: str
    headers: Headers
    body: list[bytes]


class Refused(Exception):  # noqa: N818 (the answer to a call, said to its program)
    """The call is not taken; `answer` says why."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        super().__init__(answer.status)


def json_answer(status: str, told: Any, *headers: tuple[str, str]) -> Answer:
    """An answer in JSON."""
    return Answer(status, [_JSON, _FRESH, *headers], [msgspec.json.encode(told)])


# Read by programs and those who write them, never in a page: no catalogue has these sentences.
def _refusal(status: str, code: str, message: str, *headers: tuple[str, str]) -> Answer:
    return json_answer(status, {"success": False, "code": code, "message": message}, *headers)


TAKEN = json_answer("200 OK", {"success": True})
NO_OBJECT = _refusal("400 Bad Request", "invalid_json", "The body must be one JSON object.")
NO_BATCH = _refusal("400 Bad Request", "no_batch", "A batch needs a list named batch.")
PACKED_WRONGLY = _refusal(
    "400 Bad Request",
    "invalid_encoding",
    "The body is not what its Content-Encoding says; gzip is understood.",
)
NO_KEY = _refusal(
    "401 Unauthorized",
    "no_write_key",
    "Send a write key: as the user of Basic authorization, or as writeKey.",
)
UNKNOWN_KEY = _refusal(
    "401 Unauthorized", "unknown_write_key", "No source has this write key. See Settings, Sources."
)
OTHER_ORIGIN = _refusal(
    "403 Forbidden",
    "origin_not_allowed",
    "The source takes nothing from this site. Add its origin to the source.",
)
SWITCHED_OFF = _refusal("404 Not Found", "source_off", "The source is switched off.")
NOT_HERE = _refusal("404 Not Found", "not_found", "There is nothing at this path.")
ONLY_POST = _refusal(
    "405 Method Not Allowed", "only_post", "Send this with POST.", ("Allow", "POST, OPTIONS")
)
ONLY_GET = _refusal("405 Method Not Allowed", "only_get", "Ask for this with GET.", ("Allow", "GET, OPTIONS"))
TOO_LARGE = _refusal("413 Content Too Large", "too_large", "A body has at most 4 MB, unpacked.")
TOO_MANY = _refusal("413 Content Too Large", "too_many_events", "A batch has at most 2,500 events.")
UNAVAILABLE = _refusal(
    "503 Service Unavailable", "unavailable", "Nothing was kept. Send it again.", ("Retry-After", "5")
)
FULL = _refusal(
    "507 Insufficient Storage", "disk_full", "Nothing was kept: the disk is full.", ("Retry-After", "30")
)
DOT = Answer(
    "200 OK",
    [("Content-Type", "image/gif"), ("Cache-Control", "no-store, max-age=0")],
    [b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")],
)
PREFLIGHT = Answer(
    "204 No Content",
    [
        ("Access-Control-Allow-Methods", "GET, POST, OPTIONS"),
        ("Access-Control-Allow-Headers", _SENT_HEADERS),
        ("Access-Control-Max-Age", _PREFLIGHT_SECONDS),
    ],
    [],
)


def for_origin(headers: Headers, origin: str) -> Sequence[tuple[str, str]]:
    """The headers, and those by which a browser lets the page at that origin read the answer.

    Every origin may: the answers hold no secrets, and no cookie counts here. What a source takes from whom is
    decided on the call itself.
    """
    if not _WRITTEN_ORIGIN.fullmatch(origin):
        return headers
    return [
        *headers,
        ("Access-Control-Allow-Origin", origin),
        ("Access-Control-Allow-Credentials", "true"),
        ("Vary", "Origin"),
    ]
