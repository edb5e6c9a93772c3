"""Walking the resolver, trying an address, and telling whether anything changed."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from isthmus.core.commands import registry
from tests.own_scope.world import NEEDLES

# Rows that any request may write: they are about the reader, not about records.
_ABOUT_THE_READER = {"Session", "AccessAttempt", "AccessLog", "AccessFailureLog", "ApiKey", "Notification"}
# Identifiers of facts and batches, and the microseconds of an instant.
_BY_LOT = re.compile(r"\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b|(?<=:\d\d)\.\d{1,6}")


def every_route(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """Every address pattern of the product, as the tables write it."""
    for one in (resolver or get_resolver()).url_patterns:
        written = before + str(one.pattern).lstrip("^").rstrip("$")
        if isinstance(one, URLResolver):
            yield from every_route(one, written)
        elif isinstance(one, URLPattern):
            yield _by_registry(written)


def _by_registry(route: str) -> str:
    """The routes that are made from the registry stand in the table as one."""
    for name in registry():
        for form in ("", "/bulk"):
            if route == f"api/v1/commands/{name}{form}":
                return f"api/v1/commands/<name>{form}"
    return route


def body_of(response: Any) -> str:
    """All that a reader gets: the body, streamed or not, and where it sends them."""
    raw = b"".join(response.streaming_content) if response.streaming else response.content
    return unescape(raw.decode("utf-8", "replace")) + response.headers.get("Location", "")


def leaks_in(text: str) -> list[str]:
    """The needles that stand in a text, what was drawn by lot left out: an id may hold any digits."""
    told = _BY_LOT.sub("", text)
    return [needle for needle in NEEDLES if needle in told]


def open_page(client: Client, address: str) -> tuple[int, str]:
    """What an address answers: the page, and the part of it that htmx fetches."""
    plain = client.get(address)
    status, text = plain.status_code, body_of(plain)
    if not address.startswith(("/api/", "/explore/")):
        text += body_of(client.get(address, headers={"HX-Request": "true"}))
    return status, text


_last: list[Any] = [None, ""]


def everything() -> str:
    """Every row of every model as text: two of these are equal when nothing was changed between them.

    SQLite counts the rows that a connection wrote. While that number stands, the last text holds.
    """
    written = connection.connection.total_changes if connection.vendor == "sqlite" else None
    if written is None or _last[0] != (connection.connection, written):
        _last[:] = (connection.connection, written), _all_rows()
    return str(_last[1])


def _all_rows() -> str:
    rows: dict[str, Any] = {}
    for model in apps.get_models():
        if model.__name__ not in _ABOUT_THE_READER:
            rows[model._meta.label] = list(model._base_manager.order_by("pk").values(*_columns(model)))
    return json.dumps(rows, cls=_Plain, sort_keys=True)


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


class _Plain(DjangoJSONEncoder):
    def default(self, o: Any) -> Any:
        return bytes(o).hex() if isinstance(o, bytes | memoryview) else super().default(o)
