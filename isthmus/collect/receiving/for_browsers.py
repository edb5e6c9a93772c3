"""What programs in browsers ask for before they send: the settings of their source, in the forms they know."""

from typing import Any

from django.conf import settings

from isthmus.collect.receiving.keys import Sender

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
