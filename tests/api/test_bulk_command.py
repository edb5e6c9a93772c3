"""`POST /commands/<name>/bulk`: each row is done or refused in its place, and leaves what single acts do."""

import pytest

from isthmus.core.commands import registry
from isthmus.core.inputs import MONEY
from isthmus.core.runs import CommandRun
from isthmus.leads.models import Lead
from isthmus.ledger.models import InboxFact
from isthmus.sales.models import Deal, Order, Payment
from isthmus.workspace.models import Rate

pytestmark = pytest.mark.both_databases


def test_rows_are_done_or_refused_each_in_its_place(program_of, mia):
    rows = [
        {"full_name": "Pat Prospect", "at": "2026-03-02T12:00:00Z"},
        {"channel": "email"},
        {"full_name": "Olga", "colour": "red"},
        {"full_name": "Second", "campaign_id": "many"},
        {"full_name": "Last"},
    ]

    answer = program_of(mia).post("/commands/capture_lead/bulk", {"rows": rows}).json()

    assert (answer["done"], answer["refused"]) == (2, 3)
    assert answer["rows"][0]["result"]["captured_at"] == "2026-03-02T12:00:00Z"
    assert answer["rows"][1]["refusal"]["code"] == "lead_has_no_person"
    assert list(answer["rows"][2]["refusal"]["errors"]) == ["colour"]
    assert list(answer["rows"][3]["refusal"]["errors"]) == ["campaign_id"]
    assert [lead.person.full_name for lead in Lead.objects.order_by("pk")] == ["Pat Prospect", "Last"]
    run = CommandRun.objects.get(batch=answer["batch"])
    assert (run.command, run.rows, run.facts) == ("capture_lead", 2, answer["facts"])


def test_amounts_of_a_bulk_call_are_whole_units_as_those_of_a_single_one(program_of, admin):
    program = program_of(admin)
    program.post("/commands/add_pipeline", {"name": "Direct", "stages": [{"name": "Meeting"}]})

    deals = program.post(
        "/commands/open_deal/bulk",
        {"rows": [{"name": "Boat", "amount": "1250.10"}, {"name": "Oar", "amount": 3}]},
    ).json()
    deal_ids = [row["result"]["id"] for row in deals["rows"]]
    orders = program.post(
        "/commands/place_order/bulk",
        {
            "rows": [
                {"number": "A1", "deal_id": deal_ids[0], "lines": [{"amount": "0.10"}, {"amount": "0.20"}]}
            ]
        },
    ).json()
    order_id = orders["rows"][0]["result"]["id"]
    paid = program.post(
        "/commands/pay_order/bulk", {"rows": [{"order_id": order_id, "amount": "0.30"}]}
    ).json()
    program.post(
        "/commands/set_rate/bulk",
        {"rows": [{"currency": "SEK", "on": "2026-01-01", "base_per_unit": "0.09"}]},
    )

    assert [row["result"]["amount"] for row in deals["rows"]] == ["1250.1", "3"]
    assert list(Deal.objects.order_by("pk").values_list("amount", flat=True)) == [1_250_100_000, 3_000_000]
    assert Order.objects.get().total == Payment.objects.get().amount == 300_000
    assert paid["rows"][0]["result"]["amount"] == "0.3"
    assert str(Rate.objects.get().base_per_unit).startswith("0.09")


def test_every_decimal_of_a_bulk_command_is_money_or_known_not_to_be():
    not_money = {("set_rate", "base_per_unit"), ("set_price", "unit_price")}

    unknown = [
        (name, argument)
        for name, entry in registry().items()
        if entry.bulk is not None
        for argument, field in entry.input_model.model_fields.items()
        if "Decimal" in str(field.annotation) and argument not in MONEY and (name, argument) not in not_money
    ]

    assert unknown == []


def test_bulk_leaves_the_same_facts_as_one_by_one(program_of, mia):
    program = program_of(mia)
    rows = [{"full_name": f"Pat {n}", "email": f"pat{n}@example.com", "channel": "email"} for n in range(3)]
    kinds = InboxFact.objects.order_by("kind").values_list("kind", flat=True)

    program.post("/commands/capture_lead/bulk", {"rows": rows})
    in_bulk = list(kinds)
    InboxFact.objects.all().delete()
    for row in rows:
        program.post("/commands/capture_lead", {**row, "email": f"other-{row['email']}"})

    assert in_bulk == list(kinds)


def test_a_bulk_call_is_idempotent_as_a_whole(program_of, mia):
    program = program_of(mia)
    body = {"rows": [{"full_name": "Pat"}, {"full_name": "Olga"}]}

    first = program.post("/commands/capture_lead/bulk", body, Idempotency_Key="one")
    again = program.post("/commands/capture_lead/bulk", body, Idempotency_Key="one")

    assert again.json() == first.json()
    assert again["Idempotent-Replay"] == "true"
    assert Lead.objects.count() == 2


def test_a_call_whose_rows_are_all_unusable_does_nothing(program_of, mia):
    answer = program_of(mia).post("/commands/capture_lead/bulk", {"rows": [{"colour": "red"}]}).json()

    assert (answer["done"], answer["refused"], answer["batch"], answer["facts"]) == (0, 1, None, 0)


@pytest.mark.parametrize(
    ("body", "argument"),
    [
        ({}, "rows"),
        ({"rows": []}, "rows"),
        ({"rows": {"full_name": "Pat"}}, "rows"),
        ({"rows": ["Pat"]}, "rows"),
        ({"rows": [{"full_name": "Pat"}] * 1001}, "rows"),
        ({"rows": [{"full_name": "Pat"}], "dry": True}, "dry"),
        ({"rows": [{"full_name": "Pat"}], "at": "soon"}, "at"),
    ],
)
def test_a_bulk_body_that_cannot_be_read_is_refused_whole(program_of, mia, body, argument):
    response = program_of(mia).post("/commands/capture_lead/bulk", body)

    assert response.status_code == 422
    assert argument in response.json()["errors"]
    assert not Lead.objects.exists()


def test_without_the_right_no_row_is_done(program_of, ada):
    response = program_of(ada).post("/commands/capture_lead/bulk", {"rows": [{"full_name": "Pat"}]})

    assert (response.status_code, response.json()["code"]) == (403, "not_permitted")


def test_an_act_without_a_bulk_form_says_so(program_of, admin):
    response = program_of(admin).post("/commands/add_team/bulk", {"rows": [{"name": "Inbound"}]})

    assert (response.status_code, response.json()["code"]) == (409, "no_bulk_form")
