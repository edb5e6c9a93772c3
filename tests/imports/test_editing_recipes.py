"""A recipe as a table of columns: what is read from it, what is put back, and that nothing else is lost."""

import tomllib

import pytest

from isthmus.imports.editing import Given, read_data, sections_of, text_of_data, unchosen
from isthmus.imports.putting import put_section
from isthmus.imports.recipe import read_recipe
from isthmus.imports.reusing import for_corrected_files, for_next_time
from isthmus.imports.toml import write_toml

pytestmark = pytest.mark.core

TEXT = """
[recipe]
name = "Old \\"CRM\\""
namespace = "old"
[source]
dates = ["%d.%m.%Y", "iso"]
separator = ";"
[[rows]]
what = "person"
key = "Id"
[rows.fields]
full_name = { text = "{First} {Last}" }
email = "Mail"
phone = { first = ["Mobile", "Phone"] }
country = { column = "Land", map = { "Deutsch land" = "DE" }, default = "SE" }
created_at = { column = "Since", format = "%d.%m.%Y" }
[rows.fields.custom]
fleet = { column = "Fleet", create = { type = "number", kind = "analytic", label = "Fleet" } }
"""
SHOWN = ("Id", "First", "Last", "Mail", "Mobile", "Phone", "Land", "Since", "Fleet", "Note")


def as_it_was(table) -> list[Given]:
    return [
        Given(
            column, table.chosen.get(column, ""), table.formats.get(column, ""), **table.new.get(column, {})
        )
        for column in SHOWN
    ]


def test_what_is_written_reads_as_the_same_data():
    data = read_data(TEXT)

    assert tomllib.loads(write_toml(data)) == data
    assert read_recipe(write_toml(data)).rows == read_recipe(TEXT).rows


def test_a_section_shows_its_columns_and_what_is_made_otherwise():
    (table,) = sections_of(read_data(TEXT))

    assert table.chosen == {
        "Mail": "email", "Mobile": "phone", "Phone": "phone", "Land": "country", "Since": "created_at",
        "Fleet": "custom.fleet",
    }  # fmt: skip
    assert [(one.field, one.how) for one in table.made] == [("full_name", "{First} {Last}")]
    assert table.new == {"Fleet": {"type": "number", "kind": "analytic", "label": "Fleet"}}


def test_saving_what_was_shown_changes_nothing():
    data = read_data(TEXT)
    (table,) = sections_of(data)

    put_section(data, 0, what="person", key="Id", columns=as_it_was(table), owner=None)

    assert data == read_data(TEXT)


def test_a_column_goes_to_another_field_and_a_new_field_is_made():
    data = read_data(TEXT)
    (table,) = sections_of(data)
    given = [one for one in as_it_was(table) if one.column not in ("Land", "Note")]
    given += [
        Given("Land", "city"),
        Given("Note", "new:custom", label="Größe 1", type="choice", kind="analytic"),
    ]

    put_section(data, 0, what="person", key="Mail", columns=given, owner=None)

    fields = data["rows"][0]["fields"]
    assert (fields["city"], "country" in fields, data["rows"][0]["key"]) == ("Land", False, "Mail")
    assert fields["custom"]["gr_e_1"] == {
        "column": "Note",
        "create": {"type": "choice", "kind": "analytic", "label": "Größe 1"},
    }
    read_recipe(text_of_data(data))


def test_another_kind_of_row_takes_only_the_fields_that_it_has():
    data = read_data(TEXT)
    (table,) = sections_of(data)

    put_section(data, 0, what="account", key="Id", columns=as_it_was(table), owner=None)

    assert data["rows"][0]["fields"] == {
        "country": "Land",
        "created_at": {"column": "Since", "format": "%d.%m.%Y"},
        "custom": data["rows"][0]["fields"]["custom"],
    }


def test_owners_are_written_as_the_recipe_knows_them():
    data = read_data(TEXT)
    (table,) = sections_of(data)
    given = [*as_it_was(table)[:-1], Given("Note", "owner")]
    owner = {"match": "email", "map": {"Bob": "", "Rita Reyes": "rita@example.com"}, "others": "empty"}

    put_section(data, 0, what="person", key="Id", columns=given, owner=owner)

    (rows,) = read_recipe(text_of_data(data)).rows
    assert rows.fields["owner"].mapped == owner["map"]
    assert (rows.fields["owner"].columns, rows.fields["owner"].match) == (("Note",), "email")


def test_corrected_rows_are_read_as_we_write_them_and_only_their_sections_run():
    two = """
[recipe]
name = "Two"
namespace = "two"
[inputs.people]
file = "people.xlsx"
encoding = "cp1252"
[inputs.firms]
file = "firms.csv"
[inputs.more]
file = "more.csv"
[[rows]]
what = "account"
from = "firms"
key = "Id"
[[rows]]
what = "person"
from = "people"
key = "Id"
join = { input = "more", on = "Id" }
"""
    left = for_corrected_files(read_data(two), ["people"])

    assert [one["what"] for one in left["rows"]] == ["person"]
    assert list(left["inputs"]) == ["people", "more"]
    assert "encoding" not in left["inputs"]["people"]
    assert "separator" not in for_corrected_files(read_data(TEXT), ["rows"])["source"]


