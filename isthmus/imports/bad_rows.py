"""The file of rows that were not brought in: their own columns, the line, the section and the reason."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from isthmus.imports.models import BadRow, ImportRun
from isthmus.imports.source.staging import ROW, Source, staged_path, unread_path
from isthmus.imports.values import text_of

ADDED = ("line", "section", "reason")
_BATCH = 5000


def write_bad_rows(run: ImportRun, source: Source, folder: Path, target: Path) -> int:
    """Write the bad rows of one input; how many lines. Without any, no file is written."""
    unread = unread_path(folder, source.input.name)
    has_unread = unread.exists() and unread.stat().st_size > 0
    refused = BadRow.objects.filter(run=run, input=source.input.name)
    if not has_unread and not refused.exists():
        return 0
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".draft")
    count = 0
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*source.columns, *ADDED])
        if has_unread:
            with unread.open(encoding="utf-8", newline="") as kept:
                for row in csv.reader(kept):
                    writer.writerow(row)
                    count += 1
        for row in _refused_rows(run, source, folder):
            writer.writerow(row)
            count += 1
    draft.replace(target)
    return count


def count_unread(folder: Path, name: str) -> int:
    """How many stretches of an input are no rows."""
    path = unread_path(folder, name)
    if not path.exists():
        return 0
    with path.open(encoding="utf-8", newline="") as file:
        return sum(1 for _row in csv.reader(file))


def _refused_rows(run: ImportRun, source: Source, folder: Path) -> Iterator[list[Any]]:
    """The refused rows with their cells: two streams in the order of rows, walked side by side."""
    staged = _staged_rows(folder, source.input.name)
    number, line, cells = 0, 0, []
    for bad in BadRow.objects.filter(run=run, input=source.input.name).order_by("row", "pk").iterator(_BATCH):
        while number < bad.row:
            number, line, *cells = next(staged)
        yield [*(text_of(cell) for cell in cells), line, bad.section, bad.reason]


def _staged_rows(folder: Path, name: str) -> Iterator[tuple[Any, ...]]:
    import pyarrow.parquet as pq

    file = pq.ParquetFile(staged_path(folder, name))
    assert file.schema_arrow.names[0] == ROW
    for batch in file.iter_batches(_BATCH):
        yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)
