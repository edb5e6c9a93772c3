"""What a file is, seen from a sample of it: encoding, separator, header, and what each column holds."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isthmus.imports.looking import Look, LookedColumn, look
from isthmus.imports.source.decoding import FileUnreadable
from isthmus.imports.source.reading import TextFile, Unread
from tests.imports.hostile import workbook, written

pytestmark = pytest.mark.core


def looked(tmp_path: Path, text: str | bytes, name: str = "file.csv") -> Look:
    return look(written(tmp_path / "upload", text if isinstance(text, bytes) else text.encode()), name)


def column(tmp_path: Path, *values: str) -> LookedColumn:
    """One column beside another that is of no matter."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([["word", "it"], *(["w", value] for value in values)])
    return looked(tmp_path, out.getvalue()).columns[1]


def test_a_small_file_is_seen_whole(tmp_path):
    found = looked(tmp_path, "Name;Stadt\nJörg;Köln\n\nZoë;\n".encode("cp1252"), "../x/Kunden.csv")

    assert (found.name, found.format, found.encoding, found.delimiter) == ("Kunden.csv", "csv", "cp1252", ";")
    assert (found.rows, found.rows_exact, found.has_header) == (2, True, True)
    assert [(one.name, one.filled, one.distinct, one.samples) for one in found.columns] == [
        ("Name", 1.0, 2, ("Jörg", "Zoë")),
        ("Stadt", 0.5, 1, ("Köln",)),
    ]
    assert "Do its letters look right?" in found.doubts[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_large_file_is_seen_at_its_start_middle_and_end(tmp_path, encoding):
    rows = [f"{number};jörg{number}@mail.example;{'ab'[number >= 100_000]}\n" for number in range(200_000)]
    found = looked(tmp_path, ("id;mail;half\n" + "".join(rows)).encode(encoding))

    assert not found.rows_exact
    assert 190_000 < found.rows < 210_000
    assert [one.kind for one in found.columns] == ["number", "email", "text"]
    assert found.columns[2].distinct == 2
    assert found.encoding == ("utf-8" if encoding == "utf-8" else encoding)


def test_a_file_without_a_header_says_so(tmp_path):
    found = looked(tmp_path, "1,pat@mail.example,2026-01-31\n2,kim@mail.example,2026-02-01\n")

    assert not found.has_header
    assert [one.name for one in found.columns] == ["column_1", "column_2", "column_3"]
    assert found.rows == 2


def test_a_year_in_a_header_is_no_data(tmp_path):
    assert looked(tmp_path, "country,2025,2026\nDE,one,two\nFR,three,four\n").has_header


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (("pat@mail.example", "kim@mail.example"), "email"),
        (("https://a.example/x", "www.b.example", "c.example"), "url"),
        (("+49 30 123456", "(030) 98 76 54", "0170/1234567"), "phone"),
        (("ja", "nein", "ja"), "flag"),
        (("1", "0", "1"), "flag"),
        (("1", "2", "3"), "number"),
        (("00123", "00456"), "text"),
        (("€ 12,00", "€ 1.300,50"), "money"),
        (("12.5 USD", "13 USD"), "money"),
        (("31.01.2026", "1.2.2026"), "day"),
        (("2026-01-31T10:00:00Z", "2026-02-01T11:00:00Z"), "time"),
        (("Jan 31, 2026", "Feb 1, 2026"), "day"),
        (("1/31/2026 2:05 PM", "2/1/2026 11:10 AM"), "time"),
        (("Pat", "Kim"), "text"),
        (("", "-", "n/a"), "empty"),
    ],
)
def test_a_column_is_what_all_its_values_are(tmp_path, values, kind):
    assert column(tmp_path, *values).kind == kind


@pytest.mark.parametrize(
    ("values", "pattern"),
    [
        (("01/02/2026", "13/02/2026"), "%d/%m/%Y"),
        (("01/02/2026", "02/13/2026"), "%m/%d/%Y"),
        (("01.02.2026", "03.04.2026"), "%d.%m.%Y"),
        (("2026/01/31", "2026/02/01"), "%Y/%m/%d"),
        (("31-01-26 14:05", "01-02-26 09:00"), "%d-%m-%y %H:%M"),
        (("1/31/2026, 2:05 PM", "2/1/2026, 11:10 AM"), "%m/%d/%Y, %I:%M %p"),
        (("31 Jan 2026", "1 Feb 2026"), "%d %b %Y"),
        (("2026-01-31", "2026-02-01"), "iso"),
    ],
)
def test_the_order_of_day_and_month_is_judged_over_all_values(tmp_path, values, pattern):
    found = column(tmp_path, *values)

    assert found.day_format == pattern
    assert found.doubts == ()


