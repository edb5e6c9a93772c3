"""A floor for the collector: the same web server, each call read whole and answered alike, nothing kept."""

from collections.abc import Callable, Iterable
from typing import Any

_ANSWER = b'{"success":true}'
_HEADERS = [("Content-Type", "application/json"), ("Content-Length", str(len(_ANSWER)))]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Take a call's body and answer."""
    environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    start_response("200 OK", _HEADERS)
    return [_ANSWER]
