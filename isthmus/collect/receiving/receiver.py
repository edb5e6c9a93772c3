"""The application itself: which path is what, who sends, and onto the disk with it."""

import errno
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from isthmus.collect.receiving import answers
from isthmus.collect.receiving.answers import Answer, Refused, for_origin, json_answer
from isthmus.collect.receiving.bodies import Envelope, read_body, read_envelope
from isthmus.collect.receiving.for_browsers import rudder_settings, script, segment_settings
from isthmus.collect.receiving.keys import Keys, Sender, SourcesUnknown, named_key
from isthmus.collect.receiving.pixel import read_pixel
from isthmus.collect.receiving.visitors import Visitors, agent_of, origin_host, site_of
from isthmus.ledger.segments import writer
from isthmus.ledger.segments.frames import Batch

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
Environ = dict[str, Any]
Act = Callable[[Environ], Answer]

EVENTS = ("identify", "track", "page", "screen", "group", "alias")
_SHORT = {name[0]: name for name in EVENTS}
_PIXEL, _PROJECTS = "/v1/pixel/", "/v1/projects/"
_OURS = ("/v1/", "/beacon/v1/", "/sourceConfig")
_FULL = (errno.ENOSPC, errno.EDQUOT)


class Receiver:
    """Answers the collector's paths; everything else goes on to the application behind it."""

    def __init__(self, otherwise: Application) -> None:
        self._otherwise = otherwise
        self._keys = Keys()
        self._visitors = Visitors()
        self._acts: dict[str, Act] = {
            "/v1/m": _discard,
            "/sourceConfig": self._tell_rudder,
            "/isthmus.js": _give_script,
        }
        for name in ("batch", "b", "import"):
            self._acts[f"/v1/{name}"] = partial(self._collect, "batch", many=True)
        self._acts["/beacon/v1/batch"] = self._acts["/v1/batch"]
        for name in EVENTS:
            self._acts[f"/v1/{name}"] = self._acts[f"/v1/{name[0]}"] = partial(
                self._collect, name, many=False
            )

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a call, or hand it on."""
        path: str = environ["PATH_INFO"]
        act = self._acts.get(path) or self._seldom(path)
        if act is None:
            return self._otherwise(environ, start_response)
        origin: str = environ.get("HTTP_ORIGIN", "")
        try:
            answer = answers.PREFLIGHT if environ["REQUEST_METHOD"] == "OPTIONS" else act(environ)
        except Refused as refused:
            answer = refused.answer
        start_response(answer.status, for_origin(answer.headers, origin) if origin else answer.headers)
        return answer.body

    def _seldom(self, path: str) -> Act | None:
        """What is at a path that is not in the list; None when the path is not the collector's."""
        if not path.startswith(_OURS):
            return None
        if path.startswith(_PIXEL):
            return partial(self._show_dot, path.removeprefix(_PIXEL).rstrip("/"))
        if path.startswith(_PROJECTS):
            key, _, rest = path.removeprefix(_PROJECTS).partition("/")
            return partial(self._tell_segment, key) if rest.rstrip("/") == "settings" else _nothing
        return self._acts.get(path.rstrip("/"), _nothing)

    def _collect(self, endpoint: str, environ: Environ, *, many: bool) -> Answer:
        """Take a call's events: when this answers 200 they are on the disk."""
        if environ["REQUEST_METHOD"] != "POST":
            raise Refused(answers.ONLY_POST)
        envelope = read_envelope(read_body(environ), many=many)
        sender = self._sender(named_key(environ, envelope.key))
        if sender.origins and not _is_allowed(environ.get("HTTP_ORIGIN", ""), sender.origins):
            raise Refused(answers.OTHER_ORIGIN)
        if envelope.count:
            self._keep(endpoint, envelope, sender, environ, in_browser=sender.is_site)
        return answers.TAKEN

    def _show_dot(self, method: str, environ: Environ) -> Answer:
        """Take the event in a picture's address. Whatever is wrong, the picture comes: people see it."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            raise Refused(answers.ONLY_GET)
        endpoint = _SHORT.get(method, method)
        if endpoint in EVENTS:
            envelope = read_pixel(environ.get("QUERY_STRING", ""))
            try:
                sender = self._sender(named_key(environ, envelope.key))
                self._keep(endpoint, envelope, sender, environ, in_browser=True)
            except Refused:
                return answers.DOT
        return answers.DOT

    def _keep(
        self, endpoint: str, envelope: Envelope, sender: Sender, environ: Environ, *, in_browser: bool
    ) -> None:
        at_us = time.time_ns() // 1_000
        host = origin_host(environ)
        agent = visitor = ""
        try:
            if in_browser:  # A server's program and address say nothing of the person it tells of.
                agent = agent_of(environ)
                visitor = self._visitors.hash_of(environ, site=site_of(host, sender.pk), at_us=at_us)
            writer.append(
                Batch(sender.pk, at_us, endpoint, agent, visitor, host, envelope.body, envelope.count)
            )
        except writer.SegmentFull:
            raise Refused(answers.FULL) from None
        except writer.SegmentFailed:
            raise Refused(answers.UNAVAILABLE) from None
        except OSError as error:  # The day's salt could not be written.
            full = error.errno in _FULL
            raise Refused(answers.FULL if full else answers.UNAVAILABLE) from None

    def _sender(self, key: str, *, off_too: bool = False) -> Sender:
        if not key:
            raise Refused(answers.NO_KEY)
        try:
            sender = self._keys.sender(key)
        except SourcesUnknown:
            raise Refused(answers.UNAVAILABLE) from None
        if sender is None:
            raise Refused(answers.UNKNOWN_KEY)
        if not (sender.is_on or off_too):
            raise Refused(answers.SWITCHED_OFF)
        return sender

    def _tell_segment(self, key: str, environ: Environ) -> Answer:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            raise Refused(answers.ONLY_GET)
        self._sender(key)
        return json_answer("200 OK", segment_settings(key, environ))

    def _tell_rudder(self, environ: Environ) -> Answer:
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            raise Refused(answers.ONLY_GET)
        key = named_key(environ, "")
        return json_answer("200 OK", rudder_settings(key, self._sender(key, off_too=True), environ))


def _is_allowed(origin: str, origins: tuple[str, ...]) -> bool:
    """Whether a page of that origin may send. Who names none is no browser, and could name any."""
    origin = origin.lower()
    return not origin or any(origin == one or ("//*." in one and _is_below(origin, one)) for one in origins)


def _is_below(origin: str, wildcard: str) -> bool:
    scheme, _, domain = wildcard.partition("*")
    return origin.startswith(scheme) and origin.endswith(domain)


def _discard(environ: Environ) -> Answer:
    """Figures that programs tell of themselves: read, so that the connection can go on, and forgotten."""
    read_body(environ)
    return answers.TAKEN


def _give_script(environ: Environ) -> Answer:
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
        raise Refused(answers.ONLY_GET)
    return script(environ)


def _nothing(environ: Environ) -> Answer:
    raise Refused(answers.NOT_HERE)
