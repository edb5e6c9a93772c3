"""Visitors without an id of their own: a hash for the day, of what their browser says anyway.

The address that a call comes from goes into the hash and is forgotten with the call.
"""

import hashlib
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from isthmus.collect.receiving.salts import day_of, destroy_old_salts, salt_of

_DAY_US = 86_400_000_000
_HASH_BYTES = 16
_LONGEST_AGENT = 500


class Visitors:
    """Hashes under the salt of the day, which is read once a day."""

    def __init__(self) -> None:
        self._today: tuple[int, bytes] = (-1, b"")

    def hash_of(self, environ: dict[str, Any], *, site: str, at_us: int) -> str:
        """The day's hash of the browser behind a call, in hex. Raises OSError when no salt can be made."""
        day, salt = self._today
        if day != at_us // _DAY_US:
            day, salt = self._begin_day(at_us)
        told = (client_address(environ), environ.get("HTTP_USER_AGENT", ""), site)
        text = "\0".join(told).encode(errors="replace")
        return hashlib.blake2b(text, key=salt, digest_size=_HASH_BYTES).hexdigest()

    def _begin_day(self, at_us: int) -> tuple[int, bytes]:
        salt = salt_of(day_of(at_us))
        self._today = (at_us // _DAY_US, salt)
        destroy_old_salts(day_of(at_us))
        return self._today


def client_address(environ: dict[str, Any]) -> str:
    """Where a call comes from: what our own proxies say (ISTHMUS_PROXIES of them), else who connected.

    Each proxy adds at the end whom it heard; what stands further left may be made up by the client.
    """
    proxies: int = settings.AXES_IPWARE_PROXY_COUNT or 0
    if proxies and (forwarded := environ.get("HTTP_X_FORWARDED_FOR")):
        heard = forwarded.split(",")
        return str(heard[max(len(heard) - proxies, 0)]).strip()
    return str(environ.get("REMOTE_ADDR", ""))


def agent_of(environ: dict[str, Any]) -> str:
    """What the browser calls itself."""
    return str(environ.get("HTTP_USER_AGENT", "")[:_LONGEST_AGENT]).encode(errors="replace").decode()


def origin_host(environ: dict[str, Any]) -> str:
    """The site whose page made the call, as its browser says; empty when it does not."""
    return _host_of(environ.get("HTTP_ORIGIN") or environ.get("HTTP_REFERER") or "")


def site_of(host: str, source: int) -> str:
    """Within which site a visitor is one: `www.` is the same site."""
    return host.removeprefix("www.") or f"source {source}"


@lru_cache(1024)
def _host_of(url: str) -> str:
    try:
        return (urlsplit(url[:2000]).hostname or "")[:255].encode(errors="replace").decode()
    except ValueError:
        return ""
