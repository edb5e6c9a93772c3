"""`isthmus metric` and `isthmus metrics`, from the ledger's own inbox to the terminal."""

import json
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner, Result
from django.db import transaction

from isthmus.cli.metric import metric
from isthmus.cli.metrics import metrics
from isthmus.core.actors import SYSTEM
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted
from isthmus.ledger import record
from isthmus.ledger.facts import Fact
from isthmus.metrics.catalogue import catalogue
from isthmus.metrics.refusals import CannotBeKnown
from isthmus.workspace.models import Company, User

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def deals(company: Company) -> None:
    """Four deals: search wins one of two, the fair wins two of two."""
    outcomes = [("search", "deal.won"), ("search", "deal.lost"), ("fair", "deal.won"), ("fair", "deal.won")]
    facts = [
        Fact(kind=kind, at=NOON, subject=n, lead_id=n, deal_id=n, channel=channel)
        for n, (channel, kind) in enumerate(outcomes, 1)
    ]
    paid = Fact(kind="order.paid", at=NOON, subject=1, lead_id=1, deal_id=1, channel="search")
    paid.amount = paid.amount_base = 2_500_000
    facts.append(paid)
    with transaction.atomic():
        record(facts, by=SYSTEM)


def run(*arguments: str) -> Result:
    """The command as the command line runs it; a refusal passes through."""
    return CliRunner().invoke(metric, arguments, catch_exceptions=False)


def test_a_table_shows_rates_with_intervals_and_a_total(deals: None) -> None:
    lines = run(
        "win_rate", "--by", "channel", "--since", "2026-03-01", "--until", "2026-04-01"
    ).output.splitlines()

    assert lines[0].split() == ["Channel", "Win", "rate", "95", "%", "interval", "rows"]
    assert lines[1].split()[:3] == ["fair", "100.00", "%"]
    assert lines[2].split()[:3] == ["search", "50.00", "%"]
    assert lines[3].split() == ["Total", "75.00", "%", "30.06", "%", "–", "95.44", "%", "4"]


def test_csv_and_json_are_for_programs(deals: None) -> None:
    csv = run("revenue", "--by", "channel", "--format", "csv").output.splitlines()
    answer = json.loads(run("revenue", "--where", "channel=search", "--format", "json").output)

    assert csv == ["channel,channel_label,value,low,high,n", "search,search,2.5,,,1"]
    assert (answer["total"]["value"], answer["currency"]) == ("2.5", "EUR")


def test_conditions_of_one_dimension_add_up_and_an_empty_one_asks_for_not_stated(deals: None) -> None:
    def wins(*conditions: str) -> int:
        arguments = [part for condition in conditions for part in ("--where", condition)]
        total: int = json.loads(run("wins", "--format", "json", *arguments).output)["total"]["value"]
        return total

    assert wins("channel=search", "channel=fair") == 3
    assert wins("channel!=fair") == 1
    assert wins("channel=") == 0
    assert wins("channel!=") == 3


def test_the_rows_behind_a_figure_are_paged(deals: None) -> None:
    first = run("wins", "--rows", "--limit", "2", "--format", "json")
    page = json.loads(first.stdout)

    rest = json.loads(run("wins", "--rows", "--after", page["next"], "--format", "json").stdout)

    assert sorted(row["deal_id"] for row in page["rows"] + rest["rows"]) == [1, 3, 4]
    assert rest["next"] is None


def test_explain_tells_the_contract_and_the_query(deals: None) -> None:
    output = run("win_rate", "--explain").output

    assert "Share of decided deals that were won." in output
    assert "open and reopened deals" in output
    assert "Wilson" in output
    assert "$start" in output


def test_as_somebody_shows_what_they_may_see(deals: None, rita: User) -> None:
    assert (
        json.loads(run("wins", "--as", "rita@example.com", "--format", "json").output)["total"]["value"] == 0
    )
    with pytest.raises(NotPermitted):
        run("impressions", "--as", "rita@example.com")
    with pytest.raises(NotFound, match="Nobody here has the address"):
        run("wins", "--as", "nobody@example.com")


def test_what_cannot_be_asked_is_one_sentence(deals: None) -> None:
    with pytest.raises(InvalidInput, match="Did you mean"):
        run("win_rat")
    with pytest.raises(InvalidInput, match="is no condition"):
        run("wins", "--where", "channel")
    with pytest.raises(InvalidInput, match="not both"):
        run("wins", "--window", "today", "--since", "2026-01-01")
    with pytest.raises(InvalidInput, match="is not a day"):
        run("wins", "--as-of", "soon")
    with pytest.raises(CannotBeKnown):
        run("media_spend")


def test_as_of_a_day_looks_at_what_had_happened_by_its_end(deals: None) -> None:
    def wins_as_of(day: str) -> int:
        total: int = json.loads(run("wins", "--as-of", day, "--format", "json").output)["total"]["value"]
        return total

    assert wins_as_of("2026-03-01") == 0
    assert wins_as_of("2026-03-02") == 3


def test_the_catalogue_lists_every_number_and_dimension(company: Company) -> None:
    output = CliRunner().invoke(metrics, catch_exceptions=False).output
    known = json.loads(CliRunner().invoke(metrics, ["--format", "json"], catch_exceptions=False).output)

    assert "win_rate" in output
    assert "Share of decided deals that were won." in output
    assert {one["name"] for one in known["metrics"]} == set(catalogue())
    assert {"month", "territory", "person.country"} <= {one["name"] for one in known["dimensions"]}
