"""Rows that cannot come in go to a file with their reasons; the others come in."""

import csv
from pathlib import Path

import pytest

from isthmus.imports.models import BadRow
from isthmus.leads.models import Lead

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

RECIPE = """
[[rows]]
what = "lead"
key = "id"
[rows.fields]
captured_at = "on"
full_name = "name"
score = "score"
returned_at = "back"
"""
LEADS = '''id,on,name,score,back
1,2026-03-01,Ann,5,
2,soon,"Bob, the ""builder""",many,
3,2026-03-01
,2026-03-01,Cid,,
5,2026-03-01,Dot,,2026-03-02
'''


def read(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_a_bad_row_keeps_its_cells_and_gets_its_line_and_reasons(bring_in):
    report = bring_in(RECIPE, leads=LEADS)

    assert report.bad_rows == 4
    assert report.unread == {"rows": 1}
    ragged, wrong, keyless, partial = read(report.bad_files["rows"])
    assert (ragged["id"], ragged["line"], ragged["reason"]) == (
        "3", "4", "The row has 2 cells where the header has 5.",
    )  # fmt: skip
    assert (wrong["name"], wrong["line"], wrong["section"]) == ('Bob, the "builder"', "3", "lead (rows)")
    assert "captured_at: “soon” is not a date" in wrong["reason"]
    assert "score: “many” is not a number." in wrong["reason"]
    assert keyless["reason"] == "The key id is empty."
    assert partial["reason"].startswith("The lead is in, but: This lead is captured and was not handed over")


def test_good_rows_come_in_beside_bad_ones(bring_in):
    report = bring_in(RECIPE, leads=LEADS)

    assert report.counts["lead (rows)"] == {
        "new": 2, "matched": 0, "refused": 2, "partial": 1, "rows": 4, "passed_over": 0,
    }  # fmt: skip
    assert set(Lead.objects.values_list("external_id", flat=True)) == {"crm:1", "crm:5"}
    assert not BadRow.objects.exists(), "they hold personal text, so they stay only until the file is written"


def test_the_file_of_bad_rows_comes_in_by_the_same_recipe_once_it_is_corrected(bring_in, tmp_path):
    report = bring_in(RECIPE, leads=LEADS)
    corrected = tmp_path / "corrected.csv"
    corrected.write_text(
        report.bad_files["rows"]
        .read_text()
        .replace("soon", "2026-03-04")
        .replace("many", "7")
        .replace("\n3,2026-03-01,", "\n3,2026-03-01,Kim")
    )

    again = bring_in(RECIPE, leads=corrected)

    assert again.counts["lead (rows)"]["new"] == 2
    assert Lead.objects.get(external_id="crm:2").score == 7


def test_without_bad_rows_there_is_no_file(bring_in, tmp_path):
    report = bring_in(RECIPE, leads="id,on,name,score,back\n1,2026-03-01,Ann,5,\n")

    assert report.bad_files == {}
    assert not (tmp_path / "bad.csv").exists()


def test_nothing_of_the_files_is_left_in_the_data_folder(bring_in, settings):
    bring_in(RECIPE, leads=LEADS)

    assert list((settings.ISTHMUS_HOME / "imports").rglob("*")) == []


def test_a_value_that_the_database_cannot_hold_refuses_its_own_row_only(bring_in):
    rows = [f"{number},2026-03-01,Person {number},{-1 if number == 7 else 5}," for number in range(40)]

    report = bring_in(RECIPE, leads="\n".join(["id,on,name,score,back", *rows]))

    assert (report.counts["lead (rows)"]["new"], report.counts["lead (rows)"]["refused"]) == (39, 1)
    assert not Lead.objects.filter(external_id="crm:7").exists()
    (refused,) = read(report.bad_files["rows"])
    assert (refused["id"], refused["reason"]) == (
        "7", "One of the values is too long, too large or not allowed in its place.",
    )  # fmt: skip
