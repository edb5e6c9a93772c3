"""Rows of a delimited text file; what cannot be a row comes out with its reason, and reading goes on."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from isthmus.imports.recipe.table import nearest
from isthmus.imports.source.cleaning import BROKEN, UNUSUAL, clean_name, clean_row
from isthmus.imports.source.decoding import FileUnreadable, error_handler
from isthmus.imports.source.limits import MAX_COLUMNS, MAX_LINE, MAX_ROW


@dataclass(frozen=True)
class Unread:
    """A stretch of the file that is no row of it."""

    line: int
    cells: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class TextFile:
    """A delimited file and how to read it. `header` empty: the first row is the header."""

    path: Path
    encoding: str
    separator: str
    given_columns: tuple[str, ...] = ()

    def columns(self) -> tuple[str, ...]:
        """The names of the columns. Raises FileUnreadable when two are alike or there are none."""
        return checked_columns(self.path.name, self.given_columns or self._first_row())

    def rows(self) -> Iterator[tuple[int, Sequence[str]] | Unread]:
        """Each row with the line on which it begins; empty lines are passed over."""
        width = len(self.columns())
        with self._open() as file:
            yield from rows_of(file, self.separator, width, has_header=not self.given_columns)

    def _first_row(self) -> tuple[str, ...]:
        with self._open() as file:
            try:
                return tuple(next(csv.reader(BoundedLines(file), delimiter=self.separator), ()))
            except LineTooLong:
                raise FileUnreadable(
                    _("The first line of %(file)s never ends, so it cannot be the names of columns.")
                    % {"file": self.path.name}
                ) from None
            except csv.Error:
                raise FileUnreadable(
                    _("The header of %(file)s cannot be read: a quotation mark is not closed.")
                    % {"file": self.path.name}
                ) from None

    def _open(self) -> TextIO:
        return self.path.open(encoding=self.encoding, errors=error_handler(self.encoding), newline="")


class LineTooLong(Exception):  # noqa: N818
    """A line, or a row of many lines, is longer than a row can be."""


class BoundedLines:
    """The lines of a text, none of them longer than memory allows, and how many there were."""

    def __init__(self, text: TextIO) -> None:
        self.count = 0
        self._read = text.readline
        self._letters = 0

    def __iter__(self) -> "BoundedLines":
        return self

    def __next__(self) -> str:
        line = self._read(MAX_LINE)
        if not line:
            raise StopIteration
        self.count += 1
        self._letters += len(line)
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            self._pass_over()
            raise LineTooLong
        if self._letters > MAX_ROW:
            raise LineTooLong
        return line

    def begin_row(self) -> int:
        """The number of the line on which the next row begins."""
        self._letters = 0
        return self.count + 1

    def _pass_over(self) -> None:
        while (rest := self._read(MAX_LINE)) and rest[-1] not in "\r\n":
            pass


def rows_of(
    text: TextIO, separator: str, width: int, *, has_header: bool
) -> Iterator[tuple[int, Sequence[str]] | Unread]:
    """The rows of an open text."""
    lines = BoundedLines(text)
    reader = csv.reader(lines, delimiter=separator, strict=False)
    if has_header:
        next(reader, None)
    while True:
        line = lines.begin_row()
        try:
            row = next(reader)
        except StopIteration:
            return
        except LineTooLong:
            yield Unread(line, (), _("Line %(line)s is longer than a row can be.") % {"line": line})
        except csv.Error:
            yield Unread(line, (), _too_long(line, lines.count))
        else:
            if row:
                yield checked(line, row, width)


def checked_columns(file: str, names: Sequence[str]) -> tuple[str, ...]:
    """Names that can be columns: cleaned, each once, not too many."""
    if not any(names):
        raise FileUnreadable(_("%(file)s has no header row: it is empty.") % {"file": file})
    if len(names) > MAX_COLUMNS:
        raise FileUnreadable(
            _("%(file)s has %(count)s columns; at most %(limit)s can be read. Is its separator another one?")
            % {"file": file, "count": f"{len(names):,}", "limit": f"{MAX_COLUMNS:,}"}
        )
    filled = tuple(clean_name(name) or f"column_{at}" for at, name in enumerate(names, start=1))
    twice = {name for name in filled if filled.count(name) > 1}
    if twice:
        raise FileUnreadable(
            _("%(file)s has two columns called “%(name)s”. Rename one of them.")
            % {"file": file, "name": sorted(twice)[0]}
        )
    return filled


def checked(line: int, row: list[str], width: int) -> tuple[int, Sequence[str]] | Unread:
    """A row that can be used, without characters that nobody sees; otherwise why it cannot."""
    if UNUSUAL.search("".join(row)):
        if any(BROKEN.search(cell) for cell in row):
            return Unread(line, tuple(clean_row(row)), _broken(row))
        row = clean_row(row)
    if len(row) != width:
        return Unread(
            line,
            tuple(row),
            _("The row has %(cells)s cells where the header has %(width)s.")
            % {"cells": len(row), "width": width},
        )
    return line, row


def _broken(row: Sequence[str]) -> str:
    if any("\0" in cell for cell in row):
        return _("The row holds NUL characters; the file is damaged here.")
    return _("The row holds bytes that mean nothing in the file's encoding.")


def _too_long(first: int, last: int) -> str:
    return _("From line %(first)s to %(last)s one cell goes on and on: a quotation mark is not closed.") % {
        "first": first,
        "last": last,
    }


def unknown_column(name: str, columns: Sequence[str], file: str) -> str:
    """The sentence for a column that a file does not have."""
    listed = ", ".join(columns[:30])
    hint = nearest(name, columns) or " " + _("It has: %(columns)s.") % {"columns": listed}
    return _("There is no column “%(name)s” in %(file)s.") % {"name": name, "file": file} + hint
