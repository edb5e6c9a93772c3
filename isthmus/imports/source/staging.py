"""Staging: a file's rows as numbered Parquet, so that joins need no memory; what is no row as CSV."""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from isthmus.imports.recipe.model import Input
from isthmus.imports.source.decoding import (
    FileUnreadable,
    check_workbook,
    kind_of,
    look_at,
    no_such_file,
    separator_of,
)
from isthmus.imports.source.limits import MAX_COLUMNS
from isthmus.imports.source.reading import TextFile, Unread, checked_columns
from isthmus.imports.source.workbook import SheetFile

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 20_000
BATCH_LETTERS = 16 << 20  # of a batch, so that wide rows take no more memory than narrow ones
MOST_UNREAD = 10_000  # rows, when nearly all are: then the file is not what it seems
ROW = "__row"  # the number of the row in its file, from 1
LINE = "__line"  # the line on which it begins


@dataclass(frozen=True)
class Source:
    """A file that was looked at: what it is, how it is written, which columns it has."""

    input: Input
    path: Path
    kind: str
    sha256: str
    size: int
    columns: tuple[str, ...]
    text: TextFile | SheetFile | None = None
    notice: str = ""


def open_source(given: Input, path: Path) -> Source:
    """Look at a file. Raises FileUnreadable with a sentence when it cannot be what the recipe says."""
    if not path.is_file():
        raise no_such_file(path)
    kind = kind_of(path, given.format)
    look = look_at(path, is_text=kind in ("csv", "tsv"))
    if kind == "xlsx":
        check_workbook(path)
        sheet = SheetFile(path, given.format.sheet, given.format.decimal, given.columns)
        return Source(given, path, kind, look.sha256, look.size, sheet.columns(), sheet)
    if kind == "parquet":
        return Source(given, path, kind, look.sha256, look.size, parquet_columns(path))
    encoding = given.format.encoding or look.encoding
    text = TextFile(path, encoding, separator_of(path, encoding, kind, given.format), given.columns)
    notice = ""
    if look.mixed and not given.format.encoding:
        notice = _(
            "%(file)s mixes two encodings. It is read as UTF-8; rows written otherwise are refused with "
            "their reason."
        ) % {"file": path.name}
    if look.guessed and not given.format.encoding:
        notice = _(
            "%(file)s is not UTF-8; it is read as cp1252 (Western European). If letters look wrong, "
            "give its encoding in the recipe."
        ) % {"file": path.name}
    return Source(given, path, kind, look.sha256, look.size, text.columns(), text, notice)


def stage(source: Source, folder: Path, on_rows: Callable[[int], None]) -> None:
    """Write `<input>.parquet`, and `<input>.unread.csv` for what is no row: whole or not at all."""
    target = staged_path(folder, source.input.name)
    if target.exists():
        return
    draft = target.with_suffix(".draft")
    if source.text is None:
        _stage_parquet(source, draft, on_rows)
    else:
        _stage_text(source, source.text, draft, unread_path(folder, source.input.name), on_rows)
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    os.rename(draft, target)


def staged_path(folder: Path, name: str) -> Path:
    """Where the rows of an input are staged."""
    return folder / f"{name}.parquet"


def unread_path(folder: Path, name: str) -> Path:
    """Where the stretches of an input that are no rows are kept."""
    return folder / f"{name}.unread.csv"


def parquet_columns(path: Path) -> tuple[str, ...]:
    """The names of a Parquet file's columns. Raises FileUnreadable when it is none, or has too many."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        names = tuple(pq.read_schema(path).names)
    except (pa.ArrowException, OSError):
        raise FileUnreadable(_("%(file)s is not a whole Parquet file.") % {"file": path.name}) from None
    if len(names) > MAX_COLUMNS:
        checked_columns(path.name, names)
    return names


def _stage_parquet(source: Source, draft: Path, on_rows: Callable[[int], None]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(source.path)
    schema = pa.schema(
        [pa.field(ROW, pa.int64()), pa.field(LINE, pa.int64()), *file.schema_arrow.remove_metadata()]
    )
    number = 0
    with pq.ParquetWriter(draft, schema, compression="zstd") as writer:
        for batch in file.iter_batches(BATCH):
            numbers = pa.array(range(number + 1, number + 1 + batch.num_rows), pa.int64())
            writer.write_batch(pa.RecordBatch.from_arrays([numbers, numbers, *batch.columns], schema=schema))
            number += batch.num_rows
            on_rows(batch.num_rows)


def _stage_text(
    source: Source, text: TextFile | SheetFile, draft: Path, unread: Path, on_rows: Callable[[int], None]
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    numbers = [pa.field(ROW, pa.int64()), pa.field(LINE, pa.int64())]
    schema = pa.schema([*numbers, *(pa.field(name, pa.string()) for name in source.columns)])
    with (
        pq.ParquetWriter(draft, schema, compression="zstd") as writer,
        unread.open("w", encoding="utf-8", newline="") as bad,
    ):
        bad_rows = csv.writer(bad)
        for first, batch in _batches(text.rows(), bad_rows, source):
            writer.write_batch(_record_batch(first, batch, schema, source.input.format.empty))
            on_rows(len(batch))


def _batches(
    rows: Iterator[tuple[int, Sequence[str]] | Unread], bad_rows: Any, source: Source
) -> Iterator[tuple[int, list[tuple[int, Sequence[str]]]]]:
    width, unread = len(source.columns), 0
    batch: list[tuple[int, Sequence[str]]] = []
    number, letters = 0, 0
    for row in rows:
        if isinstance(row, Unread):
            unread += 1
            if unread > MOST_UNREAD and unread > 10 * (number + len(batch)):
                raise _no_table(source, row)
            cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
            surplus = "".join(f" “{cell[:60]}”" for cell in row.cells[width:])
            bad_rows.writerow(
                [*cells, row.line, "", row.reason + (_(" Left over:") + surplus if surplus else "")]
            )
            continue
        batch.append(row)
        letters += sum(map(len, row[1])) + width
        if len(batch) == BATCH or letters > BATCH_LETTERS:
            yield number + 1, batch
            number, batch, letters = number + len(batch), [], 0
    if batch:
        yield number + 1, batch


def _no_table(source: Source, last: Unread) -> FileUnreadable:
    return FileUnreadable(
        _("Nearly no row of %(file)s can be read; the last tried was line %(line)s: %(reason)s")
        % {"file": source.path.name, "line": last.line, "reason": last.reason}
    )


def _record_batch(
    first: int, rows: list[tuple[int, Sequence[str]]], schema: "pa.Schema", empty: tuple[str, ...]
) -> "pa.RecordBatch":
    import pyarrow as pa

    nothing = {"", *empty}
    numbers = pa.array(range(first, first + len(rows)), pa.int64())
    lines = pa.array([line for line, _cells in rows], pa.int64())
    columns = [
        pa.array([None if (cell := value.strip()) in nothing else cell for value in column], pa.string())
        for column in zip(*(cells for _line, cells in rows), strict=True)
    ]
    return pa.RecordBatch.from_arrays([numbers, lines, *columns], schema=schema)
