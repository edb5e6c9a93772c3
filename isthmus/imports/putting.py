"""Putting what a person chose for columns back into a recipe's data."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from isthmus.imports.editing import (
    CLOSED,
    ENDS,
    NEW,
    Data,
    Given,
    SectionTable,
    column_of,
    columns_of,
    flat,
    made_up,
    nested,
    placeholder,
    sections_of,
)
from isthmus.imports.recipe.kinds import KINDS


def put_section(
    data: Data,
    number: int,
    *,
    what: str,
    key: str,
    columns: Sequence[Given],
    owner: Mapping[str, Any] | None,
    always: Mapping[str, str] = MappingProxyType({}),
) -> None:
    """Put what a person chose for a section back into the recipe's data, and into those that follow it.

    `always`: fields that are the same for every row.
    """
    section = data["rows"][number]
    old = next(table for table in sections_of(data) if table.number == number)
    same_kind = section["what"] == what
    known = flat(section.get("fields", {})) if same_kind else {}
    section["what"] = what
    shown = {one.column for one in columns}
    fields: dict[str, Any] = {
        name: how
        for name, how in known.items()
        if column_of(how) not in shown or name not in old.chosen.values()
    }
    closing = [name for name in CLOSED if same_kind and name in old.needs and name not in known]
    ended: dict[str, Any] = {}  # when deals closed: told by the sections that follow
    _put_columns(columns, old, known, what, fields, dict.fromkeys(closing, ended))
    if owner is not None and isinstance(fields.get("owner"), str | dict):
        fields["owner"] = {"column": column_of(fields["owner"]) or "", **owner}
    for name, value in always.items():
        place = ended if name in closing else fields
        if name not in place or not columns_of(place[name]):
            is_time = KINDS[what].fields.get(name) in ("moment", "day")
            place[name] = {"value": value} | ({"format": "%Y-%m-%d"} if is_time else {})
    for name in KINDS[what].required:
        fields.setdefault(name, {"value": made_up(what, name)})
    # In the order that they had: of two fields of one column the page shows the first.
    section["fields"] = nested({name: fields[name] for name in known if name in fields} | fields)
    _put_key(section, key, columns)
    if same_kind:
        formats = {one.column: one.format for one in columns}
        for later in old.later:
            _follow(data["rows"][later], section, formats, ended)
    else:  # Other rows than before: what the deals among them came to is no matter now.
        section.pop("where", None)
        data["rows"] = [one for at, one in enumerate(data["rows"]) if at not in old.later]


def _put_columns(
    columns: Sequence[Given],
    old: SectionTable,
    known: Mapping[str, Any],
    what: str,
    fields: dict[str, Any],
    elsewhere: Mapping[str, dict[str, Any]],
) -> None:
    """Each column's choice into `fields`, or where else its field is told."""
    for one in columns:
        name = _new_name(one, fields, known) if one.field.startswith(NEW) else one.field
        if not name or not _is_of(what, name):
            continue
        if name in elsewhere:
            elsewhere[name][name] = _expression(one, name, None)
            continue
        if fields.get(name) == {"value": placeholder(what, name)}:
            del fields[name]
        how = known.get(name) if old.chosen.get(one.column) == name else None
        fields[name] = _joined(fields.get(name), _expression(one, name, how))


def _put_key(section: dict[str, Any], key: str, columns: Sequence[Given]) -> None:
    if not KINDS[section["what"]].needs_key:
        section.pop("key", None)
    elif key:
        section["key"] = key
    elif "key" not in section and columns:
        section["key"] = columns[0].column


def _follow(
    section: dict[str, Any], first: Mapping[str, Any], formats: Mapping[str, str], ended: Mapping[str, Any]
) -> None:
    own = {name: how for name, how in flat(section.get("fields", {})).items() if name in ENDS}
    for name, how in own.items():
        if name in ended and how == {"value": placeholder("deal", name)}:
            own[name] = ended[name]
            continue
        column = column_of(how)
        if name.endswith("_at") and column is not None and column in formats:
            rest = dict(how) if isinstance(how, dict) else {}
            rest.pop("format", None)
            wanted = {**rest, "column": column} | ({"format": formats[column]} if formats[column] else {})
            own[name] = column if set(wanted) == {"column"} else wanted
    shared = {name: how for name, how in flat(first.get("fields", {})).items() if name not in ENDS}
    section["fields"] = nested({**shared, **own})
    if "key" in first:
        section["key"] = first["key"]


def _is_of(what: str, name: str) -> bool:
    part, dot, _key = name.partition(".")
    return part in (KINDS[what].custom or {}) if dot else name in KINDS[what].fields


def _expression(one: Given, name: str, how: Any) -> Any:
    """The expression of a column: what the recipe had for it stays, with the format that was chosen."""
    made: dict[str, Any] = dict(how) if isinstance(how, dict) else {}
    made.pop("first", None)
    made["column"] = one.column
    made.pop("format", None)
    if one.format:
        made["format"] = one.format
    if one.field.startswith(NEW):
        made["create"] = {"type": one.type, "kind": one.kind, "label": one.label or one.column}
    if name == "owner" and "match" not in made and how is None:  # A recipe's own owners go by their key.
        made["match"] = "email"
    return one.column if set(made) == {"column"} else made


def _joined(before: Any, now: Any) -> Any:
    """Two columns for one field: the first of them that is filled."""
    columns = columns_of(before) if before is not None else []
    if not columns:
        return now
    every = list(dict.fromkeys([*columns, *columns_of(now)]))
    rest = (
        {key: value for key, value in before.items() if key != "column"} if isinstance(before, dict) else {}
    )
    return {**rest, "first": every}


def _new_name(one: Given, fields: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    part = one.field.removeprefix(NEW)
    word = re.sub(r"[^a-z0-9]+", "_", (one.label or one.column).lower()).strip("_")[:36] or "field"
    word = word if word[0].isalpha() else f"f_{word}"
    name, number = f"{part}.{word}", 2
    while name in fields or name in known:
        name, number = f"{part}.{word}_{number}", number + 1
    return name
