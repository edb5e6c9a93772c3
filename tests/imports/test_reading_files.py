"""Files as they come: any encoding, any separator, damaged rows passed by with their reason."""

from pathlib import Path

import pytest

from isthmus.imports.recipe.model import Format, Input
from isthmus.imports.source.decoding import FileUnreadable
from isthmus.imports.source.reading import Unread
from isthmus.imports.source.staging import Source, open_source, stage, staged_path, unread_path

pytestmark = pytest.mark.core

TEXT = "name;city\nJörg;Köln\nZoë;Malmö\n"


def opened(tmp_path: Path, content: bytes, **given: str) -> Source:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    return open_source(Input("rows", (), Format(**given)), path)  # type: ignore[arg-type]


def rows_of(source: Source) -> list[list[str]]:
    assert source.text is not None
    return [list(row[1]) for row in source.text.rows() if not isinstance(row, Unread)]


def unread_of(source: Source) -> list[Unread]:
    assert source.text is not None
    return [row for row in source.text.rows() if isinstance(row, Unread)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_unicode_file_is_known_by_its_bytes(tmp_path, encoding):
    source = opened(tmp_path, TEXT.encode(encoding))

    assert source.columns == ("name", "city")
    assert rows_of(source) == [["Jörg", "Köln"], ["Zoë", "Malmö"]]
    assert source.notice == ""


def test_a_file_that_is_not_unicode_is_read_as_western_european_and_says_so(tmp_path):
    source = opened(tmp_path, TEXT.encode("cp1252"))

    assert rows_of(source) == [["Jörg", "Köln"], ["Zoë", "Malmö"]]
    assert "is read as cp1252" in source.notice


def test_an_encoding_that_the_recipe_gives_is_taken_without_a_word(tmp_path):
    source = opened(tmp_path, "name;city\nŁukasz;Łódź\n".encode("cp1250"), encoding="cp1250")

    assert rows_of(source) == [["Łukasz", "Łódź"]]
    assert source.notice == ""


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_cuts_the_rows_alike(tmp_path, separator):
    text = separator.join(["a", "b", "c"]) + "\n" + separator.join(['"1,5;6|7"', "x", "y"]) + "\n"

    assert opened(tmp_path, text.encode()).columns == ("a", "b", "c")


def test_one_column_needs_no_separator(tmp_path):
    source = opened(tmp_path, b"email\npat@example.com\n")

    assert source.columns == ("email",)
    assert rows_of(source) == [["pat@example.com"]]


def test_quoted_cells_may_hold_separators_and_line_ends(tmp_path):
    source = opened(tmp_path, b'name,note\r\nPat,"one,\r\ntwo"\r\n')

    assert rows_of(source) == [["Pat", "one,\r\ntwo"]]


def test_rows_of_another_width_are_told_with_their_line(tmp_path):
    source = opened(tmp_path, b"a,b\n1,2\n3\n4,5,6\n\n7,8\n")

    assert rows_of(source) == [["1", "2"], ["7", "8"]]
    assert [(row.line, row.reason) for row in unread_of(source)] == [
        (3, "The row has 1 cells where the header has 2."),
        (4, "The row has 3 cells where the header has 2."),
    ]


def test_a_nul_damages_only_its_own_row(tmp_path):
    source = opened(tmp_path, b"a,b\n1,2\n3,x\0y\n5,6\n")

    assert rows_of(source) == [["1", "2"], ["5", "6"]]
    assert [row.reason for row in unread_of(source)] == [
        "The row holds NUL characters; the file is damaged here."
    ]


def test_bytes_that_mean_nothing_damage_only_their_own_row(tmp_path):
    source = opened(tmp_path, b"a,b\n1,2\n3,\xff\xfe\n5,6\n", encoding="utf-8")

    assert rows_of(source) == [["1", "2"], ["5", "6"]]
    assert "bytes that mean nothing" in unread_of(source)[0].reason


def test_a_quotation_mark_that_is_never_closed_swallows_what_it_must_and_no_more(tmp_path):
    lines = "".join(f"{number},x\n" for number in range(60_000))
    source = opened(tmp_path, b'a,b\n1,"oops\n' + lines.encode() + b"99,y\n", separator=",")

    bad, good = unread_of(source), rows_of(source)

    assert "a quotation mark is not closed" in bad[0].reason
    assert good[-1] == ["99", "y"]


def test_two_columns_of_one_name_are_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="two columns called “a”"):
        opened(tmp_path, b"a,b,a\n1,2,3\n")


def test_an_empty_file_is_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="it is empty"):
        opened(tmp_path, b"")


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="There is no file"):
        open_source(Input("rows", (), Format()), tmp_path / "nowhere.csv")


def test_a_file_without_a_header_takes_the_names_of_the_recipe(tmp_path):
    path = tmp_path / "file.tsv"
    path.write_text("1\tPat\n2\tZoë\n")

    source = open_source(Input("rows", (), Format(), ("id", "name")), path)

    assert rows_of(source) == [["1", "Pat"], ["2", "Zoë"]]


def test_what_is_no_parquet_file_is_refused(tmp_path):
    path = tmp_path / "file.parquet"
    path.write_text("a,b\n1,2\n")

    with pytest.raises(FileUnreadable, match="not a whole Parquet file"):
        open_source(Input("rows", (), Format()), path)


def test_staging_numbers_the_rows_and_keeps_the_rest_apart(tmp_path):
    import pyarrow.parquet as pq

    source = opened(tmp_path, b"a,b\n1, x \n2\n3,N/A\n", empty=("N/A",))  # type: ignore[arg-type]
    counted: list[int] = []

    stage(source, tmp_path, counted.append)
    stage(source, tmp_path, counted.append)  # It stands already, so nothing is read again.

    assert pq.read_table(staged_path(tmp_path, "rows")).to_pylist() == [
        {"__row": 1, "__line": 2, "a": "1", "b": "x"},
        {"__row": 2, "__line": 4, "a": "3", "b": None},
    ]
    assert unread_path(tmp_path, "rows").read_text() == "2,,3,,The row has 1 cells where the header has 2.\n"
    assert counted == [2]
