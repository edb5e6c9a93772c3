"""Writing a recipe's data as TOML, so that what the browser edits is what people write."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def write_toml(data: Mapping[str, Any]) -> str:
    """The text of a recipe's data; reading it gives the same data."""
    lines: list[str] = []
    _table(data, "", lines)
    return "\n".join(lines).strip() + "\n"


def _table(data: Mapping[str, Any], path: str, lines: list[str]) -> None:
    plain = {name: value for name, value in data.items() if not _is_own_table(path, name, value)}
    for name, value in plain.items():
        lines.append(f"{_name(name)} = {_value(value)}")
    for name, value in data.items():
        if name in plain:
            continue
        below = f"{path}.{_name(name)}" if path else _name(name)
        for one in value if isinstance(value, Sequence) else [value]:
            lines += ["", f"[[{below}]]" if isinstance(value, Sequence) else f"[{below}]"]
            _table(one, below, lines)


def _is_own_table(path: str, name: str, value: Any) -> bool:
    """Whether a value is written as a table with a heading: sections and inputs, and the fields of rows."""
    if isinstance(value, list):
        return not path and bool(value) and all(isinstance(one, Mapping) for one in value)
    if not isinstance(value, Mapping):
        return False
    return (
        not path
        or path == "inputs"
        or (path == "rows" and name in ("fields", "where"))
        or (path == "rows.fields" and (name == "custom" or name.endswith("_custom") or name == "props"))
    )


def _name(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping):
        inner = ", ".join(f"{_name(name)} = {_value(one)}" for name, one in value.items())
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(one) for one in value)}]"
    return _text(str(value))


def _text(text: str) -> str:
    # JSON's escapes are TOML's; what JSON leaves as it is and TOML forbids is the delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
