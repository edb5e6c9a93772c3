"""Reads a workbook for `workbook`: a program of its own with little memory and time, without Isthmus.

The workbook comes on standard input, the wish as JSON in the first argument. Rows go to standard output
as CSV (number, what is wrong, cells), what was found to standard error as one line of JSON.
"""

import contextlib
import csv
import io
import json
import os
import resource
import signal
import sys
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, BinaryIO


class _Refused(Exception):  # noqa: N818
    def __init__(self, code: str, **details: Any) -> None:
        self.found = {"code": code, **details}


def main() -> None:
    """Read what the first argument asks for."""
    wish = json.loads(sys.argv[1])
    _limit(resource.RLIMIT_AS, wish["memory"])
    _limit(resource.RLIMIT_CPU, wish["cpu_seconds"])
    _limit(resource.RLIMIT_CORE, 0)
    signal.alarm(wish["wall_seconds"])
    warnings.simplefilter("ignore")
    try:
        found = _read(sys.stdin.buffer, wish)
    except _Refused as refused:
        found = refused.found
    except MemoryError:
        found = {"code": "memory"}
    except BrokenPipeError:
        os._exit(0)  # The reader has seen enough.
    except Exception as error:
        # A stranger's file can break the library anywhere; whatever breaks, the file is what is wrong.
        found = {"code": _code_of(error), "error": type(error).__name__}
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    print("\n" + json.dumps(found), file=sys.stderr)


def _limit(of: int, most: int) -> None:
    hard = resource.getrlimit(of)[1]
    least = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(of, (least, hard))


def _code_of(error: Exception) -> str:
    from defusedxml.common import DefusedXmlException

    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DefusedXmlException):
            return "entities"
        cause = cause.__cause__ or cause.__context__
    return "damaged"


def _read(file: BinaryIO, wish: dict[str, Any]) -> dict[str, Any]:
    _check_archive(file, wish)
    os.environ["OPENPYXL_LXML"] = "False"  # Before it is imported: the parser is the guarded one.
    import openpyxl
    from defusedxml.ElementTree import iterparse
    from openpyxl.reader import strings

    def guarded(source: Any, *arguments: Any, **options: Any) -> Any:
        return iterparse(source, *arguments, **options, forbid_dtd=True)

    strings.iterparse = guarded
    book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
    sheets = list(book.worksheets)
    visible = [sheet for sheet in sheets if sheet.sheet_state == "visible"] or sheets
    found: dict[str, Any] = {"code": "", "sheets": [sheet.title for sheet in sheets], "sheet": ""}
    if wish["sheet"]:
        visible = [sheet for sheet in sheets if sheet.title.casefold() == wish["sheet"].casefold()]
        if not visible:
            raise _Refused("no_sheet", sheets=found["sheets"])
    assert isinstance(sys.stdout, io.TextIOWrapper)
    sys.stdout.reconfigure(encoding="utf-8", newline="")
    out = csv.writer(sys.stdout)
    for sheet in visible:
        rows = _rows(book, sheet, guarded, wish)
        first = next(rows, None)
        if first is None and not wish["sheet"]:
            continue
        found |= {"sheet": sheet.title, "rows": _declared_rows(sheet)}
        written = 0
        while first is not None and (not wish["rows"] or written < wish["rows"]):
            out.writerow(first)
            written += 1
            first = next(rows, None)
        found |= {"written": written, "whole": first is None}
        break
    return found


def _check_archive(file: BinaryIO, wish: dict[str, Any]) -> None:
    """Refuse by what the archive says of itself, before anything of it is unpacked."""
    try:
        members = zipfile.ZipFile(file).infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise _Refused("damaged", error="BadZipFile") from None
    if len(members) > wish["members"]:
        raise _Refused("bomb")
    names = [member.filename for member in members]
    for name in names:
        parts = name.replace("\\", "/").split("/")
        if name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
            raise _Refused("path")
    if len(set(names)) < len(names):
        raise _Refused("damaged", error="TwiceInArchive")
    if any(member.flag_bits & 1 for member in members):
        raise _Refused("locked")
    if sum(member.file_size for member in members) > wish["unpacked"]:
        raise _Refused("bomb")
    for member in members:
        if member.file_size > 1 << 20 and member.file_size > wish["ratio"] * max(1, member.compress_size):
            raise _Refused("bomb")


def _declared_rows(sheet: Any) -> int:
    return int(sheet.max_row or 0)


def _rows(book: Any, sheet: Any, parse: Any, wish: dict[str, Any]) -> Iterator[list[Any]]:
    """Rows that hold something: (number, what is wrong, *cells)."""
    from openpyxl.worksheet._reader import DATA_TAG, FORMULA_TAG, ROW_TAG, VALUE_TAG, WorkSheetParser

    class Cells(WorkSheetParser):  # type: ignore[misc]
        """Marks formulas that were saved without their result."""

        def parse_cell(self, element: Any) -> dict[str, Any]:
            cell: dict[str, Any] = super().parse_cell(element)
            if cell["value"] is None and element.find(FORMULA_TAG) is not None:
                is_empty_text = element.get("t") == "str" and element.find(VALUE_TAG) is not None
                cell["data_type"] = "s" if is_empty_text else "f"
            return cell

    total = count = 0
    with contextlib.closing(sheet._get_source()) as source:
        cells = Cells(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        data = None
        for event, element in parse(source, events=("start", "end")):
            if event == "start":
                data = element if element.tag == DATA_TAG else data
            elif element.tag == ROW_TAG:
                number, found = cells.parse_row(element)
                cells.row_dimensions.clear()
                if data is not None:
                    data.clear()
                total, count = total + len(found), count + 1
                if total > wish["cells"] or count > wish["max_rows"]:
                    raise _Refused("cells")
                row = _row(number, found, wish)
                if row is not None:
                    yield row
            elif data is not None and element.tag == DATA_TAG:
                return


def _row(number: int, found: list[dict[str, Any]], wish: dict[str, Any]) -> list[Any] | None:
    wrong = ""
    cells: list[str] = []
    for cell in found:
        value, kind, column = cell["value"], cell["data_type"], cell["column"]
        if value is None and kind != "f":
            continue
        if column > wish["columns"]:
            raise _Refused("columns")
        text = "" if value is None else _text(value, wish["decimal"])
        if kind in ("f", "e") and not wrong:
            wrong = f"{'formula' if kind == 'f' else 'error'} {column} {text}"
        if len(text) > wish["cell"]:
            wrong, text = f"long {column} ", text[:1000]
        if len(cells) < column:
            cells.extend([""] * (column - len(cells)))
        cells[column - 1] = text
    return [number, wrong, *cells] if wrong or any(cells) else None


def _text(value: Any, decimal: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # Excel keeps 15 digits; the others are noise of the binary form. No exponents: 4.9E+10 is a phone.
        return format(Decimal(format(value, ".15g")).normalize(), "f").replace(".", decimal)
    if isinstance(value, datetime):
        if value.microsecond:
            value = (value + timedelta(microseconds=500_000)).replace(microsecond=0)
        return str(value.date() if value.time() == time() else value.isoformat())
    if isinstance(value, date | time):
        return str(value.isoformat())
    return str(value)


if __name__ == "__main__":
    main()
