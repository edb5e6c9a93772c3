"""Custom fields for columns that no field takes: their type, and whether they may identify. Pure."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from isthmus.imports.drafts.toml import inline, quoted
from isthmus.imports.drafts.words import YES, plain
from isthmus.imports.looking import Look, LookedColumn

FEW, SHORT = 20, 40  # different values, and letters of each, of a choice
_PLAIN_FLAGS = {"true", "yes", "1", "on", "false", "no", "0", "off"}


@dataclass(frozen=True)
class NewCustom:
    """A custom field to make."""

    key: str
    column: str
    type: str
    kind: str  # identifying, unless its values are few, short and shared
    expression: str  # as the recipe has it


def new_custom(column: LookedColumn, look: Look, taken: Collection[str]) -> NewCustom:
    """The field for a column."""
    type_ = _type(column, look)
    kind = "analytic" if type_ in ("choice", "flag") else "identifying"
    create = inline({"type": type_, "kind": kind, "label": column.name[:80]})
    parts = [f"column = {quoted(column.name)}"]
    if type_ == "date" and column.day_format:
        parts.append(f"format = {quoted(column.day_format)}")
    if type_ == "number" and (column.decimal == "," or column.thousands or column.kind == "money"):
        parts.append("scale = 1")  # Reads it as a number, by the file's marks.
    if type_ == "flag" and not {one.lower() for one in column.values} <= _PLAIN_FLAGS:
        words = {one: "true" if one.lower() in YES else "false" for one in column.values}
        parts.append(f"map = {inline(words)}")
    return NewCustom(
        _key(column.name, taken),
        column.name,
        type_,
        kind,
        f"{{ {', '.join([*parts, f'create = {create}'])} }}",
    )


def _type(column: LookedColumn, look: Look) -> str:
    if column.kind in ("number", "money"):
        same = not column.decimal or (
            column.decimal == look.decimal and column.thousands in ("", " ", look.thousands)
        )
        return "number" if same and not column.doubts else "text"
    if column.kind in ("day", "time"):
        return "date" if len(column.day_formats) == 1 and not column.doubts else "text"
    if column.kind == "flag":
        return "flag"
    rows = look.rows * column.filled
    is_shared = 0 < len(column.values) <= FEW and rows >= 3 * len(column.values)
    if column.kind == "text" and is_shared and column.longest <= SHORT:
        return "choice"
    return "text"


def _key(name: str, taken: Collection[str]) -> str:
    letters = re.sub(r"[^a-z0-9]+", "_", plain(name)).strip("_")
    key = (letters if letters[:1].isalpha() else f"field_{letters}".rstrip("_"))[:36].rstrip("_")
    at = 2
    found = key
    while found in taken:
        found, at = f"{key}_{at}", at + 1
    return found
