"""A bounded sample of a text file's rows: its start, places spread over its middle, its end."""

import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from isthmus.imports.source.decoding import error_handler
from isthmus.imports.source.reading import Unread, rows_of

WHOLE = 4 << 20  # bytes up to which a file is read whole
START, BLOCK, BLOCKS = 512 << 10, 64 << 10, 15
KEPT = 3_000  # rows


@dataclass(frozen=True)
class Sample:
    """Rows of a file, how many it has (exactly, or by their mean length), and what could not be read."""

    rows: Sequence[Sequence[str]]
    count: int
    is_exact: bool
    unread: Sequence[Unread] = ()


def sample_text(path: Path, encoding: str, separator: str, width: int, *, has_header: bool) -> Sample:
    """The rows that show how the file is written."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(WHOLE if size <= WHOLE else START)
        text = start.decode(encoding, error_handler(encoding))
        if size > WHOLE:
            text = _whole_lines(text, is_start=True)
        rows, unread = _split(rows_of(io.StringIO(text, newline=""), separator, width, has_header=has_header))
        if size <= WHOLE:
            return Sample(spread(rows), len(rows) + len(unread), True, unread)
        taken, seen = len(text.encode(encoding, error_handler(encoding))), len(rows) + len(unread)
        for number in range(1, BLOCKS + 1):
            place = START + (size - START - BLOCK) * number // BLOCKS
            found = _rows_at(file, place - place % 4, encoding, separator, width)
            if found:
                rows += found
                taken, seen = taken + BLOCK, seen + len(found) + 1  # One is cut by the block's ends.
    return Sample(spread(rows), max(1, round(size * seen / max(1, taken))), False, unread)


def spread(rows: Sequence[Sequence[str]], kept: int = KEPT) -> Sequence[Sequence[str]]:
    """At most so many of the rows, evenly taken."""
    if len(rows) <= kept:
        return rows
    return [rows[at * len(rows) // kept] for at in range(kept)]


def first_bytes(path: Path, count: int = 4096) -> bytes:
    """The beginning of a file."""
    with path.open("rb") as file:
        return file.read(count)


def sampled_bytes(path: Path) -> tuple[bytes, list[bytes]]:
    """The start, and blocks spread over the rest; a small file is all start."""
    size = path.stat().st_size
    with path.open("rb") as file:
        start = file.read(WHOLE if size <= WHOLE else START)
        blocks = []
        if size > WHOLE:
            for number in range(1, BLOCKS + 1):
                file.seek(START + (size - START - BLOCK) * number // BLOCKS, os.SEEK_SET)
                blocks.append(file.read(BLOCK))
    return start, blocks


def _rows_at(
    file: io.BufferedReader, place: int, encoding: str, separator: str, width: int
) -> list[Sequence[str]]:
    file.seek(place)
    marked = {"utf-16": "utf-16-le", "utf-8-sig": "utf-8"}.get(encoding, encoding)
    text = _whole_lines(file.read(BLOCK).decode(marked, error_handler(marked)), is_start=False)
    rows, unread = _split(rows_of(io.StringIO(text, newline=""), separator, width, has_header=False))
    # A block that begins within a quoted cell is cut in the wrong places; then nothing of it counts.
    return rows if len(unread) * 3 <= len(rows) else []


def _split(found: Iterator[tuple[int, Sequence[str]] | Unread]) -> tuple[list[Sequence[str]], list[Unread]]:
    rows: list[Sequence[str]] = []
    unread: list[Unread] = []
    for one in found:
        if isinstance(one, Unread):
            unread.append(one)
        else:
            rows.append(one[1])
    return rows, unread


def _whole_lines(text: str, *, is_start: bool) -> str:
    end = max(text.rfind("\n"), text.rfind("\r")) + 1
    if is_start:
        return text[: end or None]
    begin = min((at for at in (text.find("\n"), text.find("\r")) if at >= 0), default=0)
    return text[begin:end].lstrip("\r\n")
