"""The real funnel by the recipe that ships: one command, and every known answer comes out exactly."""

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.imports import olist
from tests.imports.homes import ask, isthmus, python


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder made by one command from nothing."""
    files = olist.files()
    folder = tmp_path_factory.mktemp("olist") / "home"

    done = isthmus(folder, "import", olist.RECIPE, *files)

    assert done.returncode == 0, done.stderr
    assert [line.split() for line in done.stdout.splitlines()[1:4]] == [
        ["lead", "(leads)", "8,000", "0", "0", "0", "0"],
        ["deal", "(wins)", "842", "0", "0", "0", "0"],
        ["order_line", "(items)", "4,518", "0", "0", "0", "0"],
    ]
    assert "rows/s" in done.stderr
    return folder


QUESTIONS = (
    "leads", "wins", "conversion", "revenue", "revenue_per_lead", "days_to_close",
    "conversion --by channel", "revenue_per_lead --by channel", "conversion --by landing_page",
    "conversion --by month",
    "revenue --by month --anchor lead", "conversion --by owner", "conversion --by custom_sdr",
    "win_rate --by owner", "cost_per_lead",
    "wins --by month", "days_to_close --by quarter", "revenue --by month", "wins --until 2017-12-05",
    "wins --by month --since 2017-12-05", "wins --by first_contact_month",
)  # fmt: skip


@pytest.fixture(scope="module")
def answers(home: Path) -> dict[str, Any]:
    """What `isthmus metric` says to every question of this file."""
    return dict(zip(QUESTIONS, ask(home, *QUESTIONS), strict=True))


def groups(answer: dict[str, Any]) -> dict[str, Any]:
    return {row["labels"][0]: row for row in answer["rows"]}


def named(group: str) -> str:
    return group or "Not stated"


def test_leads_wins_and_conversion(answers):
    assert answers["leads"]["total"]["value"] == 8000
    assert answers["wins"]["total"]["value"] == 842
    conversion = answers["conversion"]["total"]
    assert (conversion["numerator"], conversion["denominator"]) == (842, 8000)
    assert f"{conversion['value']:.2%}" == "10.53%"


def test_revenue_whole_by_lead_and_by_win(answers):
    revenue = Decimal(answers["revenue"]["total"]["value"])

    assert revenue == Decimal("676851.48") == sum(olist.known().revenue.values())
    assert round(Decimal(answers["revenue_per_lead"]["total"]["value"]), 2) == Decimal("84.61")
    assert round(revenue / answers["wins"]["total"]["value"], 2) == Decimal("803.86")


def test_revenue_says_how_few_bring_it(answers):
    notes = " ".join(answers["revenue"]["notes"])

    assert "16.8 %" in notes
    assert "41.7 %" in notes


def test_days_to_close(answers):
    total = answers["days_to_close"]["total"]

    assert total["n"] == len(olist.known().days_to_close) == 841
    assert [total["quantiles"][name] for name in ("p25", "p50", "p75", "p90")] == [5, 14, 55, 162]


def test_by_origin(answers):
    expected = {named(origin): group for origin, group in olist.known().by("origin").items()}
    conversion = groups(answers["conversion --by channel"])
    per_lead = groups(answers["revenue_per_lead --by channel"])

    assert {name: (row["n"], row["numerator"]) for name, row in conversion.items()} == {
        name: (group.leads, group.won) for name, group in expected.items()
    }
    assert (f"{conversion['unknown']['value']:.2%}", conversion["unknown"]["n"]) == ("16.29%", 1099)
    for name, group in expected.items():
        assert float(per_lead[name]["value"]) == pytest.approx(float(group.revenue_per_lead), abs=0.005), name


def test_by_landing_page(answers):
    answer = groups(answers["conversion --by landing_page"])

    assert {name: (row["n"], row["numerator"]) for name, row in answer.items()} == {
        name: (group.leads, group.won) for name, group in olist.known().by("landing_page_id").items()
    }
    assert len(answer) == 495
    assert sum(row["numerator"] == 0 for row in answer.values()) == 361


def test_by_month_of_first_contact(answers):
    expected = olist.known().by("first_contact_date", 7)
    conversion = answers["conversion --by month"]["rows"]
    revenue = answers["revenue --by month --anchor lead"]["rows"]

    assert {str(row["keys"][0])[:7]: (row["n"], row["numerator"]) for row in conversion} == {
        month: (group.leads, group.won) for month, group in expected.items()
    }
    assert {str(row["keys"][0])[:7]: Decimal(row["value"]) for row in revenue if Decimal(row["value"])} == {
        month: group.revenue for month, group in expected.items() if group.revenue
    }


def test_what_cannot_be_known_is_refused_with_counts(answers):
    for by in ("owner", "custom_sdr"):
        said = answers[f"conversion --by {by}"]
        assert "842 of 842 (won)" in said
        assert "0 of 7158 (not won)" in said
    assert "all 842 are won and not one lost was ever recorded" in answers["win_rate --by owner"]
    assert "no media spend is recorded" in answers["cost_per_lead"]


def test_a_trend_across_the_missing_wins_is_refused_with_counts(answers):
    for question in ("wins --by month", "days_to_close --by quarter"):
        said = answers[question]
        assert "cannot be known across 5 Dec 2017: wins are recorded from 5 Dec 2017 only" in said
        assert "about 175 came before it" in said
    assert "cannot be known across 30 Jan 2018: payments" in answers["revenue --by month"]
    assert "Wins before 5 Dec 2017 cannot be known" in answers["wins --until 2017-12-05"]


def test_wins_since_they_are_recorded_are_a_trend(answers):
    won = answers["wins --by month --since 2017-12-05"]

    assert sum(row["value"] for row in won["rows"]) == won["total"]["value"] == 842
    assert won["cut"] is None


def test_months_of_first_contact_before_it_are_told_apart_from_those_since(answers):
    for question in ("conversion --by month", "wins --by first_contact_month"):
        answer = answers[question]
        assert "No trend can be told across 5 Dec 2017" in answer["notes"][0]
        assert {str(row["keys"][0])[:7] for row in answer["rows"] if not row["before_cut"]} == {
            "2018-01", "2018-02", "2018-03", "2018-04", "2018-05",
        }  # fmt: skip


def test_the_same_command_again_changes_nothing(home):
    count = "from isthmus.ledger.models import InboxFact\nprint(InboxFact.objects.count())"
    before = python(home, count)

    done = isthmus(home, "import", olist.RECIPE, *olist.files())

    assert done.returncode == 0, done.stderr
    assert [line.split()[2:4] for line in done.stdout.splitlines()[1:4]] == [
        ["0", "8,000"], ["0", "842"], ["0", "4,518"],
    ]  # fmt: skip
    assert python(home, count) == before


PAGE = """
import html, re
from django.test import Client
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.leads.models import Lead
from isthmus.workspace.commands import add_user
from isthmus.workspace.models import User

