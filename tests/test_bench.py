"""The bench runs, and the company that it writes past the commands is one that they could have made."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.measuring import percentile

# Half a minute, and nothing of it is used by anybody's company.
pytestmark = pytest.mark.prove
ROOT = Path(__file__).resolve().parent.parent
PAGES = (
    "people",
    "people filtered",
    "people by figure",
    "leads",
    "board",
    "search",
    "person",
    "metric win_rate",
    "metric revenue",
    "overview",
)


@pytest.fixture(scope="module")
def small_bench(tmp_path_factory):
    home = tmp_path_factory.mktemp("bench")
    size = ["--people", "400", "--facts", "30000", "--seconds", "0.1"]
    places = ["--home", str(home), "--results", str(home / "results")]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *size, *places], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return home, done.stdout


def test_every_page_is_measured_and_kept(small_bench):
    home, table = small_bench

    assert [page for page in PAGES if f"\n{page} " not in table] == []
    assert len(list((home / "results").glob("*.json"))) == 1


def test_its_leads_money_and_files_are_in_order(small_bench, run_isthmus):
    home, _table = small_bench

    told = run_isthmus("doctor", "--invariants", ISTHMUS_HOME=str(home)).stdout

    assert [told.count(f"{what:<18}well") for what in ("I1 leads", "I4 money", "I5 ledger files")] == [
        1,
        1,
        1,
    ]


def test_its_search_words_are_those_of_the_product(small_bench):
    home, _table = small_bench
    program = """
import django
django.setup()
from isthmus.people.models import Person, SearchToken
from isthmus.people.search import person_tokens
for person in Person.objects.select_related("account")[:50]:
    written = set(SearchToken.objects.filter(party=1, party_id=person.pk).values_list("token", flat=True))
    assert written == person_tokens(person), (written, person_tokens(person))
"""
    own = {"ISTHMUS_HOME": str(home), "DJANGO_SETTINGS_MODULE": "isthmus.settings", "PATH": ""}

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, env=own, capture_output=True, text=True)

    assert (done.returncode, done.stderr) == (0, "")


def test_a_percentile_is_one_of_the_values():
    assert percentile([5, 1, 3, 2, 4], 95) == 5
    assert percentile([5, 1, 3, 2, 4], 50) == 3
    assert percentile([7], 95) == 7


def test_events_are_sent_and_every_figure_is_told(tmp_path):
    places = ["--home", str(tmp_path / "home"), "--results", str(tmp_path / "results")]
    how = ["--seconds", "1", "--burst", "1", "--sealed", "2000", *places]

    done = subprocess.run(
        [sys.executable, "-m", "bench.events", *how], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stderr
    for told in ("for 1 s", "one event a call", "acknowledged until there", "without free properties"):
        assert told in done.stdout
    assert "other answers" not in done.stdout
    assert len(list((tmp_path / "results").glob("events-*.json"))) == 1
