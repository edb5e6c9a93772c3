"""The OpenAPI description of attached files."""

from typing import Any

from isthmus.api.describing import IDEMPOTENCY, json_content

_KIND = {
    "in": "query",
    "name": "kind",
    "required": True,
    "schema": {"type": "string", "enum": ["account", "deal", "lead", "person"]},
    "description": "What the record is.",
}
_RECORD = {
    "in": "query",
    "name": "record_id",
    "required": True,
    "schema": {"type": "integer", "minimum": 1},
    "description": "The number of the record.",
}
_NAME = {
    "in": "query",
    "name": "name",
    "required": True,
    "schema": {"type": "string", "minLength": 1},
    "description": "What the file is called.",
}
_FILE = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "name": {"type": "string"},
        "type": {"type": "string", "description": "As its bytes say."},
        "bytes": {"type": "integer"},
        "author": {"type": ["integer", "null"]},
        "added_at": {"type": "string", "format": "date-time"},
    },
}
_FILES = {"type": "object", "properties": {"data": {"type": "array", "items": _FILE}}}
_DONE = {
    "type": "object",
    "properties": {
        "command": {"type": "string"},
        "batch": {"type": "string"},
        "facts": {"type": "integer"},
        "undo": {"type": "boolean"},
        "result": {"type": "object"},
    },
}
_BYTES = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}

OPERATIONS: dict[str, dict[str, Any]] = {
    "listing": {
        "operationId": "list_files",
        "summary": "List the files of one record, the newest first",
        "description": "For everybody who may see the record.",
        "extra": {
            "parameters": [_KIND, _RECORD],
            "responses": {"200": {"description": "Found.", **json_content(_FILES)}},
        },
    },
    "bring": {
        "operationId": "bring_file",
        "summary": "Attach a file, the body of the call, to a record; or bring it for a mail",
        "description": (
            "Needs the right `files.edit`. The body is the file itself; it is taken once. Without kind and "
            "record_id it belongs to nothing yet: `send_mail` takes the answer's result among its files, "
            "within a day."
        ),
        "extra": {
            "parameters": [
                {**_KIND, "required": False},
                {**_RECORD, "required": False},
                _NAME,
                IDEMPOTENCY,
            ],
            "requestBody": {"required": True, "content": _BYTES},
            "responses": {"200": {"description": "Attached.", **json_content(_DONE)}},
        },
    },
    "content": {
        "operationId": "get_file",
        "summary": "The bytes of one file",
        "description": "For everybody who may see its record.",
        "extra": {"responses": {"200": {"description": "The file.", "content": _BYTES}}},
    },
}
