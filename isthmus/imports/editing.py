"""A recipe as a table of columns: which column makes which field, read from its data and put back into it.

Fields made in other ways (by a template, always the same) are kept as the recipe has them. Sections that read
the same rows as the same kind (deals that are open, won, lost) are one table: the later follow the first.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from isthmus.imports.drafts.fields import MADE_UP
from isthmus.imports.recipe.kinds import KINDS
from isthmus.imports.toml import write_toml

# What is told by the section that a deal comes to: the later sections keep their own.
ENDS = ("stage", "stage_since", "won_at", "won_amount", "lost_at", "lost_reason", "expected_close_on")
CLOSED = ("won_at", "lost_at")  # of these must be known when
NEW = "new:"  # the choice "a new field of …" with the custom part that it becomes one of
Data = dict[str, Any]


@dataclass(frozen=True)
class Given:
    """What a person chose for one column: the field, how its days are written, and what a new field is."""

    column: str
    field: str = ""
    format: str = ""
    label: str = ""
    type: str = "text"
    kind: str = "identifying"


@dataclass(frozen=True)
class Made:
    """A field that is not simply one column: its name and how it is made, in words of the recipe."""

    field: str
    how: str


@dataclass
class SectionTable:
    """One [[rows]] section as the page shows it."""

    number: int
    what: str
    source: str
    key: str
    chosen: Mapping[str, str] = field(default_factory=dict)  # column -> field
    formats: Mapping[str, str] = field(default_factory=dict)  # column -> its own format of days
    new: Mapping[str, Mapping[str, str]] = field(
        default_factory=dict
    )  # column -> type, kind, label of a new field
    made: Sequence[Made] = ()
    owner: Mapping[str, Any] | None = None
    needs: Sequence[str] = ()  # fields that must be told and that no column tells yet
    later: Sequence[int] = ()  # the sections that follow this one


def read_data(text: str) -> Data:
    """The data of a recipe that was read before."""
    return tomllib.loads(text)


def text_of_data(data: Mapping[str, Any]) -> str:
    """The recipe's text."""
    return write_toml(data)


def sections_of(data: Mapping[str, Any]) -> list[SectionTable]:
    """The sections of a recipe as tables."""
    only = next(iter(data.get("inputs", {})), "rows")
    sections = [_section(number, one, only) for number, one in enumerate(data["rows"])]
    tables: dict[tuple[str, str], SectionTable] = {}
    for one in sections:
        first = tables.setdefault((one.source, one.what), one)
        # Of other kinds a second section says something of its own, such as who manages: it stays.
        if first is not one and one.what == "deal":
            first.later = [*first.later, one.number]
            first.needs = list(dict.fromkeys([*first.needs, *one.needs]))
    return list(tables.values())


def unchosen(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Fields that must be told and that a draft made up, with the kind of row: somebody must choose."""
    return [(table.what, name) for table in sections_of(data) for name in table.needs]


def made_up(what: str, name: str) -> str:
    """What stands in a draft for a field that must be told and that nothing tells."""
    kind = KINDS[what].fields[name]
    return MADE_UP["time" if kind in ("moment", "day") else "amount" if kind == "amount" else "text"]


def flat(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by name, custom ones as "custom.key"."""
    flat: dict[str, Any] = {}
    for name, how in fields.items():
        if _is_part(name):
            flat |= {f"{name}.{key}": one for key, one in how.items()}
        else:
            flat[name] = how
    return flat


def nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    """Fields as a recipe has them, from their names."""
    fields: dict[str, Any] = {}
    for name, how in flat.items():
        part, dot, key = name.partition(".")
        if dot:
            fields.setdefault(part, {})[key] = how
        else:
            fields[name] = how
    # TOML wants a table's own values before the tables below it.
    return {
        **{n: h for n, h in fields.items() if not _is_part(n)},
        **{n: h for n, h in fields.items() if _is_part(n)},
    }


def columns_of(how: Any) -> list[str]:
    """The columns of a field that is simply one column, or the first filled of several."""
    if isinstance(how, str):
        return [how]
    if isinstance(how.get("column"), str):
        return [how["column"]]
    first = how.get("first", [])
    return [first] if isinstance(first, str) else list(first)


def column_of(how: Any) -> str | None:
    """The column of a field, the first where several may fill it."""
    columns = columns_of(how)
    return columns[0] if columns else None


def _section(number: int, section: Mapping[str, Any], only: str) -> SectionTable:
    fields = flat(section.get("fields", {}))
    chosen: dict[str, str] = {}
    formats: dict[str, str] = {}
    new: dict[str, Mapping[str, str]] = {}
    made: list[Made] = []
    needs: list[str] = []
    for name, how in fields.items():
        columns = columns_of(how)
        if not columns and how == {"value": placeholder(section["what"], name)}:
            needs.append(name)
        elif not columns:
            made.append(Made(name, _in_words(how)))
        for column in columns:
            if column in chosen:  # One column may make several fields; the first of them is shown.
                continue
            chosen[column] = name
            if isinstance(how, dict):
                formats |= {column: how["format"]} if how.get("format") else {}
                new |= {column: how["create"]} if isinstance(how.get("create"), dict) else {}
    key = section.get("key", "")
    if isinstance(key, dict):
        key = key.get("columns", "")
    return SectionTable(
        number,
        section["what"],
        section.get("from", only),
        key if isinstance(key, str) else " + ".join(key),
        chosen,
        formats,
        new,
        made,
        fields.get("owner") if isinstance(fields.get("owner"), dict) else None,
        needs,
    )


def placeholder(what: str, name: str) -> str | None:
    """What would stand for a field if it was made up; None for one that need not be told."""
    is_needed = name in KINDS[what].required or name in CLOSED
    return made_up(what, name) if is_needed else None


def _is_part(name: str) -> bool:
    return name in ("custom", "person_custom", "company_custom", "props")


def _in_words(how: Mapping[str, Any]) -> str:
    return str(how.get("text") or how.get("value") or "")
