"""Write keys: which call bears which, and whose it is, as known in this process for a few seconds."""

import threading
import time
from base64 import b64decode
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import parse_qs

from django.db import Error, connection

from isthmus.collect.models import Source
from isthmus.core.clock import now

# A key that is removed counts for so long; a new one is looked for at once, though not more often than this.
KNOWN_SECONDS, LOOK_AGAIN_SECONDS = 3.0, 0.5
_LONGEST_KEY = 200


class Sender(NamedTuple):
    """A source as a call needs it."""

    pk: int
    name: str
    is_site: bool
    is_on: bool
    origins: tuple[str, ...]


class SourcesUnknown(Exception):  # noqa: N818 (the caller answers 503)
    """The database did not answer yet, so nobody knows whose keys there are."""


class Keys:
    """Every source by its write key. A call costs no SQL; while the database is away what was read counts."""

    def __init__(self) -> None:
        self._senders: dict[str, Sender] | None = None
        self._looked_at = 0.0
        self._looking = threading.Lock()

    def sender(self, key: str) -> Sender | None:
        """Whose key that is, or None. Raises SourcesUnknown."""
        senders = self._current()
        if key not in senders and time.monotonic() > self._looked_at + LOOK_AGAIN_SECONDS:
            senders = self._look(older_than=LOOK_AGAIN_SECONDS)
        return senders.get(key)

    def _current(self) -> dict[str, Sender]:
        if self._senders is None or time.monotonic() > self._looked_at + KNOWN_SECONDS:
            return self._look(older_than=KNOWN_SECONDS)
        return self._senders

    def _look(self, *, older_than: float) -> dict[str, Sender]:
        # While one looks the others go on with what was known, if anything was.
        if self._senders is not None and self._looking.locked() and older_than == KNOWN_SECONDS:
            return self._senders
        with self._looking:
            if self._senders is None or time.monotonic() > self._looked_at + older_than:
                try:
                    self._senders = _read()
                except Error:
                    if self._senders is None:
                        raise SourcesUnknown from None
                self._looked_at = time.monotonic()
            return self._senders


def _read() -> dict[str, Sender]:
    had = connection.connection is not None
    try:
        senders: dict[str, Sender] = {}
        at = now()
        for row in Source.objects.filter(removed_at=None):
            sender = Sender(
                row.pk, row.name, row.kind == Source.Kind.SITE, row.off_since is None, tuple(row.origins)
            )
            senders[row.write_key] = sender
            if row.former_key and row.former_until and row.former_until > at:
                senders[row.former_key] = sender
        return senders
    finally:
        if not had:  # Any thread may be the one that looks: not each shall keep a connection.
            connection.close()


def named_key(environ: dict[str, Any], in_body: str) -> str:
    """The write key that a call bears: of Basic authorization, else of its body, else of its query."""
    given = environ.get("HTTP_AUTHORIZATION", "")
    if given and (key := _basic_user(given)):
        return key
    if in_body:
        return in_body[: _LONGEST_KEY + 1]
    query: str = environ.get("QUERY_STRING", "")
    if "writeKey=" not in query:
        return ""
    return parse_qs(query, errors="replace").get("writeKey", [""])[0]


@lru_cache(1024)
def _basic_user(given: str) -> str:
    kind, _, packed = given.partition(" ")
    if kind.lower() != "basic" or len(packed) > 1000:
        return ""
    try:
        return b64decode(packed.strip(), validate=True).decode().partition(":")[0]
    except ValueError:
        return ""
