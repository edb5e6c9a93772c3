"""A timeline is read a page at a time, newest first, from the inbox and from all files."""

import random

import pytest

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.ledger import Fact
from isthmus.ledger.reading import snapshot
from isthmus.ledger.sealing import seal
from isthmus.ledger.timeline import PastFact, facts_for_subjects, facts_where
from tests.ledger.writing import MONDAY, day, paid, take_back, write

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _pages(limit: int, subjects: list[int]) -> list[PastFact]:
    found: list[PastFact] = []
    while page := facts_for_subjects(subjects, limit=limit, before=found[-1].place if found else None):
        assert len(page) <= limit
        found += page
    return found


def test_pages_together_are_the_whole_history_in_order() -> None:
    dice = random.Random(7)
    pat, patricia, olga = ledger.new_subjects(3)
    for _ in range(4):
        facts = [
            paid(number, on=dice.choice([dice.randrange(400), 5]), subject=dice.choice([pat, patricia, olga]))
            for number in range(60)
        ]
        write(*facts)
        if dice.random() < 0.8:
            seal()
    ledger.merge_subjects(patricia, pat, SYSTEM, MONDAY)
    with snapshot() as facts_now:
        query = "SELECT id FROM facts WHERE subject = ? ORDER BY occurred_us DESC, id DESC"
        expected = [one for (one,) in facts_now.execute(query, [pat]).fetchall()]

    for limit in (1, 7, 50, 1_000):
        assert [fact.id for fact in _pages(limit, [pat])] == expected
    assert [fact.id for fact in facts_for_subjects([patricia], limit=3)] == expected[:3]


def test_one_lead_deal_or_account_has_its_own_timeline() -> None:
    pat, olga = ledger.new_subjects(2)
    lead = Fact(kind="lead.captured", at=day(0), subject=pat, lead_id=1, account_id=9)
    deal = Fact(kind="deal.opened", at=day(40), subject=pat, lead_id=1, deal_id=2, account_id=9)
    other = Fact(kind="lead.captured", at=day(41), subject=olga, lead_id=3, account_id=9)
    write(lead, other)
    seal()
    write(deal)

    def kinds(column: str, number: int, **narrowed: object) -> list[str]:
        return [fact.kind for fact in facts_where(column, [number], **narrowed)]  # type: ignore[arg-type]

    assert kinds("lead_id", 1) == ["deal.opened", "lead.captured"]
    assert kinds("lead_id", 1, subjects=[pat]) == ["deal.opened", "lead.captured"]
    assert kinds("lead_id", 1, subjects=[]) == []
    assert kinds("lead_id", 1, kinds=["lead.captured"]) == ["lead.captured"]
    assert kinds("lead_id", 1, kinds=[]) == []
    assert kinds("deal_id", 2) == ["deal.opened"]
    assert kinds("account_id", 9, limit=2) == ["lead.captured", "deal.opened"]
    assert kinds("account_id", 10) == []
    assert facts_where("lead_id", []) == []


def test_a_timeline_leaves_out_what_does_not_count() -> None:
    (pat,) = ledger.new_subjects(1)
    first, *_others = write(
        *(paid(number, on=number, subject=pat, natural_key=f"k{number}") for number in range(4))
    )
    seal()
    write(paid(10, on=1, subject=pat, natural_key="k1", revision=1))
    take_back(fact_id=first)

    assert [fact.amount for fact in facts_for_subjects([pat])] == [3, 2, 10]


def test_a_past_fact_tells_when_and_what() -> None:
    (pat,) = ledger.new_subjects(1)
    write(Fact(kind="deal.lost", at=day(3), subject=pat, props={"reason": "no_budget"}))

    (fact,) = facts_for_subjects([pat])

    assert (fact.at, fact.values, fact.sealed, fact.actor_kind) == (
        day(3),
        {"reason": "no_budget"},
        {},
        "system",
    )
