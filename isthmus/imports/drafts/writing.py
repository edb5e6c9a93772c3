"""A draft as the text of a recipe."""

import glob
from collections.abc import Iterable
from typing import TYPE_CHECKING

from isthmus.imports.drafts.toml import listed, quoted
from isthmus.imports.recipe.kinds import KINDS

if TYPE_CHECKING:
    from isthmus.imports.drafting import Draft, FileDraft

_ENDED = {"won_at", "won_amount", "lost_at", "lost_reason", "stage", "stage_since"}


def write_recipe(draft: "Draft", name: str, namespace: str) -> str:
    """The recipe: its head, its inputs, a section for what each file's rows are."""
    parts = ["[recipe]", f"name = {quoted(name)}", f"namespace = {quoted(namespace)}", ""]
    for one in draft.files:
        parts += [*_input(one), ""]
    stages = [stage for one in draft.files if one.ends for stage in one.ends.open]
    if stages:
        parts += [
            "[pipeline]",
            f"name = {quoted(name[:60])}",
            f"stages = {listed(dict.fromkeys(stages))}",
            "",
        ]
    for one in sorted(draft.files, key=lambda each: KINDS[each.what].order):
        for section in _sections(one):
            parts += [*section, ""]
    return "\n".join(parts).rstrip() + "\n"


def _input(one: "FileDraft") -> Iterable[str]:
    look = one.look
    yield f"[inputs.{one.input}]"
    yield f"file = {quoted(glob.escape(look.name))}"
    if look.sheet:
        yield f"sheet = {quoted(look.sheet)}"
    if look.format in ("xlsx", "parquet"):
        yield f"format = {quoted(look.format)}"
    else:
        yield f"separator = {quoted(look.delimiter)}"
    if not look.has_header:
        yield f"columns = {listed(column.name for column in look.columns)}"
    if look.decimal != ".":
        yield f"decimal = {quoted(look.decimal)}"
    if look.thousands:
        yield f"thousands = {quoted(look.thousands)}"
    if dates := file_dates(one):
        yield f"dates = {listed(dates)}"
    if look.empty:
        yield f"empty = {listed(look.empty)}"


def file_dates(one: "FileDraft") -> list[str]:
    """The patterns of a file's times; of two that differ only in day and month, the commoner."""
    patterns: list[str] = []
    for column in sorted(one.look.columns, key=lambda each: bool(each.doubts)):
        for pattern in column.day_formats:
            turned = pattern.translate(str.maketrans("dm", "md"))
            if pattern not in patterns and (turned not in patterns or pattern == "iso"):
                patterns.append(pattern)
    return [] if patterns in ([], ["iso"]) else patterns


def _sections(one: "FileDraft") -> Iterable[list[str]]:
    ends = one.ends
    if ends is None or not (ends.won or ends.lost):
        extra = {"stage": quoted(ends.column)} if ends else {}
        yield _section(one, extra, ())
        return
    if ends.open:
        yield _section(one, {"stage": quoted(ends.column)}, ends.open)
    when = (
        quoted(ends.close_column)
        if ends.close_column
        else next(field.expression for field in one.fields if field.field == "opened_at")
    )
    if ends.won:
        yield _section(one, {"won_at": when}, ends.won)
    if ends.lost:
        reason = next((field.expression for field in one.fields if field.field == "lost_reason"), "")
        yield _section(one, {"lost_at": when, "lost_reason": reason or '{ value = "other" }'}, ends.lost)


def _section(one: "FileDraft", extra: dict[str, str], stages: Iterable[str]) -> list[str]:
    lines = ["[[rows]]", f"what = {quoted(one.what)}", f"from = {quoted(one.input)}"]
    if one.key:
        lines.append(f"key = {quoted(one.key[0]) if len(one.key) == 1 else listed(one.key)}")
    if stages := list(stages):
        assert one.ends
        lines.append(f"where = {{ {quoted(one.ends.column)} = {listed(stages)} }}")
    lines += ["", "[rows.fields]"]
    fields = {field.field: field.expression for field in one.fields}
    if one.what == "deal" and (one.ends or extra):
        fields = {name: text for name, text in fields.items() if name not in _ENDED}
        if extra.keys() & {"won_at", "lost_at"}:
            fields.pop("expected_close_on", None)
    fields |= extra
    lines += [f"{name} = {text}" for name, text in fields.items()]
    lines += [f"custom.{custom.key} = {custom.expression}" for custom in one.custom]
    return lines
