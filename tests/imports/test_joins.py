"""Files joined by their keys: nothing multiplied, nothing guessed."""

import pytest

from isthmus.imports.planning import FilesDoNotFit
from isthmus.imports.recipe import RecipeWrong
from isthmus.imports.source.decoding import FileUnreadable
from isthmus.people.models import Person

pytestmark = pytest.mark.django_db

RECIPE = """
[inputs.people]
file = "people*"
[inputs.mails]
file = ["mails*", "addresses*"]

[[rows]]
what = "person"
from = "people"
join = { input = "mails", on = "id" }
key = "id"
fields = { full_name = "name", email = "mail" }
"""
PEOPLE = "id,name\n1,Ann\n 2 ,Bob\n3,Cid\n"


def test_a_row_without_its_other_half_comes_in_without_it(bring_in):
    report = bring_in(RECIPE, people=PEOPLE, mails="id,mail\n2,bob@example.com\n9,nobody@example.com\n")

    assert report.counts["person (people)"]["new"] == 3
    assert dict(Person.objects.values_list("full_name", "email")) == {
        "Ann": "",
        "Bob": "bob@example.com",
        "Cid": "",
    }


def test_a_join_that_would_multiply_rows_is_refused_before_anything_is_written(bring_in):
    with pytest.raises(FileUnreadable, match=r"The input mails has 2 rows with the id “2”"):
        bring_in(RECIPE, people=PEOPLE, mails="id,mail\n2,old@example.com\n2,new@example.com\n")

    assert not Person.objects.exists()


@pytest.mark.parametrize(("take", "mail"), [("first", "old@example.com"), ("last", "new@example.com")])
def test_the_recipe_says_which_of_several_counts(bring_in, take, mail):
    recipe = RECIPE.replace('on = "id" }', f'on = "id", take = "{take}" }}')

    bring_in(recipe, people=PEOPLE, mails="id,mail\n2,old@example.com\n2,new@example.com\n")

    assert Person.objects.get(full_name="Bob").email == mail


def test_where_keeps_the_rows_with_a_value_without_one_or_with_one_of_several(bring_in):
    recipe = RECIPE.replace('key = "id"', 'key = "id"\nwhere = { mail = false, name = ["Ann", "Bob"] }')

    report = bring_in(recipe, people=PEOPLE, mails="id,mail\n2,bob@example.com\n")

    assert (report.counts["person (people)"]["new"], report.counts["person (people)"]["passed_over"]) == (
        1,
        2,
    )
    assert Person.objects.get().full_name == "Ann"


def test_a_column_that_no_file_has_is_named_with_the_nearest(bring_in):
    with pytest.raises(RecipeWrong, match=r"There is no column “nam” in people\.csv\. Did you mean “name”\?"):
        bring_in(RECIPE.replace('"name"', '"nam"'), people=PEOPLE, mails="id,mail\n")


def test_a_file_that_is_missing_is_named_by_its_input(bring_in):
    with pytest.raises(FilesDoNotFit, match=r"No file was given for: mails \(mails\* or addresses\*\)"):
        bring_in(RECIPE, people=PEOPLE)


def test_a_file_of_no_use_is_refused(bring_in):
    with pytest.raises(FilesDoNotFit, match=r"The recipe has no use for orders\.csv"):
        bring_in(RECIPE, people=PEOPLE, addresses="id,mail\n", orders="id\n")


def test_a_parquet_file_joins_a_text_file_by_the_text_of_its_key(bring_in, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "mails.parquet"
    pq.write_table(pa.table({"id": [1, 2], "mail": ["ann@example.com", None]}), path)

    bring_in(RECIPE, people=PEOPLE, mails=path)

    assert Person.objects.get(email="ann@example.com").full_name == "Ann"
