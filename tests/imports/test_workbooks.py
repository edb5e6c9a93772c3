"""Workbooks as they come: the right sheet, typed cells as text, what is no row told with its number."""

import io
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from isthmus.imports.recipe.model import Format, Input
from isthmus.imports.source.decoding import FileUnreadable
from isthmus.imports.source.reading import Unread
from isthmus.imports.source.staging import Source, open_source
from tests.imports.hostile import sheet_xml, workbook, written

pytestmark = pytest.mark.core


def opened(tmp_path: Path, rows: list[list[object]] | bytes, **given: str) -> Source:
    content = rows if isinstance(rows, bytes) else workbook(rows)
    return open_source(Input("rows", (), Format(**given)), written(tmp_path / "file.xlsx", content))  # type: ignore[arg-type]


def rows_of(source: Source) -> list[list[str]]:
    assert source.text is not None
    return [list(row[1]) for row in source.text.rows() if not isinstance(row, Unread)]


def unread_of(source: Source) -> list[Unread]:
    assert source.text is not None
    return [row for row in source.text.rows() if isinstance(row, Unread)]


def sheets(**given: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in given.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_cells_come_as_the_texts_that_a_text_file_would_have(tmp_path):
    row: list[Any] = [
        "Jörg",
        12,
        12.5,
        0.1 + 0.2,
        date(2026, 2, 3),
        datetime.fromisoformat("2026-02-03T09:12"),
        True,
        None,
        49e12,
    ]

    source = opened(tmp_path, [[f"c{at}" for at in range(9)], row])

    assert source.kind == "xlsx"
    assert rows_of(source) == [
        ["Jörg", "12", "12.5", "0.3", "2026-02-03", "2026-02-03T09:12:00", "true", "", "49000000000000"]
    ]


def test_numbers_are_written_with_the_decimal_mark_that_the_recipe_gives(tmp_path):
    source = opened(tmp_path, [["sum"], [1234.5], ["1.234,50"]], decimal=",")

    assert rows_of(source) == [["1234,5"], ["1.234,50"]]


def test_the_first_sheet_that_is_not_empty_is_read(tmp_path):
    source = opened(tmp_path, sheets(Cover=[], Data=[["a"], ["1"]], More=[["b"], ["2"]]))

    assert source.columns == ("a",)


def test_the_recipe_names_the_sheet(tmp_path):
    source = opened(tmp_path, sheets(Data=[["a"], ["1"]], More=[["b"], ["2"]]), sheet="more")

    assert source.columns == ("b",)
    assert rows_of(source) == [["2"]]


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    with pytest.raises(FileUnreadable, match=r"has no sheet “Daten”\. It has: Data, More\."):
        opened(tmp_path, sheets(Data=[["a"]], More=[["b"]]), sheet="Daten")


def test_empty_rows_are_passed_over_and_short_ones_filled(tmp_path):
    source = opened(tmp_path, [["a", "b"], [None, None], ["1"], ["2", "3"]])

    assert rows_of(source) == [["1", ""], ["2", "3"]]


def test_a_row_with_more_cells_than_names_is_told_with_its_number(tmp_path):
    (bad,) = unread_of(opened(tmp_path, [["a", "b"], ["1", "2"], ["3", "4", "5"]]))

    assert (bad.line, bad.reason) == (3, "The row has 3 cells where the header has 2.")


def test_an_error_in_a_cell_refuses_its_row(tmp_path):
    (bad,) = unread_of(opened(tmp_path, [["a", "b"], ["#N/A", "x"], ["1", "2"]]))

    assert bad.reason == "The cell of “a” holds the error #N/A instead of a value."


def test_a_formula_is_read_as_the_result_saved_with_it(tmp_path):
    cell = '<c r="A{0}" t="inlineStr"><is><t>a</t></is></c>'
    formulas = (
        '<row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row><row r="3"><c r="A3" t="str"><f>X</f><v></v></c>'
    )
    rest = '<c r="B3"><v>7</v></c></row>'
    head = f'<row r="1">{cell.format(1)}<c r="B1" t="inlineStr"><is><t>b</t></is></c></row>'

    source = opened(tmp_path, sheet_xml(head + formulas + rest))

    assert rows_of(source) == [["2", ""], ["", "7"]]
    assert unread_of(source) == []
