"""Files that mean harm: each ends in one clear sentence, in little memory, and nothing comes in by halves."""

from typing import Any

import pytest

from isthmus.imports.source.cleaning import clean_file_name
from tests.imports.hostile import (
    LAUGHS,
    MILLION,
    OUTSIDE,
    QUADRATIC,
    changed,
    noise,
    sheet_xml,
    with_declared_size,
    with_entity,
    with_part,
    workbook,
    written,
)

BOOK = workbook([["a", "b"], ["x", "y"]])
WHOLE: dict[str, tuple[str, tuple[Any, ...], str]] = {
    # name of the file, its bytes (the last part many times), what the sentence says
    "an empty file": ("f.csv", (b"",), "is empty"),
    "a file of line ends": ("f.csv", (b"\r\n" * 50,), "is empty"),
    "only a mark of its encoding": ("f.csv", (b"\xef\xbb\xbf",), "is empty"),
    "an empty workbook file": ("f.xlsx", (b"",), "is empty"),
    "a million columns": ("f.csv", (b"a", b",a"), "columns; at most 1,000"),
    "a first line without an end": ("f.csv", (b"a,b", b"x" * 100_000), "first line"),
    "a program called .csv": ("f.csv", (b"\x7fELF" + noise(5000),), "is no table but a program"),
    "a picture called .csv": ("f.csv", (b"\x89PNG\r\n\x1a\n" + noise(5000),), "is no table but a picture"),
    "noise called .csv": ("f.csv", (noise(20_000),), "is no table but a program's own file"),
    "a PDF called .csv": ("f.csv", (b"%PDF-1.7\n" + noise(500),), "is no table but a PDF"),
    "a workbook called .csv": ("f.csv", (BOOK,), "name it .xlsx"),
    "text called .xlsx": ("f.xlsx", (b"a,b\n1,2\n",), "is no workbook (.xlsx) but text"),
    "an old or locked workbook": ("f.xlsx", (b"\xd0\xcf\x11\xe0" + noise(5000),), "with a password"),
    "half a workbook": ("f.xlsx", (BOOK[: len(BOOK) // 2],), "is damaged"),
    "another archive": ("f.xlsx", (changed(BOOK, lambda _name, _xml: b"<a/>"),), "is damaged"),
    "a zip bomb": (
        "f.xlsx",
        (changed(BOOK, lambda name, xml: bytes(20 << 20) if name.endswith("sheet1.xml") else xml),),
        "would unpack to many times its size",
    ),
    "sizes beyond reason": (
        "f.xlsx",
        (with_declared_size(BOOK, b"xl/worksheets/sheet1.xml", 3 << 30),),
        "would unpack to many times its size",
    ),
    "sizes that lie": ("f.xlsx", (with_declared_size(BOOK, b"xl/worksheets/sheet1.xml", 20),), "is damaged"),
    "a part that leads out": ("f.xlsx", (with_part("../../etc/x"),), "leads out"),
    "a part at the root": ("f.xlsx", (with_part("/etc/x"),), "leads out"),
    "a part on a drive": ("f.xlsx", (with_part("C:/x"),), "leads out"),
    "laughs in the sheet": ("f.xlsx", (with_entity("sheet1.xml", LAUGHS),), "defines its own words"),
    "laughs in the book": ("f.xlsx", (with_entity("workbook.xml", LAUGHS),), "defines its own words"),
    "laughs in the styles": ("f.xlsx", (with_entity("styles.xml", LAUGHS),), "defines its own words"),
    "one long word many times": ("f.xlsx", (with_entity("sheet1.xml", QUADRATIC),), "its own words"),
    "a word from outside": ("f.xlsx", (with_entity("sheet1.xml", OUTSIDE),), "defines its own words"),
    "a cell in the last column": (
        "f.xlsx",
        (sheet_xml('<row r="1"><c r="XFD1" t="inlineStr"><is><t>far</t></is></c></row>'),),
        "more than 1,000 columns",
    ),
    "half a Parquet file": ("f.parquet", (b"PAR1" + noise(100),), "is not a whole Parquet file"),
}  # fmt: skip
TIMES = {"a million columns": MILLION, "a first line without an end": 1000}


@pytest.mark.core
@pytest.mark.parametrize("kind", WHOLE)
def test_a_file_that_is_no_table_is_refused_in_one_sentence_and_little_memory(tmp_path, kind, read_bounded):
    name, parts, sentence = WHOLE[kind]
    path = written(tmp_path / name, *parts, times=TIMES.get(kind, 1))

    answer = read_bounded(path, tmp_path / "staged")

    assert sentence in answer["refused"], answer
    assert answer["refused"].endswith((".", "?"))
    assert answer["refused"].count("\n") == 0
    assert isinstance(answer["looked"], str) or kind in ("a workbook called .csv", "text called .xlsx")
    assert answer["staged"] == []


@pytest.mark.core
def test_a_folder_is_refused(tmp_path, read_bounded):
    (tmp_path / "f.csv").mkdir()

    answer = read_bounded(tmp_path / "f.csv", tmp_path / "staged")

    assert "is a folder" in answer["refused"]
    assert "is a folder" in answer["looked"]


@pytest.mark.core
def test_a_formula_in_a_text_file_is_text(tmp_path, read_bounded):
    path = written(tmp_path / "f.csv", b'a,b\n"=HYPERLINK(""http://x.example"")",+1\n@SUM(A1),-2\n')

    answer = read_bounded(path, tmp_path / "staged")

    assert [row["a"] for row in answer["rows"]] == ['=HYPERLINK("http://x.example")', "@SUM(A1)"]


@pytest.mark.core
def test_a_formula_without_its_result_is_refused_alone(tmp_path, read_bounded):
    path = written(tmp_path / "f.xlsx", workbook([["a", "b"], ["=1+1", "x"], ["2", "y"]]))

    answer = read_bounded(path, tmp_path / "staged")

    assert [row["a"] for row in answer["rows"]] == ["2"]
    assert "The cell of “a” is a formula saved without its result." in answer["unread"]


@pytest.mark.core
def test_a_quotation_mark_without_an_end_takes_no_memory(tmp_path, read_bounded):
    path = written(tmp_path / "f.csv", b'a,b\n1,2\n3,"', b"x" * 99 + b"\n", times=600_000)

    answer = read_bounded(path, tmp_path / "staged")

    assert answer["refused"].startswith("Nearly no row of f.csv can be read")
    assert answer["staged"] == []


@pytest.mark.core
def test_cells_that_never_stop_coming_are_no_row(tmp_path, read_bounded):
    path = written(tmp_path / "f.csv", b'a,b\n1,2\n3,"', b'","\n', times=8_000_000)

    answer = read_bounded(path, tmp_path / "staged")

    assert answer["refused"].startswith("Nearly no row of f.csv can be read")
    assert answer["staged"] == []


@pytest.mark.core
def test_a_line_longer_than_memory_is_passed_by(tmp_path, read_bounded):
    path = written(tmp_path / "f.csv", b"a,b\n1,2\n", b"x,y" * 33_000, times=1500)
    with path.open("ab") as file:
        file.write(b"\n3,4\n")

    answer = read_bounded(path, tmp_path / "staged")

    assert [row["a"] for row in answer["rows"]] == ["1", "3"]
    assert "Line 3 is longer than a row can be." in answer["unread"]


@pytest.mark.core
def test_of_two_encodings_in_one_file_the_rows_of_the_wrong_one_are_refused(tmp_path, read_bounded):
    rows = [f"Jörg {number},Köln\n".encode("cp1252" if number == 7 else "utf-8") for number in range(20)]
    path = written(tmp_path / "f.csv", b"name,city\n", b"".join(rows))

    answer = read_bounded(path, tmp_path / "staged")

    assert "mixes two encodings" in answer["notice"]
    assert len(answer["rows"]) == 19
    assert answer["rows"][0]["name"] == "Jörg 0"
    assert "bytes that mean nothing in the file's encoding" in answer["unread"]


@pytest.mark.core
def test_a_nul_damages_its_own_row_alone(tmp_path, read_bounded):
    path = written(tmp_path / "f.csv", b"a,b\n1,2\n3,x\0y\n5,6\n")

    answer = read_bounded(path, tmp_path / "staged")

    assert [row["a"] for row in answer["rows"]] == ["1", "5"]
    assert "NUL characters" in answer["unread"]


@pytest.mark.core
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_what_turns_text_around_or_steers_a_terminal_is_left_out(tmp_path, suffix, read_bounded):
    rows: list[list[object]] = [
        ["na\u202eme", "no\u2066te"],
        ["Pat\u202e gpj.exe", "\u200bone\u2028two\ufeff"],
    ]
    if suffix == "xlsx":
        content = workbook(rows)
    else:
        rows[1][0] = "Pat\u202e gpj.exe\x1b[31m"
        content = "\n".join(",".join(map(str, row)) for row in rows).encode()

    answer = read_bounded(written(tmp_path / f"f.{suffix}", content), tmp_path / "staged")

    assert answer["columns"] == ["name", "note"]
    assert answer["rows"][0]["name"].startswith("Pat gpj.exe")
    assert "\x1b" not in answer["rows"][0]["name"]
    assert answer["rows"][0]["note"] == "one\ntwo"


@pytest.mark.core
@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\pat\\leads.csv", "leads.csv"),
        ("leads\u202evsc.exe", "leadsvsc.exe"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        (".htaccess", "htaccess"),
        ("a\0b\n.csv", "a�b .csv"),
        ("x" * 500 + ".csv", "x" * 100 + ".csv"),
    ],
)
def test_the_name_of_a_sent_file_leads_nowhere(sent, kept):
    assert clean_file_name(sent) == kept


@pytest.mark.django_db
def test_a_workbook_that_breaks_in_the_middle_brings_nothing_in(bring_in, tmp_path):
    from isthmus.imports.source.decoding import FileUnreadable
    from isthmus.people.models import Person

    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    rows = "".join(f"<row>{cell.format(f'k{number}')}{cell.format('Pat')}</row>" for number in range(2000))
    head = f"<row>{cell.format('id')}{cell.format('name')}</row>"
    path = written(tmp_path / "people.xlsx", sheet_xml(head + rows + "<row><c>"))
    recipe = '[[rows]]\nwhat = "person"\nkey = "id"\n[rows.fields]\nfull_name = "name"\n'

    with pytest.raises(FileUnreadable, match="is damaged"):
        bring_in(recipe, people=path)

    assert not Person.objects.exists()
