"""The OpenAPI description of reads, made from the table of resources."""

from typing import Any

from isthmus.api.describing import component, json_content
from isthmus.api.filters import Filter
from isthmus.api.paging import DEFAULT, LARGEST
from isthmus.api.resources import Resource
from isthmus.api.shapes import AccountShape, DealShape, LeadShape, PersonShape, Shape

_AFTER = {
    "in": "query",
    "name": "after",
    "required": False,
    "schema": {"type": "string"},
    "description": "The `next` of the page before.",
}
_LIMIT = {
    "in": "query",
    "name": "limit",
    "required": False,
    "schema": {"type": "integer", "minimum": 1, "maximum": LARGEST, "default": DEFAULT},
    "description": "How many a page holds at most.",
}
_NEXT = {"type": ["string", "null"], "description": "Give it as `after`; null at the end."}


def listing(resource: Resource) -> dict[str, Any]:
    """The list of a resource."""
    orders = [order for field in resource.sorts for order in (field, f"-{field}")]
    sort = {"in": "query", "name": "sort", "required": False, "schema": {"type": "string", "enum": orders}}
    parameters = [_parameter(name, one) for name, one in resource.filters_all.items()]
    custom = ""
    if resource.custom:
        custom = f" Custom fields filter as `custom.<key>=value`; see /fields?of={resource.custom}."
    return _operation(
        resource.name,
        f"list_{resource.name}",
        f"List {resource.name}",
        f"{_needs(resource)} Several values of one filter mean any of them.{custom}",
        {
            "parameters": [*parameters, sort, _AFTER, _LIMIT],
            "responses": _ok(_page(_ref(resource.shape))),
        },
    )


def detail(resource: Resource) -> dict[str, Any]:
    """One record of a resource."""
    return _operation(
        resource.name,
        f"get_{resource.shape.word}",
        f"Read one {resource.shape.word.replace('_', ' ')}",
        f"{_needs(resource)} One that is out of reach looks like one that is not there.",
        {"responses": _ok(_ref(resource.shape))},
    )


def timeline(resource: Resource) -> dict[str, Any]:
    """What happened with one record."""
    told = {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "kind": {"type": "string", "examples": ["lead.captured"]},
            "at": {"type": "string", "format": "date-time"},
            "actor": {"type": "object"},
            "amount": {"type": ["string", "null"]},
            "currency": {"type": ["string", "null"]},
            "visit": {"type": "object", "description": "Of what a site told: page, referrer, tags."},
            "properties": {"type": "object", "description": "Analytic values of the fact."},
            "texts": {"type": "object", "description": "Personal texts of the fact; null once erased."},
        },
    }
    return _operation(
        resource.name,
        f"timeline_of_{resource.shape.word}",
        f"Everything that happened with one {resource.shape.word}, the newest first",
        f"{_needs(resource)} Facts of leads, deals and orders out of reach are left out.",
        {"parameters": [_AFTER, _LIMIT], "responses": _ok(_page(told))},
    )


def search() -> dict[str, Any]:
    """Search."""
    text = {"in": "query", "name": "q", "required": True, "schema": {"type": "string", "minLength": 2}}
    groups: dict[str, type[Shape]] = {
        "people": PersonShape,
        "accounts": AccountShape,
        "deals": DealShape,
        "leads": LeadShape,
    }
    properties = {name: {"type": "array", "items": _ref(shape)} for name, shape in groups.items()}
    return _operation(
        "search",
        "search",
        "Find people, accounts, deals and leads",
        "By the beginning of words of a name, an e-mail, a phone number or a company.",
        {"parameters": [text], "responses": _ok({"type": "object", "properties": properties})},
    )


def _parameter(name: str, one: Filter) -> dict[str, Any]:
    value: dict[str, Any] = {"type": "string"}
    if one.kind == "choice":
        value["enum"] = list(one.choices)
    elif one.kind == "number":
        value["pattern"] = "^([0-9]{1,19}|none)$"
    elif one.kind == "flag":
        value["enum"] = ["true", "false"]
    many = one.kind not in ("since", "until", "search")
    return {
        "in": "query",
        "name": name,
        "required": False,
        "schema": {"type": "array", "items": value} if many else value,
        **({"style": "form", "explode": True} if many else {}),
        **({"description": one.meaning} if one.meaning else {}),
    }


def _needs(resource: Resource) -> str:
    return (
        f"Needs the right `{resource.permission}`."
        if resource.permission
        else "For everybody who works here."
    )


def _ref(shape: type[Shape]) -> dict[str, Any]:
    return component(shape)


def _page(item: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": ["data", "next"],
        "properties": {"data": {"type": "array", "items": item}, "next": _NEXT},
    }


def _ok(schema: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "Found.", **json_content(schema)}}


def _operation(
    tag: str, operation_id: str, summary: str, description: str, extra: dict[str, Any]
) -> dict[str, Any]:
    return {
        "tag": tag,
        "operationId": operation_id,
        "summary": summary,
        "description": description.strip(),
        "extra": extra,
    }