ines = User.objects.filter(email="ines@example.com").first() or add_user(
    email="ines@example.com", name="Ines", role="admin", by=SYSTEM, at=now()
)
client = Client(SERVER_NAME="localhost")
client.force_login(ines, backend="django.contrib.auth.backends.ModelBackend")
lead = Lead.objects.get(external_id="olist:{mql_id}")
address = "/leads/%d/" % lead.pk
page = client.get(address)
part = text = page.content.decode()
while older := re.search(r'hx-get="([^"]*part=older[^"]*)"', part):
    part = client.get(address + html.unescape(older[1]), headers={{"HX-Request": "true"}}).content.decode()
    text += part
deal = "/deals/%d/" % lead.deals.get().pk
print(json.dumps({{"status": page.status_code, "deal": deal in text, "text": text}}))
"""


@pytest.mark.parametrize("busiest", [0, 30])
def test_a_won_leads_page_shows_contact_deal_and_every_order(home, busiest):
    orders = olist.known().orders
    mql_id = sorted(orders, key=lambda lead: (-len(orders[lead]), lead))[busiest]

    shown = python(home, PAGE.format(mql_id=mql_id))

    assert shown["status"] == 200
    assert shown["deal"]
    assert f"Lead {mql_id[:8]}" in shown["text"]
    assert [number for number in orders[mql_id] if number not in shown["text"]] == []


@pytest.mark.prove
def test_renamed_columns_are_refused_alike(tmp_path):
    """A general rule, not a list of names: the seller stands in a field that the company named."""
    leads, wins, _items = olist.files()
    renamed = tmp_path / "closed_deals.csv"
    renamed.write_text(wins.read_text().replace("sr_id", "who_closed", 1))
    recipe = tmp_path / "recipe.toml"
    text = olist.RECIPE.read_text()
    text = text[: text.index('[[rows]]\nwhat = "order_line"')]
    text = re.sub(r"\[inputs\.items\]\nfile = .*\n", "", text)
    text = text.replace("[rows.fields.custom]\n", "").replace("\nsegment = ", "\ncustom.segment = ")
    create = 'create = { type = "text", kind = "analytic" } }\n'
    text = re.sub(r"company_key = .*\n", f'custom.closer = {{ column = "who_closed", {create}', text)
    text = re.sub(r"owner = .*\n", f'custom.helper = {{ column = "who_closed", {create}', text)
    text = text[: text.index("custom.segment")]
    recipe.write_text(text)
    home = tmp_path / "home"

    done = isthmus(home, "import", recipe, leads, renamed)

    assert done.returncode == 0, done.stderr
    for said in ask(home, "conversion --by custom_closer", "conversion --by custom_helper"):
        assert "842 of 842 (won)" in said
        assert "0 of 7158 (not won)" in said
