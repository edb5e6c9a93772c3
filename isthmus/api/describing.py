"""The OpenAPI description of acts, made from the registry's types."""

import inspect
import types
import typing
from collections.abc import Mapping
from typing import Any

from django.db import models
from pydantic import BaseModel

from isthmus.api.arguments import meaning
from isthmus.api.shapes import SHAPES
from isthmus.core.commands import BULK_CHUNK, Command

_VERSIONED = frozenset({"person_id", "account_id", "deal_id", "lead_id"})
REF = "#/components/schemas/{model}"
IDEMPOTENCY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    "description": (
        "The same key with the same body gives the first answer again (header Idempotent-Replay: true) "
        "and acts once. Another body under the key is 422. Refusals are not kept. Answers are kept 7 days."
    ),
}
_AT = {
    "type": "string",
    "format": "date-time",
    "description": "When it happened, with a zone. Now, where it is left out.",
}

_VERSION = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string", "pattern": '^"?[0-9]{1,9}"?$'},
    "description": "The version (ETag) that was read: 409 `version_moved` when somebody changed it since.",
}

# Schemas that the acts name, moved into the document's components by `openapi`.
components: dict[str, Any] = {
    "Refusal": {
        "type": "object",
        "required": ["code", "message"],
        "properties": {
            "code": {"type": "string"},
            "message": {"type": "string"},
            "errors": {"type": "object", "additionalProperties": {"type": "string"}},
        },
    },
}


def act(entry: Command) -> dict[str, Any]:
    """The operation of one command."""
    return {
        "operationId": entry.name,
        "description": _said_of(entry),
        "parameters": [
            IDEMPOTENCY,
            *([_VERSION] if _VERSIONED & set(entry.input_model.model_fields) else []),
        ],
        "requestBody": json_content(_input(entry), required=bool(_required(entry))),
        "responses": {"200": {"description": "Done.", **json_content(_answer(_result(entry)))}},
        "x-permission": entry.permission,
        "x-undo": entry.undo,
    }


def bulk(entry: Command) -> dict[str, Any]:
    """The operation of a command's bulk form."""
    rows = {"type": "array", "minItems": 1, "maxItems": BULK_CHUNK, "items": _input(entry)}
    body = {
        "type": "object",
        "required": ["rows"],
        "additionalProperties": False,
        "properties": {"rows": rows, "at": _AT},
    }
    outcome = {
        "type": "object",
        "properties": {"result": _result(entry), "refusal": {"$ref": REF.format(model="Refusal")}},
    }
    shown = _answer(None)
    shown["properties"] |= {
        "done": {"type": "integer"},
        "refused": {"type": "integer"},
        "rows": {"type": "array", "items": outcome},
    }
    return {
        "operationId": f"{entry.name}_bulk",
        "description": f"{_said_of(entry)}\n\nEach row is done or refused by itself, in its place.",
        "parameters": [IDEMPOTENCY],
        "requestBody": json_content(body, required=True),
        "responses": {"200": {"description": "Each row's outcome.", **json_content(shown)}},
        "x-permission": entry.permission,
    }


def undo() -> dict[str, Any]:
    """The operation that takes an act back."""
    return {
        "parameters": [IDEMPOTENCY],
        "responses": {"200": {"description": "Taken back.", **json_content(_answer({}))}},
    }


def _said_of(entry: Command) -> str:
    rest = inspect.getdoc(entry.function) or ""
    undone = f" It can be undone (by {entry.undo})." if entry.undo else ""
    return f"{rest}\n\nNeeds the right `{entry.permission}`.{undone}"


def _required(entry: Command) -> list[str]:
    return [name for name, field in entry.input_model.model_fields.items() if field.is_required()]


def _input(entry: Command) -> dict[str, Any]:
    schema = component(entry.input_model)
    properties = components[entry.input_model.__name__].setdefault("properties", {})
    for name, property_schema in properties.items():
        property_schema.setdefault("description", meaning(name))
    properties["at"] = _AT
    return schema


def _result(entry: Command) -> dict[str, Any]:
    returned = typing.get_type_hints(entry.function).get("return")
    is_union = typing.get_origin(returned) in (types.UnionType, typing.Union)
    parts = typing.get_args(returned) if is_union else (returned,)
    shapes = [SHAPES[part] for part in parts if isinstance(part, type) and issubclass(part, models.Model)]
    schemas = [component(shape) for shape in shapes]
    return (
        schemas[0] if len(schemas) == 1 else {"anyOf": schemas} if schemas else {"type": ["object", "null"]}
    )


def _answer(result: Mapping[str, Any] | None) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "command": {"type": "string"},
        "batch": {"type": ["string", "null"], "format": "uuid", "description": "Undo the act by this."},
        "facts": {"type": "integer"},
        "undo": {"type": "boolean", "description": "Whether the act can be undone."},
    }
    if result is not None:
        properties["result"] = {
            "description": "The public fields, or type and id alone where the row is out of reach.",
            "anyOf": [result, {"type": ["object", "null"]}] if result else [{"type": ["object", "null"]}],
        }
    return {"type": "object", "properties": properties}


def component(model: type[BaseModel]) -> dict[str, Any]:
    """A reference to the model's schema, which is put among the components."""
    name = model.__name__
    if name not in components:
        mode: typing.Literal["validation", "serialization"] = (
            "validation" if name.endswith("Input") else "serialization"
        )
        schema = model.model_json_schema(ref_template=REF, mode=mode)
        components.update(schema.pop("$defs", {}))
        components[name] = schema
    return {"$ref": REF.format(model=name)}


def json_content(schema: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The content of a body that is JSON of this schema."""
    return {"content": {"application/json": {"schema": schema}}, **more}
