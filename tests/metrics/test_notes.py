"""What is said beside a figure: gaps, cut-off records, youth, concentration, noise, overlap."""

from datetime import timedelta

import pytest

from isthmus.core.window import Window
from tests.metrics.cohorts import START, cohorts
from tests.metrics.table import BERLIN, asked, fact

pytestmark = pytest.mark.django_db


def test_young_leads_are_counted_and_the_figure_is_said_to_rise() -> None:
    notes = asked(cohorts(12), "conversion").notes

    assert any("of 120 leads were captured less than 21 days before" in note for note in notes)
    assert any("will still rise" in note for note in notes)


def test_a_cohort_old_enough_is_not_called_young() -> None:
    window = Window.parse("2025-01-01", "2025-02-01", BERLIN.zone)

    assert not any("will still rise" in note for note in asked(cohorts(30), "conversion", window).notes)


def test_one_large_payer_is_named_by_share() -> None:
    facts = [
        fact("order.paid", START, subject=n, lead_id=n, amount_base=10**6 * (30 if n == 0 else 1))
        for n in range(71)
    ]

    notes = asked(facts, "revenue").notes

    assert "Of 71 payers, one brings 30.0 % of the revenue and ten bring 39.0 %." in notes


def test_many_equal_payers_are_no_concentration() -> None:
    facts = [fact("order.paid", START, subject=n, lead_id=n, amount_base=10**6) for n in range(100)]

    assert asked(facts, "revenue").notes == []


def test_an_account_and_a_person_of_one_number_are_two_payers() -> None:
    facts = [fact("order.paid", START, subject=n, amount_base=10**6) for n in range(11)]
    facts += [fact("order.paid", START, account_id=n, subject=50, amount_base=10**6) for n in range(11)]

    notes = asked(facts, "revenue").notes

    assert "Of 22 payers, one brings 4.5 % of the revenue and ten bring 45.5 %." in notes


def test_differences_that_chance_makes_are_called_so() -> None:
    facts = []
    for number in range(400):
        won = number % 2 == 0 if number >= 8 else True
        kind = "deal.won" if won else "deal.lost"
        facts.append(fact(kind, START, deal_id=number, owner=1 + number % 4 // 2))

    notes = asked(facts, "win_rate", by=("owner",)).notes

    assert any("2 groups large enough to compare are no more than chance makes" in note for note in notes)


def test_real_differences_are_not_called_chance() -> None:
    facts = [
        fact(
            "deal.won" if n % 10 < (8 if n < 200 else 2) else "deal.lost",
            START,
            deal_id=n,
            owner=1 + n // 200,
        )
        for n in range(400)
    ]

    assert not any("chance" in note for note in asked(facts, "win_rate", by=("owner",)).notes)


def test_wins_before_first_contact_are_left_out_of_the_days_and_said() -> None:
    facts = [
        fact("lead.captured", START, lead_id=1, subject=1),
        fact("deal.won", START - timedelta(days=2), deal_id=1, lead_id=1),
        fact("lead.captured", START, lead_id=2, subject=2),
        fact("deal.won", START + timedelta(days=9), deal_id=2, lead_id=2),
    ]

    answer = asked(facts, "days_to_close")

    assert (answer.total.value, answer.total.n) == (9, 1)
    assert any(note.startswith("1 win is dated before its first contact") for note in answer.notes)
    assert asked(facts, "wins").total.value == 2


def test_payments_of_no_lead_are_said_where_leads_are_counted() -> None:
    facts = [
        fact("lead.captured", START, lead_id=1, subject=1),
        fact("order.paid", START, lead_id=1, subject=1, amount_base=10**6),
        fact("order.paid", START, subject=9, amount_base=5 * 10**6),
    ]

    answer = asked(facts, "revenue_per_lead")

    assert answer.total.value == 1
    assert "1 fact belongs to no lead and is not counted here." in answer.notes