def test_dates_that_may_be_read_both_ways_are_a_doubt(tmp_path):
    found = column(tmp_path, "01/02/2026", "03/04/2026")

    assert found.kind == "day"
    assert found.doubts == (
        "No value shows whether the day or the month comes first: “01/02/2026” may be either.",
    )


def test_what_one_column_leaves_open_another_decides(tmp_path):
    text = "a;b;c;d\n" + "01/02/2026;13/02/2026;1.234;7,5\n" * 3

    found = looked(tmp_path, text)

    assert [one.day_format for one in found.columns[:2]] == ["%d/%m/%Y", "%d/%m/%Y"]
    assert (found.decimal, found.thousands) == (",", ".")
    assert [one.doubts for one in found.columns] == [(), (), (), ()]


def test_dates_in_both_orders_are_told(tmp_path):
    found = column(tmp_path, "13/02/2026", "14/02/2026", "02/15/2026")

    assert found.day_format == "%d/%m/%Y"
    assert "“02/15/2026” is the other way round than most." in found.doubts[0]


def test_what_is_no_date_among_dates_is_told(tmp_path):
    found = column(tmp_path, *(f"{day}.01.2026" for day in range(1, 20)), "soon", "31.02.2026")

    assert found.kind == "day"
    assert found.doubts == ("2 of 21 looked at are no date, such as “soon”.",)


@pytest.mark.parametrize(
    ("values", "decimal", "thousands"),
    [
        (("1.234,50", "12,5"), ",", "."),
        (("1,234.50", "12.5"), ".", ","),
        (("1 234,50", "12,5"), ",", " "),
        (("1'234.50", "12.5"), ".", "'"),
        (("1.234.567", "12"), ",", "."),
        (("12.5", "13.25"), ".", ""),
    ],
)
def test_the_marks_of_numbers_are_judged_over_all_values(tmp_path, values, decimal, thousands):
    found = column(tmp_path, *values)

    assert (found.kind, found.decimal, found.thousands, found.doubts) == ("number", decimal, thousands, ())


def test_a_mark_that_may_be_either_is_a_doubt(tmp_path):
    found = column(tmp_path, "1.234", "5.678")

    assert "“1.234” may be over a thousand or a broken number" in found.doubts[0]


def test_currencies_are_known_by_sign_and_code(tmp_path):
    assert column(tmp_path, "12 €", "13 €").currency == "EUR"
    mixed = column(tmp_path, "€12", "USD 13", "£ 14")
    assert (mixed.currency, mixed.currencies) == ("", ("EUR", "USD", "GBP"))
    assert mixed.doubts == ("The amounts are in several currencies: EUR, USD, GBP.",)


def test_a_workbook_is_looked_at_by_its_content_whatever_its_name(tmp_path):
    rows: list[list[Any]] = [["Id", "When"], *([number, f"2026-01-{number:02}"] for number in range(1, 29))]
    found = look(written(tmp_path / "upload", workbook(rows)), "people.csv")

    assert (found.format, found.sheet, found.rows, found.rows_exact) == ("xlsx", "Sheet", 28, True)
    assert [one.kind for one in found.columns] == ["number", "day"]


def test_a_parquet_file_is_looked_at(tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"id": [1, 2], "mail": ["a@b.example", "c@d.example"]}), tmp_path / "f.parquet")

    found = look(tmp_path / "f.parquet", "f.parquet")

    assert (found.format, found.rows) == ("parquet", 2)
    assert [one.kind for one in found.columns] == ["number", "email"]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(FileUnreadable, match="There is no file"):
        look(tmp_path / "nowhere", "x.csv")


cells = st.text(
    st.characters(codec="cp1252", exclude_categories=("Cc", "Cf", "Cs", "Zl", "Zp"), include_characters="\n"),
    max_size=12,
).map(lambda text: text.strip())
tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=30)
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    table=tables,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]),
)
def test_rows_are_read_back_the_same_however_they_were_written(
    tmp_path, table, delimiter, quoting, end, encoding
):
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end)
    header = ["alpha", "beta", "gamma", "delta", "epsilon"][: len(table[0])]
    writer.writerows([header, *table])
    path = written(tmp_path / "file.csv", out.getvalue().encode(encoding))

    found = look(path, "file.csv")

    assert found.delimiter == delimiter
    assert [one.name for one in found.columns] == header
    read = list(TextFile(path, found.encoding, found.delimiter).rows())
    assert [row[1] for row in read if not isinstance(row, Unread)] == table
