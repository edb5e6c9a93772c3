"""Staging: a file's rows as numbered Parquet, so that joins need no memory; what is no row as CSV."""

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from isthmus.imports.recipe.model import Input
from isthmus.imports.source.decoding import FileUnreadable, kind_of, look_at, no_such_file, separator_of
from isthmus.imports.source.reading import TextFile, Unread

if TYPE_CHECKING:
    import pyarrow as pa

BATCH = 20_000
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
    text: TextFile | None = None
    notice: str = ""


def open_source(given: Input, path: Path) -> Source:
    """Look at a file. Raises FileUnreadable with a sentence when it cannot be what the recipe says."""
    if not path.is_file():
        raise no_such_file(path)
    kind = kind_of(path, given.format)
    look = look_at(path, is_text=kind != "parquet")
    if kind == "parquet":
        return Source(given, path, kind, look.sha256, look.size, _parquet_columns(path))
    encoding = given.format.encoding or look.encoding
    text = TextFile(path, encoding, separator_of(path, encoding, kind, given.format), given.columns)
    notice = ""
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


def _parquet_columns(path: Path) -> tuple[str, ...]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return tuple(pq.read_schema(path).names)
    except pa.ArrowInvalid:
        raise FileUnreadable(_("%(file)s is not a whole Parquet file.") % {"file": path.name}) from None


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
    source: Source, text: TextFile, draft: Path, unread: Path, on_rows: Callable[[int], None]
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
        for first, batch in _batches(text.rows(), bad_rows, len(source.columns)):
            writer.write_batch(_record_batch(first, batch, schema, source.input.format.empty))
            on_rows(len(batch))


def _batches(
    rows: Iterator[tuple[int, Sequence[str]] | Unread], bad_rows: Any, width: int
) -> Iterator[tuple[int, list[tuple[int, Sequence[str]]]]]:
    number, batch = 0, []
    for row in rows:
        if isinstance(row, Unread):
            cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
            surplus = "".join(f" “{cell[:60]}”" for cell in row.cells[width:])
            bad_rows.writerow(
                [*cells, row.line, "", row.reason + (_(" Left over:") + surplus if surplus else "")]
            )
            continue
        batch.append(row)
        if len(batch) == BATCH:
            yield number + 1, batch
            number, batch = number + len(batch), []
    if batch:
        yield number + 1, batch


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
