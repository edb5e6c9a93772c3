"""`isthmus import` as somebody types it, on the examples that ship."""

import csv
from pathlib import Path

import pytest

from tests.imports.homes import isthmus, python

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "recipes"
CRM = (EXAMPLES / "crm.toml", EXAMPLES / "crm" / "leads.csv", EXAMPLES / "crm" / "deals.csv")
LOOK = """
from isthmus.ledger.models import InboxFact
from isthmus.leads.models import Lead
from isthmus.marketing.models import Campaign
from isthmus.sales.models import Deal
from isthmus.workspace.models import Company
print(json.dumps({
    "company": str(Company.current()),
    "leads": list(
        Lead.objects.order_by("external_id").values_list("external_id", "state", "channel", "custom")
    ),
    "deals": list(Deal.objects.values_list("name", "state", "amount", "stage__name")),
    "campaigns": list(Campaign.objects.values_list("name", flat=True)),
    "media": list(InboxFact.objects.filter(kind="media.delivered").values_list("quantity", "amount")),
    "survey": InboxFact.objects.filter(kind="survey.answered").count(),
}, default=str))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder into which the examples were brought."""
    folder = tmp_path_factory.mktemp("examples") / "home"
    rehearsed = isthmus(folder, "import", *CRM, "--dry-run")
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert "This was a rehearsal" in rehearsed.stdout
    for words in (
        (*CRM, "--bad-rows", folder / "bad.csv"),
        (EXAMPLES / "media.toml", EXAMPLES / "media" / "ads.tsv"),
        (EXAMPLES / "survey.toml", EXAMPLES / "survey" / "answers.csv"),
    ):
        done = isthmus(folder, "import", *words)
        assert done.returncode == 0, done.stderr
    return folder


def test_the_examples_come_in(home):
    found = python(home, LOOK)

    assert found["company"] == "Harbour Lane"
    assert found["leads"] == [
        ["oldcrm:1", "accepted", "paid_search", {"fleet": "small"}],
        ["oldcrm:2", "returned", "email", {"fleet": "large"}],
        ["oldcrm:3", "captured", "paid_search", {"fleet": "small"}],
    ]
    assert found["deals"] == [["Two new winches", "won", 12_450_000_000, "Won"]]
    assert found["campaigns"] == ["Spring refit"]
    assert sorted(found["media"]) == [[1100, 17_000_000], [2000, 24_900_000]]
    assert found["survey"] == 2


def test_what_did_not_come_in_stands_in_the_file_that_was_named(home):
    with (home / "bad-leads.csv").open(newline="") as file:
        (row,) = csv.DictReader(file)

    assert row["Nachname"] == "Lock"
    assert row["reason"] == "channel: “Messe” is not one of the values that the recipe's map names."
    assert not (home / "bad-deals.csv").exists()


def test_a_recipe_with_mistakes_is_told_line_by_line_and_writes_nothing(tmp_path):
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('[recipe]\nname = "x"\n[[rows]]\nwhat = "leed"\n')

    done = isthmus(tmp_path / "home", "import", recipe, CRM[1])

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "[recipe]: “namespace” is missing.",
        "[[rows]] 1: “what” cannot be “leed”. Did you mean “lead”?",
    ]


def test_without_a_company_a_recipe_that_names_none_says_how_to_begin(tmp_path):
    done = isthmus(tmp_path / "home", "import", EXAMPLES / "media.toml", EXAMPLES / "media" / "ads.tsv")

    assert done.returncode == 1
    assert "There is no company here yet." in done.stderr
    assert "Traceback" not in done.stderr


def test_whoever_may_not_import_is_told_so(home):
    added = isthmus(home, "users", "add", "rita@example.com", "--name", "Rita", "--role", "seller")
    assert added.returncode == 0, added.stderr

    done = isthmus(home, "import", *CRM, "--as", "rita@example.com")

    assert done.returncode == 1
    assert "Your role does not allow imports." in done.stderr
