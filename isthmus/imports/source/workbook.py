"""A sheet of a workbook as rows of text. Another process reads it, held to a limit of memory and time."""

import contextlib
import csv
import io
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from isthmus.imports.source import limits
from isthmus.imports.source.cleaning import clean_row
from isthmus.imports.source.decoding import FileUnreadable
from isthmus.imports.source.reading import Unread, checked, checked_columns

_READER = Path(__file__).with_name("workbook_reader.py")


@dataclass
class Found:
    """What the reader said of the workbook when it ended."""

    sheets: tuple[str, ...] = ()
    sheet: str = ""
    rows: int = 0  # as the sheet states it, the header included; 0: it does not say
    is_whole: bool = False
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class SheetFile:
    """One sheet and how to read it: the one that is named, otherwise the first that is not empty."""

    path: Path
    sheet: str = ""
    decimal: str = "."
    given_columns: tuple[str, ...] = ()
    found: Found = field(default_factory=Found, compare=False)

    def columns(self) -> tuple[str, ...]:
        """The names of the columns. Raises FileUnreadable when two are alike or there are none."""
        first = list(self._read(1))
        if self.given_columns:
            return checked_columns(self.path.name, self.given_columns)
        cells = [] if not first else first[0][2:]
        return checked_columns(self.path.name, cells)

    def rows(self, limit: int = 0) -> Iterator[tuple[int, Sequence[str]] | Unread]:
        """Each row with its number in the sheet; at most `limit` of them, if one is given."""
        names = self.given_columns
        for number, wrong, *cells in self._read(limit + 1 if limit else 0):
            if not names:
                names = self.found.names = checked_columns(self.path.name, cells)
                continue
            cells += [""] * (len(names) - len(cells))
            yield self._row(int(number), wrong, cells, names)

    def _row(
        self, number: int, wrong: str, cells: list[str], names: Sequence[str]
    ) -> tuple[int, Sequence[str]] | Unread:
        if not wrong:
            return checked(number, cells, len(names))
        kind, column, text = wrong.split(" ", 2)
        name = names[int(column) - 1] if int(column) <= len(names) else column
        return Unread(number, tuple(clean_row(cells)), _WRONG[kind]() % {"column": name, "value": text})

    def _read(self, limit: int) -> Iterator[list[str]]:
        wish = {
            "sheet": self.sheet, "rows": limit, "columns": limits.MAX_COLUMNS, "max_rows": limits.MAX_ROWS,
            "cells": limits.MAX_CELLS, "cell": limits.MAX_CELL, "members": limits.MAX_MEMBERS,
            "unpacked": limits.MAX_UNPACKED, "ratio": limits.MAX_RATIO, "memory": limits.MEMORY,
            "decimal": self.decimal, "cpu_seconds": limits.CPU_SECONDS, "wall_seconds": limits.WALL_SECONDS,
        }  # fmt: skip
        command = [sys.executable, "-I", str(_READER), json.dumps(wish)]
        with (
            self.path.open("rb") as file,
            tempfile.TemporaryFile() as said,
            subprocess.Popen(command, stdin=file, stdout=subprocess.PIPE, stderr=said, env={}) as reader,  # noqa: S603
        ):
            assert reader.stdout is not None
            try:
                with io.TextIOWrapper(reader.stdout, "utf-8", newline="") as lines:
                    yield from csv.reader(lines)
                status = reader.wait()
            finally:
                with contextlib.suppress(ProcessLookupError):
                    reader.kill()
            said.seek(0)
            self._conclude(status, said.read())

    def _conclude(self, status: int, said: bytes) -> None:
        found: dict[str, Any] = {}
        with contextlib.suppress(ValueError, IndexError):
            found = json.loads(said.splitlines()[-1])
        code = found.get("code", "time" if status in (-14, -24) else "memory" if status else "damaged")
        if code:
            raise FileUnreadable(
                _REFUSALS.get(code, _REFUSALS["damaged"])()
                % {
                    "file": self.path.name,
                    "sheet": self.sheet,
                    "sheets": ", ".join(found.get("sheets", ())),
                    "columns": f"{limits.MAX_COLUMNS:,}",
                    "cells": f"{limits.MAX_CELLS:,}",
                }
            )
        self.found.sheets, self.found.sheet = tuple(found["sheets"]), found["sheet"]
        self.found.rows, self.found.is_whole = found.get("rows", 0), found.get("whole", True)


_REFUSALS = {
    "damaged": lambda: _(
        "%(file)s is damaged, or no Excel workbook (.xlsx). Open it in the program that made it and save it "
        "anew."
    ),
    "locked": lambda: _("%(file)s is locked by a password. Save it without one."),
    "bomb": lambda: _(
        "%(file)s would unpack to many times its size, as no honest workbook does; it was not opened."
    ),
    "path": lambda: _(
        "%(file)s has a part whose name leads out of the workbook, as no program writes it; it was not "
        "opened."
    ),
    "entities": lambda: _(
        "%(file)s holds XML that defines its own words, as no workbook does; it was not read any further."
    ),
    "no_sheet": lambda: _("%(file)s has no sheet “%(sheet)s”. It has: %(sheets)s."),
    "columns": lambda: _(
        "%(file)s has more than %(columns)s columns. Leave out those that nobody needs, and try again."
    ),
    "cells": lambda: _("%(file)s has more than %(cells)s cells. Save it as CSV, or split it."),
    "memory": lambda: _(
        "%(file)s needs more memory than a workbook may have here. Save its sheet as CSV and bring that in."
    ),
    "time": lambda: _(
        "%(file)s takes longer to read than a workbook may. Save its sheet as CSV and bring that in."
    ),
}
_WRONG = {
    "formula": lambda: _(
        "The cell of “%(column)s” is a formula saved without its result. Open the file in a spreadsheet "
        "program, save it, and try again."
    ),
    "error": lambda: _("The cell of “%(column)s” holds the error %(value)s instead of a value."),
    "long": lambda: _("The cell of “%(column)s” is longer than a cell can be."),
}
