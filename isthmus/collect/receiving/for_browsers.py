"""What browsers ask for before they send: our own script, or the settings of a source for others'."""

import gzip
import hashlib
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings

from isthmus.collect import script as own_script
from isthmus.collect.receiving.answers import Answer, Headers
from isthmus.collect.receiving.keys import Sender

_AN_HOUR = ("Cache-Control", "public, max-age=3600")
_NO_DESTINATIONS: list[Any] = []


def base_address(environ: dict[str, Any]) -> tuple[str, str]:
    """The scheme and host under which this is reached: as set, else as asked for."""
    if settings.PUBLIC_URL:
        scheme, _, host = settings.PUBLIC_URL.partition("://")
        return scheme, host
    scheme = str(environ.get("wsgi.url_scheme", "http"))
    return scheme, str(environ.get("HTTP_HOST") or environ.get("SERVER_NAME") or "localhost")


def segment_settings(key: str, environ: dict[str, Any]) -> dict[str, Any]:
    """Settings as analytics-next reads them: send to here, load nothing more."""
    scheme, host = base_address(environ)
    return {
        "integrations": {
            "Segment.io": {
                "apiKey": key,
                "apiHost": f"{host}/v1",
                "protocol": scheme,
                "unbundledIntegrations": [],
                "addBundledMetadata": False,
                "maybeBundledConfigIds": {},
                "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
            }
        },
        "plan": {
            "track": {"__default": {"enabled": True, "integrations": {}}},
            "identify": {"__default": {"enabled": True}},
            "group": {"__default": {"enabled": True}},
        },
        "edgeFunction": {},
        "analyticsNextEnabled": True,
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
        "legacyVideoPluginsEnabled": False,
        "remotePlugins": [],
    }


def rudder_settings(key: str, sender: Sender, environ: dict[str, Any]) -> dict[str, Any]:
    """Settings as Rudder's programs read them: a source that is on, and no destinations."""
    scheme, host = base_address(environ)
    return {
        "source": {
            "id": str(sender.pk),
            "name": sender.name,
            "writeKey": key,
            "enabled": sender.is_on,
            "config": {
                "statsCollection": {"errors": {"enabled": False}, "metrics": {"enabled": False}},
            },
            "destinations": _NO_DESTINATIONS,
            "dataplanes": {"default": {"url": f"{scheme}://{host}"}},
            "workspaceId": "isthmus",
        },
        "updatedAt": "2026-01-01T00:00:00.000Z",
        "isHosted": False,
    }


class _Script(NamedTuple):
    """Our own script, plain and packed, and the mark by which a browser knows that it has it."""

    plain: Answer
    packed: Answer
    kept: Answer
    mark: str


def script(environ: dict[str, Any]) -> Answer:
    """Our own script, or that the browser has it already."""
    ours = _script()
    if ours.mark in environ.get("HTTP_IF_NONE_MATCH", ""):
        return ours.kept
    return ours.packed if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else ours.plain


@cache
def _script() -> _Script:
    text = own_script.source()
    mark = hashlib.sha256(text).hexdigest()[:16]
    same: Headers = [_AN_HOUR, ("ETag", f'"{mark}"'), ("Vary", "Accept-Encoding")]
    typed = [("Content-Type", "text/javascript; charset=utf-8"), ("X-Content-Type-Options", "nosniff"), *same]
    return _Script(
        Answer("200 OK", typed, [text]),
        Answer("200 OK", [*typed, ("Content-Encoding", "gzip")], [gzip.compress(text, 9, mtime=0)]),
        Answer("304 Not Modified", same, []),
        mark,
    )
