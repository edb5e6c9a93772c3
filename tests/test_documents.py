"""What the documents tell a reader to do works."""

import re
from pathlib import Path

import pytest

from isthmus.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
HARBOUR = ["--name", "Harbour", "--currency", "EUR", "--time-zone", "UTC", "--admin", "ines@example.com"]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def block(page: str, language: str) -> str:
    """The first example in a language on a page of docs/."""
    found = re.search(rf"```{language}\n(.*?)```", (ROOT / "docs" / page).read_text(), re.DOTALL)
    assert found is not None
    return found[1]


@pytest.fixture
def first_import(tmp_path, run_isthmus):
    (tmp_path / "leads.csv").write_text(block("importing.md", "csv"))
    (tmp_path / "leads.toml").write_text(block("importing.md", "toml"))
    run_isthmus("init", *HARBOUR)
    bad = tmp_path / "bad.csv"
    files = (str(tmp_path / "leads.toml"), str(tmp_path / "leads.csv"))
    return run_isthmus("import", *files, "--bad-rows", str(bad)), bad


def test_the_first_recipe_of_the_manual_brings_in_two_leads_and_refuses_the_third(first_import, run_isthmus):
    done, bad = first_import

    assert "A-3" in bad.read_text()
    assert "A-1" not in bad.read_text()
    assert "abc" in bad.read_text(), done.stdout
    assert re.search(r"Total\s+2\b", run_isthmus("metric", "leads", "--by", "channel").stdout)


def test_the_table_of_metrics_in_the_manual_is_the_catalogue():
    from isthmus.metrics.catalogue import catalogue

    told = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "metrics.md").read_text(), re.MULTILINE)

    assert sorted(told) == sorted(catalogue())


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_the_documents_lead_somewhere(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())

    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands_that_the_documents_name_exist(page):
    examples = " ".join(re.findall(r"`[^`]+`", page.read_text()))

    named = set(re.findall(r"\bisthmus (?:--home \S+ )?([a-z]+)\b", examples))

    assert named - set(COMMANDS) == set()
