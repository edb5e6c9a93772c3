"""A fact is written in the transaction of its act, and is there at once."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from isthmus import ledger
from isthmus.core import clock, queue
from isthmus.core.actors import SYSTEM, Actor
from isthmus.core.queue.models import Job
from isthmus.core.queue.registry import _reactions, _tasks
from isthmus.ledger import Fact
from isthmus.ledger.facts import fact_ids
from isthmus.ledger.models import InboxFact
from isthmus.ledger.reading import snapshot
from isthmus.ledger.schema import COLUMNS
from tests.ledger.writing import MONDAY, amounts, day, paid, rows, write

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def thanking() -> Iterator[None]:
    @queue.reaction("order.paid", name="test.thank", outgoing=False)
    def thank(fact: dict[str, object]) -> None: ...

    yield
    del _tasks["test.thank"]
    _reactions["order.paid"] = [task for task in _reactions["order.paid"] if task.name != "test.thank"]


def test_a_recorded_fact_is_seen_at_once_with_all_its_columns() -> None:
    rita = Actor(kind="user", id=7)
    columns: dict[str, Any] = {
        "subject": 1, "account_id": 2, "lead_id": 3, "deal_id": 4, "order_id": 5, "campaign_id": 6,
        "content_id": 7, "product_id": 8, "landing_page": "/l", "channel": "email", "utm_source": "news",
        "owner": 9, "team": 10, "territory": 11, "region": "EU", "locale": "de", "amount": -12,
        "amount_base": 13, "currency": "EUR", "quantity": 14, "natural_key": "p:1", "revision": 0,
        "stream_id": "s",
    }  # fmt: skip
    with transaction.atomic():
        (identifier,) = ledger.record(
            Fact(kind="order.paid", at=MONDAY, props={"b": [1, None], "a": "é"}, **columns), by=rita
        )

    with snapshot() as facts:
        cursor = facts.execute("SELECT * FROM facts")
        names = [column[0] for column in cursor.description]
        seen = dict(zip(names, cursor.fetchall()[0], strict=True))

    assert names == [*(column.name for column in COLUMNS), "occurred_at", "received_at", "machine"]
    assert {name: seen[name] for name in columns} == columns
    assert (seen["id"], seen["kind"], seen["unit"]) == (identifier, "order.paid", 0)
    assert (seen["actor_kind"], seen["actor_id"], seen["schema_version"]) == ("user", 7, 2)
    assert seen["occurred_us"] == clock.to_us(MONDAY)
    assert seen["occurred_at"] == MONDAY.replace(tzinfo=None)
    assert seen["props"] == '{"a":"é","b":[1,null]}'


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_a_mistake() -> None:
    with pytest.raises(transaction.TransactionManagementError, match="in the transaction of its act"):
        ledger.record(paid(1), by=SYSTEM)


def test_a_fact_goes_with_the_act_that_failed() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        ledger.record(paid(1), by=SYSTEM)
        assert amounts() == [1]
        raise RuntimeError

    assert amounts() == []


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        write(Fact(kind="order.paid", at=datetime(2026, 3, 2)))  # noqa: DTZ001


def test_empty_text_is_no_text() -> None:
    write(Fact(kind="lead.captured", at=MONDAY, channel="", currency="", natural_key=""))

    assert rows("SELECT channel, currency, natural_key, props FROM facts") == [(None, None, None, None)]


def test_ids_rise_in_the_order_of_writing() -> None:
    ids = list(fact_ids(5_000))

    assert ids == sorted(set(ids))
    assert {(one[6] >> 4, one[8] >> 6) for one in ids} == {(7, 2)}


def test_many_facts_at_once_are_as_good_as_one_by_one() -> None:
    ids = write(*(paid(number, subject=number % 7) for number in range(2_500)))

    assert amounts() == list(range(2_500))
    assert [bytes(one) for one in InboxFact.objects.order_by("seq").values_list("id", flat=True)] == ids


def test_a_reaction_is_queued_once_with_the_fact(thanking: None) -> None:
    (identifier, _other) = write(paid(5), Fact(kind="lead.captured", at=day(1)))

    job = Job.objects.get(name="test.thank")
    assert job.key == f"test.thank:{identifier.hex()}"
    assert job.args["fact"]["amount"] == 5


def test_a_key_too_long_to_be_kept_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 200"):
        write(paid(1, natural_key="x" * 201))


def test_ids_rise_from_one_call_to_the_next_within_one_millisecond() -> None:
    ids = [one for _call in range(2000) for one in fact_ids(3)]

    assert ids == sorted(set(ids))
    assert {(one[6] >> 4, one[8] >> 6) for one in ids} == {(7, 2)}  # version and variant of RFC 9562
    now_ms = time.time_ns() // 1_000_000
    assert all(now_ms - 60_000 < int.from_bytes(one[:6], "big") <= now_ms + 1 for one in ids)
