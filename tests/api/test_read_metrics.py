"""Figures over HTTP: the same catalogue, the same refusals, the rows behind each."""

from datetime import timedelta

import pytest

from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_lead
from isthmus.sales.commands import add_pipeline, open_deal
from tests.cast import MONDAY_NOON


@pytest.fixture
def leads(company, rita, inbound):
    """Three leads of paid search, one of them Rita's; two of mail, a day later."""
    made = [
        capture_lead(full_name=f"Pat {n}", channel="paid_search", by=SYSTEM, at=MONDAY_NOON) for n in range(2)
    ]
    made.append(
        capture_lead(
            full_name="Pat Rita",
            channel="paid_search",
            owner_id=rita.pk,
            team_id=inbound.pk,
            by=SYSTEM,
            at=MONDAY_NOON,
        )
    )
    for n in range(2):
        tuesday = MONDAY_NOON + timedelta(days=1)
        made.append(capture_lead(full_name=f"Mail {n}", channel="email", by=SYSTEM, at=tuesday))
    return made


def test_the_catalogue_names_each_metric_with_its_sentence(program_of, ada, company):
    answer = program_of(ada).get("/metrics").json()

    by_name = {metric["name"]: metric for metric in answer["metrics"]}
    assert {"leads", "win_rate", "revenue"} <= set(by_name)
    assert all(metric["sentence"].endswith(".") for metric in answer["metrics"])
    assert {"channel", "owner", "month"} <= {dimension["name"] for dimension in answer["dimensions"]}


@pytest.mark.both_databases
def test_a_metric_is_split_by_a_dimension_in_a_window(program_of, ada, leads):
    program = program_of(ada)

    both = program.get(
        "/metrics/leads", {"by": "channel", "since": "2026-03-01", "until": "2026-04-01"}
    ).json()
    monday = program.get("/metrics/leads", {"since": "2026-03-02", "until": "2026-03-03"}).json()
    mail = program.get("/metrics/leads", {"where": "channel=email"}).json()

    assert {row["keys"]["channel"]: row["value"] for row in both["rows"]} == {"paid_search": 3, "email": 2}
    assert (both["total"]["value"], both["unit"]) == (5, "count")
    assert monday["total"]["value"] == 3
    assert mail["total"]["value"] == 2


def test_a_seller_counts_her_own(program_of, rita, leads):
    answer = program_of(rita).get("/metrics/leads").json()

    assert answer["total"]["value"] == 1


def test_a_figure_opens_to_its_rows_a_page_at_a_time(program_of, ada, leads):
    program = program_of(ada)

    first = program.get("/metrics/leads/rows", {"where": "channel=paid_search", "limit": 2}).json()
    rest = program.get(
        "/metrics/leads/rows", {"where": "channel=paid_search", "limit": 2, "after": first["next"]}
    ).json()

    assert len(first["data"]) == 2
    assert {row["lead_id"] for row in first["data"] + rest["data"]} == {lead.pk for lead in leads[:3]}
    assert rest["next"] is None


def test_what_cannot_be_known_is_409_with_its_counts(program_of, ada, leads):
    response = program_of(ada).get("/metrics/revenue_per_lead")

    assert (response.status_code, response.json()["code"]) == (409, "cannot_be_known")
    assert "of 5 leads none has an outcome" in response.json()["message"]


def test_as_of_a_day_includes_the_day_and_nothing_later(program_of, ada, leads):
    program = program_of(ada)

    monday = program.get("/metrics/leads", {"as_of": "2026-03-02"}).json()
    tuesday = program.get("/metrics/leads", {"as_of": "2026-03-03"}).json()

    assert (monday["total"]["value"], tuesday["total"]["value"]) == (3, 5)


@pytest.mark.parametrize(
    ("name", "query", "argument"),
    [
        ("leeds", {}, "metric"),
        ("leads", {"by": "colour"}, "dimension"),
        ("leads", {"where": "channel"}, "where"),
        ("leads", {"since": "soon"}, "since"),
        ("leads", {"since": "2026-03-02", "until": "2026-03-01"}, "until"),
        ("leads", {"window": "last_decade"}, "window"),
        ("leads", {"window": "today", "since": "2026-03-02"}, "window"),
        ("leads", {"anchor": "moon"}, "anchor"),
        ("leads", {"as_of": "then"}, "as_of"),
        ("leads", {"limit": "-1"}, "limit"),
        ("leads", {"colour": "red"}, "colour"),
    ],
)
def test_what_a_figure_cannot_be_asked_is_refused_by_name(program_of, ada, leads, name, query, argument):
    response = program_of(ada).get(f"/metrics/{name}", query)

    assert (response.status_code, response.json()["code"]) == (422, "invalid_input")
    assert list(response.json()["errors"]) == [argument]


def test_without_the_right_no_figure_is_told(program_of, ada, leads):
    program = program_of(ada, ["leads.view"])

    answers = [program.get(path) for path in ("/metrics", "/metrics/leads", "/metrics/leads/rows")]

    assert [(one.status_code, one.json()["code"]) for one in answers] == [(403, "not_permitted")] * 3


def test_money_is_exact_text_in_the_reporting_currency(program_of, admin, company):
    from isthmus.sales.commands import pay_order, place_order

    add_pipeline(name="Direct", stages=[{"name": "Meeting"}], by=SYSTEM, at=MONDAY_NOON)
    deal = open_deal(name="Boat", by=SYSTEM, at=MONDAY_NOON)
    order = place_order(
        number="A1",
        deal_id=deal.pk,
        lines=[{"amount": "0.10"}, {"amount": "0.20"}],
        by=SYSTEM,
        at=MONDAY_NOON,
    )
    pay_order(order_id=order.pk, by=SYSTEM, at=MONDAY_NOON)

    answer = program_of(admin).get("/metrics/revenue").json()

    assert (float(answer["total"]["value"]), answer["currency"]) == (0.3, "EUR")
    assert answer["total"]["value"].startswith("0.3")