def test_the_file_of_a_saved_recipe_may_be_called_otherwise_next_time():
    head = '[recipe]\nname = "a"\nnamespace = "a"\n[inputs.people]\nfile = "people-03.csv"\n'
    one = head + '[[rows]]\nwhat = "person"\nkey = "Id"\n'

    saved = for_next_time(read_data(one), "Monthly")

    assert (saved["recipe"]["name"], saved["inputs"]) == ("Monthly", {"people": {}})


DEALS = """
[recipe]
name = "Deals"
namespace = "old"
[[rows]]
what = "deal"
key = "Id"
where = { Stage = ["Talking"] }
fields = { name = "Title", opened_at = { value = "2000-01-01" }, stage = "Stage", expected_close_on = "End" }
[[rows]]
what = "deal"
key = "Id"
where = { Stage = ["Closed Won"] }
fields = { name = "Title", opened_at = { value = "2000-01-01" }, won_at = "End" }
"""


def test_deals_that_are_open_and_won_are_one_table_and_what_is_chosen_holds_for_both():
    data = read_data(DEALS)
    (table,) = sections_of(data)
    assert (table.number, list(table.later)) == (0, [1])
    columns = [
        Given("Title", "name"), Given("Born", "opened_at"), Given("Stage", "stage"),
        Given("End", "expected_close_on", format="%d.%m.%Y"), Given("Sum", "amount"),
    ]  # fmt: skip

    put_section(data, 0, what="deal", key="Nr", columns=columns, owner=None)

    first, won = (one["fields"] for one in data["rows"])
    assert (first["amount"], won["amount"], won["opened_at"]) == ("Sum", "Sum", "Born")
    assert won["won_at"] == {"column": "End", "format": "%d.%m.%Y"}
    assert "stage" not in won
    assert [one["key"] for one in data["rows"]] == ["Nr", "Nr"]
    read_recipe(text_of_data(data))


def test_rows_of_another_kind_have_no_stages_to_end_in():
    data = read_data(DEALS)

    put_section(data, 0, what="account", key="Id", columns=[Given("Title", "name")], owner=None)

    (section,) = data["rows"]
    assert (section["what"], section["fields"], "where" in section) == ("account", {"name": "Title"}, False)


def test_what_every_row_needs_and_nobody_chose_is_told_until_somebody_does():
    data = read_data(DEALS)
    assert unchosen(data) == [("deal", "opened_at")]

    put_section(data, 0, what="deal", key="", columns=[Given("Title", "name")], owner=None)
    assert unchosen(data) == [("deal", "opened_at")]
    always = {"opened_at": "2026-03-01"}
    put_section(data, 0, what="deal", key="", columns=[Given("Title", "name")], owner=None, always=always)

    assert unchosen(data) == []
    (first, won) = read_recipe(text_of_data(data)).rows
    assert first.fields["opened_at"].value == won.fields["opened_at"].value == "2026-03-01"


def test_files_of_a_saved_recipe_may_carry_another_date_in_their_names():
    two = """
[recipe]
name = "a"
namespace = "a"
[inputs.people]
file = "people-2026-03.csv"
[inputs.deals]
file = "deals-2026-03.csv"
[[rows]]
what = "person"
from = "people"
key = "Id"
"""
    inputs = for_next_time(read_data(two), "Monthly")["inputs"]

    assert [one["file"] for one in inputs.values()] == ["people-*-*.csv", "deals-*-*.csv"]


def test_a_column_with_amounts_and_their_currencies_stays_both():
    text = DEALS.replace('name = "Title", ', 'name = "Title", amount = "Sum", currency = "Sum", ')
    data = read_data(text)
    (table,) = sections_of(data)
    assert table.chosen["Sum"] == "amount"
    columns = [Given(column, name) for column, name in table.chosen.items()]

    put_section(data, 0, what="deal", key="Id", columns=columns, owner=None)

    assert [one["fields"] for one in data["rows"]] == [one["fields"] for one in read_data(text)["rows"]]


def test_when_deals_closed_is_asked_for_where_no_column_tells_it():
    data = read_data(DEALS.replace('won_at = "End"', 'won_at = { value = "2000-01-01" }'))
    assert unchosen(data) == [("deal", "opened_at"), ("deal", "won_at")]

    columns = [
        Given("Title", "name"),
        Given("Born", "opened_at"),
        Given("Stage", "stage"),
        Given("End", "won_at"),
    ]
    put_section(data, 0, what="deal", key="Id", columns=columns, owner=None)

    assert unchosen(data) == []
    first, won = (one["fields"] for one in data["rows"])
    assert ("won_at" in first, won["won_at"]) == (False, "End")
