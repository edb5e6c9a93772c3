"""The page that people read the API on: every act and every read, from the document that programs read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Argument:
    """One input of an address."""

    name: str
    kind: str
    required: bool
    meaning: str


@dataclass(frozen=True)
class Address:
    """One method and path with what it takes."""

    method: str
    path: str
    summary: str
    description: str
    arguments: list[Argument]


def page(request: HttpRequest, document: Mapping[str, Any]) -> HttpResponse:
    """The documentation of the API as one page."""
    groups: dict[str, list[Address]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_address(document, path, method, operation))
    context = {"groups": [(_title(name), name, addresses) for name, addresses in groups.items()]}
    return render(request, "api/docs.html", context)


def _title(tag: str) -> str:
    titles = {
        "handoff": _("The crossing"),
        "sales": _("Acts of sales"),
        "marketing": _("Acts of marketing"),
        "workspace": _("Acts of the workspace"),
        "imports": _("Acts of imports"),
        "metrics": _("Figures"),
    }
    return titles.get(tag) or tag.replace("_", " ").capitalize()


def _address(document: Mapping[str, Any], path: str, method: str, operation: Mapping[str, Any]) -> Address:
    asked = [
        Argument(one["name"], _kind(one["schema"]), one.get("required", False), one.get("description", ""))
        for one in operation.get("parameters", ())
        if one["in"] != "header"
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    schema = _resolved(document, body)
    required = schema.get("required", ())
    asked += [
        Argument(name, _kind(_resolved(document, one)), name in required, one.get("description", ""))
        for name, one in schema.get("properties", {}).items()
    ]
    return Address(method.upper(), path, operation["summary"], operation.get("description", ""), asked)


def _resolved(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" in schema:
        found: Mapping[str, Any] = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
        return found
    return schema


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return ", ".join(map(str, schema["enum"]))
    if "anyOf" in schema:
        return _either(schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    kind = schema.get("type", "")
    if kind == "array":
        return _("list of %(kind)s") % {"kind": _kind(schema.get("items", {})) or _("anything")}
    return str(schema.get("format") or kind)


def _either(schemas: Iterable[Mapping[str, Any]]) -> str:
    kinds = [_kind(schema) for schema in schemas if schema.get("type") != "null"]
    return " / ".join(dict.fromkeys(kind for kind in kinds if kind))
