"""The first real rows as they would come in: what each field would be, and what is wrong with it."""

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from isthmus.core.actors import Actor
from isthmus.core.automations import Ahead, foreseeing
from isthmus.core.clock import now
from isthmus.core.refusals import Refusal
from isthmus.imports.chunks import Chunk, Group, Tally, bring_in_all_that_fits, group_rows
from isthmus.imports.mapping import Mapped, Reference, RowMap
from isthmus.imports.models import ImportRun
from isthmus.imports.planned import PlannedKeys
from isthmus.imports.planning import Plan
from isthmus.imports.preparing import company_zone, new_options, prepare
from isthmus.imports.recipe.model import Rows
from isthmus.imports.source.joining import Section, staging_engine
from isthmus.imports.source.reading import TextFile, Unread
from isthmus.imports.source.staging import Source, stage
from isthmus.imports.source.workbook import SheetFile

if TYPE_CHECKING:
    import duckdb

SHOWN = 8
ROWS_READ = 2000  # of each file: a preview must not wait for the whole


@dataclass
class Seen:
    """One row: its line, what would become of it, its values by field, and why it would be refused."""

    line: int
    state: str
    values: dict[str, Any] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)


@dataclass
class Sample:
    """The first rows of a section."""

    rows: Rows
    fields: list[str]
    seen: list[Seen]


def preview(plan: Plan, run: ImportRun, *, by: Actor, limit: int = SHOWN) -> list[Sample]:
    """The first rows of each section, each tried and taken back. Raises what refuses them all."""
    folder = settings.ISTHMUS_HOME / "imports" / "previews" / f"{time.time_ns():x}"
    folder.mkdir(parents=True)
    try:
        for source in plan.sources.values():
            stage(_head(source), folder, lambda _rows: None)
        return _samples(plan, run, by, folder, limit)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class _FirstRows(TextFile):
    """A file of which only the first rows are read."""

    def rows(self) -> Iterator[tuple[int, Sequence[str]] | Unread]:
        """Its first rows."""
        yield from islice(super().rows(), ROWS_READ)


class _FirstSheetRows(SheetFile):
    """A sheet of which only the first rows are read."""

    def rows(self, limit: int = 0) -> Iterator[tuple[int, Sequence[str]] | Unread]:
        """Its first rows."""
        yield from super().rows(limit or ROWS_READ)


def _head(source: Source) -> Source:
    """The same file, of which only the beginning is read. A Parquet file is quick enough as a whole."""
    text = source.text
    if isinstance(text, SheetFile):
        return replace(source, text=_FirstSheetRows(text.path, text.sheet, text.decimal, text.given_columns))
    if isinstance(text, TextFile):
        return replace(source, text=_FirstRows(text.path, text.encoding, text.separator, text.given_columns))
    return source


def _samples(plan: Plan, run: ImportRun, by: Actor, folder: Path, limit: int) -> list[Sample]:
    planned, zone = PlannedKeys(folder), company_zone(plan.recipe)
    samples: list[Sample] = []
    options: dict[tuple[int, str, str], list[str]] = {}
    with staging_engine(folder) as engine:
        sections = [plan.section(rows, folder) for rows in plan.recipe.rows]
        for section in sections:
            section.check_joins(engine)
            own = ZoneInfo(section.rows.format.zone or zone)
            options |= new_options(section.rows, section, engine, own)
        for section in sections:
            places = {column.name: at for at, column in enumerate(section.columns)}
            row_map = RowMap(section.rows, places, ZoneInfo(section.rows.format.zone or zone))
            stream = list(islice(section.stream(engine, 0, limit), limit))
            groups = list(group_rows(iter(stream)))
            lines = {row: line for _ordinal, row, line, *_cells in stream}
            seen = []
            for group in groups:
                chunk = Chunk(section.rows, row_map, [group], by, run.started_at, None, planned)
                seen.append(_tried(plan, chunk, options, by, lines[group.rows[0][0]], group))
            samples.append(Sample(section.rows, _fields(section.rows), seen))
            refused = {
                group.ordinal for group, one in zip(groups, seen, strict=True) if one.state == "refused"
            }
            planned.add_rows(section.rows.what, _read(section, row_map, engine, refused))
    return samples


def _read(
    section: Section, row_map: RowMap, engine: "duckdb.DuckDBPyConnection", refused: set[int]
) -> list[Mapped]:
    """The first rows of a section that come in: those of later ones may refer to them."""
    found: list[Mapped] = []
    for group in islice(group_rows(section.stream(engine, 0, ROWS_READ)), ROWS_READ):
        if group.ordinal in refused:
            continue
        try:
            found.append(row_map.read(group.rows[0][1]))
        except Refusal:
            continue  # It will not be there; whoever refers to it is told so.
    return found


def _tried(
    plan: Plan,
    chunk: Chunk,
    options: Mapping[tuple[int, str, str], Sequence[str]],
    by: Actor,
    line: int,
    group: Group,
) -> Seen:
    """One record brought in and taken back, in a transaction of its own: others wait for one only."""
    tally = Tally()
    with transaction.atomic(), foreseeing(Ahead()):
        chunk.pipeline_id = prepare(
            plan.recipe, {key: list(one) for key, one in options.items()}, by=by, at=now()
        )
        brought = bring_in_all_that_fits(chunk, tally)
        transaction.set_rollback(True)
    state = "refused" if tally.refused else "partial" if tally.partial else "new" if tally.new else "matched"
    reasons = list(dict.fromkeys(bad.reason for bad in brought.bad))
    return Seen(line, state, _values(chunk, group), reasons)


def _values(chunk: Chunk, group: Group) -> dict[str, Any]:
    try:
        mapped = chunk.row_map.read(group.rows[0][1])
    except Refusal:
        return {name: value for name, value in _raw(chunk.rows, chunk.row_map, group).items() if value}
    return _flat(mapped)


def _raw(rows: Rows, row_map: RowMap, group: Group) -> dict[str, Any]:
    """The cells themselves, of a row that cannot be read."""
    cells = group.rows[0][1]
    found: dict[str, Any] = {}
    for name, expression in rows.fields.items():
        found[name] = next((cells[row_map.places[one]] for one in expression.columns), None)
    for part, ones in rows.custom.items():
        for key, expression in ones.items():
            found[f"{part}.{key}"] = next((cells[row_map.places[one]] for one in expression.columns), None)
    return found


def _shown(reference: Reference) -> str:
    return reference.extras.get("name") or reference.word.partition(":")[2] or reference.word


def _flat(mapped: Mapped) -> dict[str, Any]:
    values = {
        name: _shown(value) if isinstance(value, Reference) else value
        for name, value in mapped.values.items()
    }
    for name in ("company_key", "person_key"):
        if name in values:
            values[name] = str(values[name]).partition(":")[2]
    for part, ones in mapped.custom.items():
        values |= {f"{part}.{key}": value for key, value in ones.items()}
    return values


def _fields(rows: Rows) -> list[str]:
    return [*rows.fields, *(f"{part}.{key}" for part, ones in rows.custom.items() for key in ones)]
