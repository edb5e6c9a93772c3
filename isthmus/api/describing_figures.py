"""The OpenAPI description of figures."""

from typing import Any

from isthmus.api.describing import json_content
from isthmus.core.window import NAMES

_NUMBER = {"type": ["number", "string", "null"], "description": "Amounts of money are exact, as text."}
_FIGURE = {
    "type": "object",
    "properties": {
        "keys": {"type": "object", "description": "The group, by dimension."},
        "labels": {"type": "array", "items": {"type": "string"}},
        "value": _NUMBER,
        "low": {**_NUMBER, "description": "The lower end of the 95 % interval, where there is one."},
        "high": {**_NUMBER, "description": "The upper end of the 95 % interval, where there is one."},
        "n": {"type": "integer", "description": "How many rows were counted."},
        "numerator": _NUMBER,
        "denominator": _NUMBER,
        "quantiles": {"type": "object"},
    },
}


def _query(name: str, description: str, **schema: Any) -> dict[str, Any]:
    return {
        "in": "query",
        "name": name,
        "required": False,
        "schema": schema or {"type": "string"},
        "description": description,
    }


_SHARED = [
    _query("since", "The first day, in the company's zone.", type="string", format="date"),
    _query("until", "The first day outside.", type="string", format="date"),
    _query("window", "A window by its name, instead of days.", type="string", enum=list(NAMES)),
    _query(
        "where",
        "A condition like channel=paid_search, size>=50 or owner= (not stated). Repeat for more.",
        type="array",
        items={"type": "string"},
    ),
    _query(
        "anchor",
        "Dates a row by what happened (event) or by its lead's capture (lead); the metric's own otherwise.",
        type="string",
        enum=["event", "lead"],
    ),
    _query("as_of", "What had happened by this day or time, as known now."),
    _query("known_on", "What was known on this day or time."),
]


def listing() -> dict[str, Any]:
    """The catalogue."""
    names = {"type": "object", "properties": {"name": {"type": "string"}, "label": {"type": "string"}}}
    schema = {
        "type": "object",
        "properties": {
            "metrics": {"type": "array", "items": names},
            "dimensions": {"type": "array", "items": names},
        },
    }
    return {
        "operationId": "list_metrics",
        "summary": "Every metric with its definition, and every dimension",
        "description": "Needs the right `metrics.view`.",
        "extra": {"responses": _ok(schema)},
    }


def figure() -> dict[str, Any]:
    """One metric."""
    schema = {
        "type": "object",
        "properties": {
            "metric": {"type": "string"},
            "sentence": {"type": "string"},
            "unit": {"type": "string"},
            "currency": {"type": ["string", "null"]},
            "rows": {"type": "array", "items": _FIGURE},
            "total": _FIGURE,
            "notes": {"type": "array", "items": {"type": "string"}},
            "sql": {"type": "string", "description": "The query behind the figure."},
        },
    }
    asked = [
        _query(
            "by",
            "Dimensions to split by, at most as the metric allows.",
            type="array",
            items={"type": "string"},
        ),
        *_SHARED,
        _query("order", "A dimension, value or n; “-” before it for falling."),
        _query("limit", "How many groups at most.", type="integer", minimum=1, maximum=10_000),
    ]
    return {
        "operationId": "read_metric",
        "summary": "One number, by any dimensions, in a window",
        "description": (
            "Counts what the caller may see. Where the records cannot carry the figure the answer is 409 "
            "`cannot_be_known`, with the counts in its sentence. Needs the right `metrics.view`."
        ),
        "extra": {"parameters": asked, "responses": _ok(schema)},
    }


def rows() -> dict[str, Any]:
    """The rows behind a metric."""
    row = {
        "type": "object",
        "properties": {
            "fact_id": {"type": "string"},
            "kind": {"type": "string"},
            "at": {"type": "string", "format": "date-time"},
            "lead_id": {"type": ["integer", "null"]},
            "deal_id": {"type": ["integer", "null"]},
            "order_id": {"type": ["integer", "null"]},
            "worth": _NUMBER,
        },
    }
    schema = {
        "type": "object",
        "required": ["data", "next"],
        "properties": {
            "data": {"type": "array", "items": row},
            "next": {"type": ["string", "null"]},
            "unit": {"type": "string"},
            "currency": {"type": ["string", "null"]},
        },
    }
    paging = [
        _query("limit", "How many rows a page holds.", type="integer", minimum=1, maximum=200),
        _query("after", "The `next` of the page before."),
    ]
    return {
        "operationId": "read_metric_rows",
        "summary": "The rows behind a number, the newest first",
        "description": "For one group's rows, filter by its keys. Needs the right `metrics.view`.",
        "extra": {"parameters": [*_SHARED, *paging], "responses": _ok(schema)},
    }


def _ok(schema: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "Found.", **json_content(schema)}}
