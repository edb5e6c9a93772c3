"""Pages of rows go on from the last row seen; every row comes once, in order, those without a value last."""

from datetime import timedelta

import pytest
from django.core.exceptions import BadRequest

from isthmus.core.actors import SYSTEM
from isthmus.leads.commands import capture_leads
from isthmus.leads.models import Lead
from isthmus.web.lists.keyset import Order, chunks, ids, page
from tests.cast import MONDAY_NOON

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture
def many(company):
    rows = [
        {"full_name": f"Guest {place}", "email": f"g{place}@buyer.example", "score": score, "at": at}
        for place, (score, at) in enumerate(
            (place % 3 * 10 or None, MONDAY_NOON + timedelta(hours=place // 3)) for place in range(12)
        )
    ]
    return capture_leads(rows=rows, by=SYSTEM)


def walked(order, size=5):
    seen, after = [], ""
    while True:
        rows, after = page(Lead.objects.all(), order, after, size)
        seen += rows
        if not after:
            return seen


@pytest.mark.parametrize("field", ["captured_at", "score"])
@pytest.mark.parametrize("descending", [True, False])
def test_every_row_comes_once_and_in_order(many, field, descending):
    seen = walked(Order(field, descending))

    values = [getattr(lead, field) for lead in seen if getattr(lead, field) is not None]
    assert sorted(lead.pk for lead in seen) == sorted(lead.pk for lead in many)
    assert values == sorted(values, reverse=descending)


def test_rows_without_a_value_come_last_whichever_way_one_sorts(many):
    for descending in (True, False):
        seen = walked(Order("score", descending), size=3)

        assert [lead.score for lead in seen][-4:] == [None] * 4


def test_a_row_that_comes_in_meanwhile_shifts_nothing(many):
    order = Order("captured_at", True)
    first, after = page(Lead.objects.all(), order, "", 5)
    late = {"full_name": "Late", "email": "late@buyer.example", "at": MONDAY_NOON + timedelta(days=9)}
    capture_leads(rows=[late], by=SYSTEM)

    second, _after = page(Lead.objects.all(), order, after, 5)

    assert {lead.pk for lead in first} & {lead.pk for lead in second} == set()
    assert len(second) == 5


@pytest.mark.parametrize("field", ["captured_at", "score"])
@pytest.mark.parametrize("descending", [True, False])
def test_an_export_reads_in_chunks_what_the_pages_show(many, field, descending):
    order, rows = Order(field, descending), Lead.objects.all()

    exported = [lead.pk for chunk in chunks(rows, ids(rows, order), size=5) for lead in chunk]

    assert exported == [lead.pk for lead in walked(order)]


def test_a_row_that_moves_to_the_front_while_an_export_runs_is_in_it_all_the_same(many):
    rows = Lead.objects.all()
    reading = chunks(rows, ids(rows, Order("captured_at", True)), size=5)
    first = next(reading)
    oldest = rows.order_by("captured_at", "pk").first()
    rows.filter(pk=oldest.pk).update(captured_at=MONDAY_NOON + timedelta(days=9))

    others = [lead for chunk in reading for lead in chunk]

    assert oldest in others
    assert len(first) + len(others) == 12


@pytest.mark.parametrize("nonsense", ["%", "abc", "bm90IGpzb24", "WyJhIl0"])
def test_a_place_that_cannot_be_read_is_a_bad_request(many, nonsense):
    with pytest.raises(BadRequest):
        page(Lead.objects.all(), Order("captured_at", True), nonsense)
