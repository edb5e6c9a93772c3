"""A recipe is read strictly: each mistake is one sentence that says what to write instead."""

import re
from pathlib import Path

import pytest

from isthmus.imports.recipe import RecipeWrong, read_recipe
from isthmus.imports.recipe.kinds import KINDS

pytestmark = pytest.mark.core

GOOD = """
[recipe]
name = "Leads"
namespace = "crm"

[[rows]]
what = "lead"
key = "id"

[rows.fields]
captured_at = "date"
"""


def mistakes(text: str) -> list[str]:
    with pytest.raises(RecipeWrong) as caught:
        read_recipe(text)
    return list(caught.value.errors.values())


def test_a_recipe_without_inputs_has_one_input():
    recipe = read_recipe(GOOD)

    assert list(recipe.inputs) == ["rows"]
    assert recipe.rows[0].input == "rows"
    assert recipe.rows[0].key == ("id",)


def test_rows_come_in_so_that_what_refers_comes_after_what_it_refers_to():
    recipe = read_recipe(
        '[recipe]\nname = "All"\nnamespace = "crm"\n'
        '[[rows]]\nwhat = "deal"\nkey = "d"\nfields = { opened_at = "on", lead = "l" }\n'
        '[[rows]]\nwhat = "lead"\nkey = "l"\nfields = { captured_at = "on" }\n'
        '[[rows]]\nwhat = "user"\nkey = "u"\nfields = { name = "n" }\n'
    )

    assert [rows.what for rows in recipe.rows] == ["user", "lead", "deal"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ("x = [", "The recipe is not TOML"),
        (GOOD + "\n[sourc]", "The recipe: “sourc” means nothing here. Did you mean “source”?"),
        (GOOD.replace('namespace = "crm"', ""), "[recipe]: “namespace” is missing."),
        (GOOD.replace('"crm"', '"My CRM"'), "[recipe]: “namespace” must be one short word"),
        (GOOD.replace('"lead"', '"laed"'), "[[rows]] 1: “what” cannot be “laed”. Did you mean “lead”?"),
        (GOOD.replace('key = "id"', ""), "“key” is missing: the column or columns that tell one record"),
        (
            GOOD.replace("captured_at", "captured_on"),
            "has no field “captured_on”. Did you mean “captured_at”?",
        ),
        (GOOD.replace('captured_at = "date"', ""), "a lead needs the field “captured_at”."),
        (GOOD + "full_name = { colum = 'x' }", "“colum” means nothing here. Did you mean “column”?"),
        (GOOD + "full_name = { default = 'x' }", "give exactly one of column, first, text or value."),
        (GOOD + "full_name = { text = 'Dear {name' }", "“text” has a bracket that names no column."),
        (GOOD + "full_name = 3", "[[rows]] 1 lead.full_name: must be a table of names and values."),
        (GOOD + "owner = { column = 'o', match = 'nmae' }", "“match” cannot be “nmae”. Did you mean “name”?"),
        (GOOD + "owner = { column = 'o', create = 'yes' }", "“create” must be true or false."),
        (
            GOOD + "campaign = { column = 'c', create = true }",
            "a campaign that is created needs its “channel”.",
        ),
        (GOOD + "score = { column = 's', scale = 'x' }", "“scale” must be a number."),
        (GOOD + "custom.size = { column = 's', create = { type = 'txt', kind = 'analytic' } }", "“text”?"),
        (GOOD + "\n[source]\nseparator = ';;'", "“separator” must be one character"),
        (GOOD + "\n[source]\ndecimal = ','\nthousands = ','", "must be two different characters"),
        (GOOD + "\n[source]\ntime_zone = 'Europe/Berln'", "Did you mean “Europe/Berlin”?"),
        (GOOD + "\n[source]\nencoding = 'utf-9'", "there is no encoding “utf-9”."),
        (GOOD + "\n[source]\ncurrency = 'euro'", "“currency” must be a currency code of three capitals"),
        (GOOD + "\n[pipeline]\nname = 'Sales'", "“stages” is missing"),
        ('[recipe]\nname = "x"\nnamespace = "x"', "no [[rows]] section"),
    ],
)
def test_a_mistake_is_named_with_what_to_write_instead(wrong, sentence):
    said = mistakes(wrong)

    assert len(said) == 1
    assert sentence in said[0]


def test_all_mistakes_are_said_at_once():
    said = mistakes(
        GOOD.replace("captured_at", "captured").replace("key =", "form = 'x'" + chr(10) + "key =")
    )

    assert len(said) == 2
    assert any("“form” means nothing here. Did you mean “from”?" in one for one in said)


def test_an_input_cannot_be_joined_with_itself():
    said = mistakes(
        '[recipe]\nname = "x"\nnamespace = "x"\n[inputs.a]\nfile = "a.csv"\n'
        '[[rows]]\nwhat = "lead"\nkey = "id"\n'
        'join = { input = "a", on = "id" }\nfields = { captured_at = "d" }'
    )

    assert said == ["[[rows]] 1 join: an input cannot be joined with itself."]


REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "recipes.md"


def test_the_recipe_of_the_reference_is_one():
    found = re.search(r"```toml\n(.*?)```", REFERENCE.read_text(), re.DOTALL)

    assert found is not None
    assert read_recipe(found[1]).rows[0].what == "lead"


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"order_line", "person"}))
def test_the_reference_names_every_field_of_every_kind(kind):
    row = next(line for line in REFERENCE.read_text().splitlines() if line.startswith(f"| `{kind}` |"))

    told = set(re.findall(r"`(\w+)`", row)) - {kind}

    assert told >= set(KINDS[kind].fields)
    bold = set(re.findall(r"\*\*`(\w+)`\*\*", row))
    assert bold == set(KINDS[kind].required)
