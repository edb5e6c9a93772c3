"""`isthmus doctor`: it finds nothing where all is well, and names what is not."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.conf import settings

from isthmus.cli.doctor import doctor
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.core.models import Job, WorkerBeat
from isthmus.leads import invariants as leads
from isthmus.leads.commands import capture_lead
from isthmus.leads.models import Lead
from isthmus.ledger import invariants as ledger
from isthmus.ledger import state
from isthmus.ledger.models import InboxFact, SealedFile, Unit
from isthmus.ledger.sealing import seal
from isthmus.people.commands import add_person
from isthmus.sales import invariants as sales
from isthmus.sales.commands import add_pipeline, open_deal, pay_order, place_order, refund_order, win_deal
from isthmus.sales.models import Order, Payment
from isthmus.upkeep import looking
from isthmus.workspace.models import Company
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def nothing_remembered_of_other_tests() -> None:
    """Their rows were rolled back, and the position of the ledger may be the same."""
    state.forget()


@pytest.fixture(autouse=True)
def room_on_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever machine the tests run on."""
    monkeypatch.setattr(looking, "LEAST_FREE", 0.0)


@pytest.fixture
def business(company: Company) -> Order:
    """A lead and a paid order of which a part was given back."""
    capture_lead(full_name="Pat", email="pat@example.com", channel="email", by=SYSTEM, at=MONDAY_NOON)
    add_pipeline(name="Sales", stages=[{"name": "Talk"}], by=SYSTEM, at=MONDAY_NOON)
    buyer = add_person(full_name="Bo", email="bo@example.com", by=SYSTEM, at=MONDAY_NOON)
    deal = open_deal(person_id=buyer.pk, amount=Decimal(300), by=SYSTEM, at=MONDAY_NOON)
    win_deal(deal_id=deal.pk, by=SYSTEM, at=MONDAY_NOON)
    lines: Any = [{"amount": Decimal("33.33")}, {"amount": Decimal("66.67")}]
    order = place_order(number="A-1", deal_id=deal.pk, lines=lines, by=SYSTEM, at=MONDAY_NOON)
    pay_order(order_id=order.pk, by=SYSTEM, at=MONDAY_NOON)
    refund_order(order_id=order.pk, amount=Decimal("10.01"), by=SYSTEM, at=MONDAY_NOON)
    return order


def _wrong(*arguments: str) -> dict[str, list[str]]:
    result = CliRunner().invoke(doctor, [*arguments, "--format", "json"])
    found: list[dict[str, Any]] = json.loads(result.output)
    wrong = {one["check"]: one["wrong"] for one in found if one["wrong"]}
    assert result.exit_code == bool(wrong)
    return wrong


def test_a_company_whose_books_agree_is_well(business: Order) -> None:
    assert leads.check() == ledger.check_facts() == sales.check() == ledger.check_files(now()) == []


def test_sealing_changes_nothing_of_that(business: Order) -> None:
    seal()

    assert leads.check() == ledger.check_facts() == sales.check() == ledger.check_files(now()) == []


def test_all_is_well_with_a_worker_alive(business: Order) -> None:
    WorkerBeat.objects.create(name="w", host="h", pid=1, threads=4, started_at=now(), beat_at=now())

    assert _wrong("--invariants") == {}


def test_a_company_without_a_worker_is_told_how_to_start_one(company: Company) -> None:
    assert _wrong() == {
        "Worker": ["No worker is running, so nothing is sealed or sent. Start it with `isthmus serve`."]
    }


def test_failed_jobs_are_counted(company: Company) -> None:
    Job.objects.create(name="test.x", state="dead", run_at=now(), created_at=now(), max_attempts=1)

    assert _wrong()["Queue"] == ["1 job failed for good. See `isthmus jobs list --state dead`."]


def test_a_lead_that_changed_its_state_behind_the_ledgers_back_is_found(business: Order) -> None:
    Lead.objects.update(state="qualified")

    assert len(leads.check()) == 2  # One too many in one state, one too few in the other.


def test_a_committed_fact_that_is_gone_is_found(business: Order) -> None:
    InboxFact.objects.order_by("seq").last().delete()  # type: ignore[union-attr]

    (sentence,) = ledger.check_facts()
    assert sentence.startswith("Acts committed")


def test_a_payment_that_the_ledger_does_not_know_is_found(business: Order) -> None:
    Payment.objects.create(order=business, kind="payment", amount=5_000_000, at=MONDAY_NOON)

    difference, order = sales.check()
    assert difference == (
        "Of kind “payment” in EUR the tables hold 5000000 micros and 1 entries more than the ledger."
    )
    assert order == "Order A-1 says that 89990000 micros were paid; its payments add up to 94990000."


def test_a_damaged_file_is_named(business: Order) -> None:
    seal()
    file = SealedFile.objects.order_by("pk")[0]
    path: Path = settings.LEDGER_DIR / file.path
    path.write_bytes(path.read_bytes()[:-1])

    (sentence,) = ledger.check_files(now())
    assert file.path in sentence


def test_a_missing_file_is_noticed_without_reading_any(business: Order) -> None:
    seal()
    file = SealedFile.objects.order_by("pk")[0]
    (settings.LEDGER_DIR / file.path).unlink()

    (sentence,) = _wrong()["Ledger files"]
    assert file.path in sentence


def test_every_finding_has_a_remedy(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    capture_lead(full_name="Pat", email="pat@example.com", channel="email", by=SYSTEM, at=MONDAY_NOON)
    seal()
    for file in SealedFile.objects.all():
        (settings.LEDGER_DIR / file.path).unlink()
    Unit.objects.update(sealed_at=now() + timedelta(days=1))
    capture_lead(full_name="Bo", email="bo@example.com", channel="email", by=SYSTEM, at=MONDAY_NOON)
    InboxFact.objects.update(received_us=0)
    Job.objects.create(name="test.x", state="dead", run_at=now(), created_at=now(), max_attempts=1)
    Job.objects.create(name="test.y", run_at=MONDAY_NOON, created_at=now(), max_attempts=1)
    monkeypatch.setattr(looking, "LEAST_FREE", 2.0)
    monkeypatch.setattr(looking, "ENOUGH_FREE", 1 << 62)
    monkeypatch.setattr(looking, "known_changes", lambda: frozenset({("people", "9999_new")}))

    wrong = _wrong()

    assert set(wrong) == {"Tables", "Disk", "Ledger files", "Inbox", "Worker", "Queue", "Clock"}
    for sentence in (sentence for sentences in wrong.values() for sentence in sentences):
        found, _stop, remedy = sentence.partition(". ")
        assert found, remedy
