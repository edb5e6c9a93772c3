"""Rows of a delimited text file; what cannot be a row comes out with its reason, and reading goes on."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from django.utils.translation import gettext as _

from isthmus.imports.recipe.table import nearest
from isthmus.imports.source.decoding import FileUnreadable, error_handler

# A NUL, or a byte that meant nothing in the file's encoding.
_BROKEN = re.compile("[\0\udc80-\udcff\ufffd]")


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
        names = self.given_columns or self._first_row()
        if not any(names):
            raise FileUnreadable(_("%(file)s has no header row: it is empty.") % {"file": self.path.name})
        filled = tuple(name.strip() or f"column_{at}" for at, name in enumerate(names, start=1))
        twice = {name for name in filled if filled.count(name) > 1}
        if twice:
            raise FileUnreadable(
                _("%(file)s has two columns called “%(name)s”. Rename one of them.")
                % {"file": self.path.name, "name": sorted(twice)[0]}
            )
        return filled

    def rows(self) -> Iterator[tuple[int, Sequence[str]] | Unread]:
        """Each row with the line on which it begins; empty lines are passed over."""
        width = len(self.columns())
        with self._open() as file:
            reader = csv.reader(file, delimiter=self.separator, strict=False)
            if not self.given_columns:
                next(reader, None)
            while True:
                line = reader.line_num + 1
                try:
                    row = next(reader)
                except StopIteration:
                    return
                except csv.Error:
                    yield Unread(line, (), _too_long(line, reader.line_num))
                    continue
                if row:
                    yield _checked(line, row, width)

    def _first_row(self) -> tuple[str, ...]:
        with self._open() as file:
            try:
                return tuple(next(csv.reader(file, delimiter=self.separator), ()))
            except csv.Error:
                raise FileUnreadable(
                    _("The header of %(file)s cannot be read: a quotation mark is not closed.")
                    % {"file": self.path.name}
                ) from None

    def _open(self) -> TextIO:
        return self.path.open(encoding=self.encoding, errors=error_handler(self.encoding), newline="")


def _checked(line: int, row: list[str], width: int) -> tuple[int, Sequence[str]] | Unread:
    if _BROKEN.search("".join(row)):
        cells = tuple(_BROKEN.sub("\ufffd", cell) for cell in row)
        has_nul = any("\0" in cell for cell in row)
        reason = (
            _("The row holds NUL characters; the file is damaged here.")
            if has_nul
            else _("The row holds bytes that mean nothing in the file's encoding.")
        )
        return Unread(line, cells, reason)
    if len(row) != width:
        return Unread(
            line,
            tuple(row),
            _("The row has %(cells)s cells where the header has %(width)s.")
            % {"cells": len(row), "width": width},
        )
    return line, row


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
