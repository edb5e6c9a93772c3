"""The registry: typed inputs read in words, one transaction and batch for each act, undo, bulk by name."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from isthmus import ledger
from isthmus.core import commands, inputs
from isthmus.core.actors import SYSTEM, Actor, Scope
from isthmus.core.refusals import InvalidInput, NotFound, NotPermitted, Refusal
from isthmus.core.runs import CommandRun
from isthmus.leads.models import Lead
from isthmus.ledger.facts import Fact
from isthmus.ledger.models import InboxFact
from isthmus.sales.models import Order, Payment
from tests.cast import MONDAY_NOON


def example(
    *,
    lead_id: int,
    by: Actor,
    at: datetime,
    amount: Decimal | None = None,
    on: date | None = None,
    due_at: datetime | None = None,
    tags: list[str] | None = None,
    custom: dict[str, Any] | None = None,
    lines: list[dict[str, Decimal]] | None = None,
) -> None:
    """An act."""


MODEL = inputs.model_of("do_example", example)


@pytest.mark.core
@pytest.mark.parametrize(
    ("given", "sentences"),
    [
        ({}, {"lead_id": "lead_id is missing."}),
        ({"lead_id": "one"}, {"lead_id": "lead_id must be a whole number."}),
        ({"lead_id": 1.5}, {"lead_id": "lead_id must be a whole number."}),
        ({"lead_id": 1, "amount": "much"}, {"amount": "amount must be an amount like 1250.50."}),
        ({"lead_id": 1, "amount": "NaN"}, {"amount": "amount: Input should be a finite number."}),
        ({"lead_id": 1, "on": "today"}, {"on": "on must be a day like 2026-01-31."}),
        ({"lead_id": 1, "tags": "a"}, {"tags": "tags must be a list."}),
        ({"lead_id": 1, "custom": []}, {"custom": "custom must be an object of names and values."}),
        ({"lead_id": 1, "colour": 1}, {"colour": "colour is not an argument of this command."}),
        ({"lead_id": 1, "tags": ["\x00"]}, {"tags": "tags holds characters that are no text."}),
    ],
)
def test_each_bad_argument_is_told_in_a_sentence(given, sentences):
    with pytest.raises(InvalidInput) as refused:
        inputs.read(MODEL, given)

    assert refused.value.errors == sentences


@pytest.mark.core
@pytest.mark.parametrize(
    "given",
    [
        {"lead_id": 2**63},
        {"lead_id": -(2**63) - 1},
        {"lead_id": 1, "amount": "1e1000000000"},
        {"lead_id": 1, "on": "0001-01-01"},
        {"lead_id": 1, "due_at": "2026-03-02T12:00:00"},
        {"lead_id": 1, "due_at": "9999-12-31T23:59:59Z"},
    ],
)
def test_what_no_database_keeps_is_refused_before_it_gets_there(given):
    with pytest.raises(InvalidInput):
        inputs.read(MODEL, given)


@pytest.mark.core
def test_only_what_was_given_is_passed_on():
    assert inputs.read(MODEL, {"lead_id": "7", "amount": 1250.5}) == {
        "lead_id": 7,
        "amount": Decimal("1250.5"),
    }


@pytest.mark.core
def test_a_bulk_row_has_every_argument_and_its_amounts_in_micros():
    row = inputs.bulk_row(MODEL, {"lead_id": 7, "amount": "1.5", "lines": [{"amount": "0.1", "rate": "0.1"}]})

    assert row["lines"] == [{"amount": 100_000, "rate": Decimal("0.1")}]
    assert (row["lead_id"], row["amount"], row["on"]) == (7, 1_500_000, None)


def test_an_act_by_name_is_one_run_with_one_batch(company):
    result = commands.run(
        "capture_lead", {"full_name": "Pat", "consent": ["email"]}, by=SYSTEM, at=MONDAY_NOON
    )

    run = CommandRun.objects.get()
    assert (str(run.batch), run.facts, run.undo_command) == (result.batch, result.facts, "withdraw_lead")
    assert set(InboxFact.objects.values_list("batch", flat=True)) == {result.batch}
    assert InboxFact.objects.count() == result.facts


def test_a_name_that_is_none_names_the_near_ones():
    with pytest.raises(NotFound, match="Did you mean capture_lead"):
        commands.run("capture_leed", {}, by=SYSTEM, at=MONDAY_NOON)


def test_the_right_is_asked_before_the_arguments(company):
    nobody = Actor(kind="user", id=1, grants={"leads.view": Scope.ALL})

    with pytest.raises(NotPermitted, match=r"leads\.capture"):
        commands.run("capture_lead", {"colour": "red"}, by=nobody, at=MONDAY_NOON)


def test_a_payment_is_undone_by_a_refund_of_its_own_amount(company):
    commands.run(
        "add_pipeline", {"name": "Direct", "stages": [{"name": "Meeting"}]}, by=SYSTEM, at=MONDAY_NOON
    )
    deal = commands.run("open_deal", {"name": "Boat"}, by=SYSTEM, at=MONDAY_NOON).value
    lines = [{"amount": "10.50"}]
    order = commands.run(
        "place_order", {"number": "A1", "deal_id": deal.pk, "lines": lines}, by=SYSTEM, at=MONDAY_NOON
    ).value
    paying = {"order_id": order.pk, "amount": "4.25", "reference": "bank-1"}
    paid = commands.run("pay_order", paying, by=SYSTEM, at=MONDAY_NOON)

    commands.undo(paid.batch, by=SYSTEM, at=MONDAY_NOON)

    assert Order.objects.get().paid == 0
    assert list(Payment.objects.order_by("pk").values_list("kind", "amount")) == [
        ("payment", 4_250_000),
        ("refund", 4_250_000),
    ]


def test_bulk_by_name_keeps_each_rows_own_time(company):
    tuesday = datetime(2026, 3, 3, 12, tzinfo=UTC)
    rows = [
        {"full_name": "Pat"},
        {"full_name": "Olga", "at": tuesday.isoformat()},
        {"at": "soon", "full_name": "X"},
    ]

    result = commands.run_bulk("capture_lead", rows, by=SYSTEM, at=MONDAY_NOON)

    assert [lead.captured_at for lead in Lead.objects.order_by("pk")] == [MONDAY_NOON, tuesday]
    assert isinstance(result.value[2], InvalidInput)
    assert CommandRun.objects.get(batch=result.batch).rows == 2


@pytest.mark.both_databases
def test_a_bulk_act_whose_rows_were_all_refused_is_noted_when_it_recorded_facts(company):
    def act(rows):
        ledger.record(Fact(kind="survey.opened", at=MONDAY_NOON), by=SYSTEM)
        return [Refusal("Not this one.") for _row in rows]

    commands.bulk_call("import_rows", "imports.run", [{"at": MONDAY_NOON}], SYSTEM, act)

    run = CommandRun.objects.get()
    assert (run.rows, run.facts) == (0, 1)
    assert InboxFact.objects.get().batch == str(run.batch)


def test_a_bulk_act_that_did_nothing_leaves_no_trace(company):
    def act(rows):
        return [Refusal("Not this one.") for _row in rows]

    commands.bulk_call("import_rows", "imports.run", [{"at": MONDAY_NOON}], SYSTEM, act)

    assert not CommandRun.objects.exists()
