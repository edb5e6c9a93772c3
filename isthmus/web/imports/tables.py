"""The table of an import's columns: each file with what was found in it and what the recipe makes of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest
from django.utils.translation import gettext as _

from isthmus.imports.editing import (
    NEW,
    SectionTable,
    read_data,
    sections_of,
)
from isthmus.imports.looking import look
from isthmus.imports.models import ImportRun
from isthmus.imports.planning import match_files
from isthmus.imports.recipe import read_recipe
from isthmus.imports.recipe.kinds import KINDS
from isthmus.imports.remembering import Brought, SeenColumn, remember, seen_files
from isthmus.imports.uploads import path_of
from isthmus.web.access import actor_of
from isthmus.web.imports import deals, orders, owners
from isthmus.web.imports.owners import OwnerRow
from isthmus.web.imports.words import PARTS, field_groups, field_name, what_name

TIMES = ("moment", "day")


@dataclass(frozen=True)
class ColumnRow:
    """One column of the table."""

    at: int
    column: SeenColumn
    chosen: str
    format: str
    new: Mapping[str, str]
    used_in: str = ""
    is_time: bool = False  # then it is asked how its days are written

    @property
    def filled_share(self) -> float:
        """How many of its cells are filled, 0 to 1."""
        return self.column.filled


@dataclass(frozen=True)
class Need:
    """A field that every row must have and that no column tells yet."""

    field: str
    label: str
    is_time: bool
    is_reference: bool  # the same for every row makes no sense of it


@dataclass
class SectionForm:
    """One section as the page asks for it."""

    table: SectionTable
    brought: Brought
    rows: Sequence[ColumnRow]
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    parts: Sequence[tuple[str, str]]
    keys: Sequence[str]
    made: Sequence[tuple[str, str]]
    owner_column: str = ""
    owners: Sequence[OwnerRow] = field(default_factory=list)
    needed: Sequence[Need] = ()
    ends: Sequence[str] = ()
    pipelines: Sequence[tuple[str, str]] = ()
    pipeline: str = ""
    is_again: bool = False  # its file makes something else in a section before it
    paid: str = ""  # of orders: whether they count as paid when they are placed; empty: it is told otherwise

    @property
    def title(self) -> str:
        """The file's name, and what it makes here where it makes something else before."""
        name = self.brought.seen.name
        return f"{name}: {what_name(self.table.what)}" if self.is_again else name

    @property
    def prefix(self) -> str:
        """What its fields' names begin with."""
        return f"s{self.table.number}"

    @property
    def needs_key(self) -> bool:
        """Whether a column must tell its records apart."""
        return KINDS[self.table.what].needs_key


def section_forms(run: ImportRun, request: HttpRequest) -> list[SectionForm]:
    """The sections of a run's recipe as the page asks for them."""
    files = _files(run)
    data = read_data(run.recipe_text)
    forms: list[SectionForm] = []
    for table in sections_of(data):
        if table.source in files:
            form = _form(table, files[table.source], request)
            if table.what == "deal":
                form.ends, form.pipelines = deals.ends(data, table), deals.pipelines(data)
                form.pipeline = str(data.get("pipeline", {}).get("name", ""))
            form.is_again = any(one.table.source == table.source for one in forms)
            if table.what in orders.KINDS:
                form.paid = orders.counted(data, table)
            forms.append(form)
    return forms


def _form(table: SectionTable, brought: Brought, request: HttpRequest) -> SectionForm:
    seen = brought.seen
    groups = [(head, list(options)) for head, options in field_groups(table.what)]
    here = {name for _head, options in groups for name, _label in options}
    rows = []
    for at, column in enumerate(seen.columns):
        chosen = table.chosen.get(column.name, "")
        if chosen and chosen not in here:  # A field that the import makes.
            label = table.new.get(column.name, {}).get("label") or field_name(table.what, chosen)
            groups[-1][1].append((chosen, _("%(label)s (new)") % {"label": label}))
            here.add(chosen)
        new = table.new.get(column.name, {})
        made_of = [field_name(table.what, one.field) for one in table.made if f"{{{column.name}" in one.how]
        format_ = table.formats.get(column.name, "")
        is_time = (
            bool(format_) or column.kind in ("day", "time") or KINDS[table.what].fields.get(chosen) in TIMES
        )
        rows.append(ColumnRow(at, column, chosen, format_, new, ", ".join(made_of), is_time))
    parts = [
        (NEW + part, _("New field: %(part)s…") % {"part": str(PARTS[part]).lower()})
        for part, model in (KINDS[table.what].custom or {}).items()
        if model and actor_of(request).allows("settings.edit")
    ]
    made = [(field_name(table.what, one.field), one.how) for one in table.made]
    owner_column = next((column for column, name in table.chosen.items() if name == "owner"), "")
    # Owners that the recipe knows by their key come with it, or are made by it: nobody need be asked.
    by_key = table.owner is not None and "match" not in table.owner
    found = owners.rows_of(brought, owner_column, table.owner or {}) if owner_column and not by_key else []
    keys = [column.name for column in seen.columns]
    needed = [_need(table.what, name) for name in table.needs]
    return SectionForm(table, brought, rows, groups, parts, keys, made, owner_column, found, needed)


def _need(what: str, name: str) -> Need:
    kind = KINDS[what].fields[name]
    return Need(name, field_name(what, name), kind in TIMES, kind.startswith("->"))


def _files(run: ImportRun) -> dict[str, Brought]:
    """Input -> the file that was brought for it and what was seen in it."""
    uploads = {path_of(one): one for one in run.uploads.order_by("pk")}
    seen = {one.name: one for one in seen_files(run)}
    if any(one.name not in seen for one in uploads.values()):
        remember(run, {one.name: look(path, one.name) for path, one in uploads.items()})
        seen = {one.name: one for one in seen_files(run)}
    names = {path: one.name for path, one in uploads.items()}
    matched = match_files(read_recipe(run.recipe_text), list(uploads), names)
    return {given.name: Brought(given, uploads[path], seen[names[path]]) for given, path in matched}
