"""History is not edited: retractions, revisions and merges say what counts from when on."""

from uuid import UUID, uuid4

import pytest

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.ledger import recording
from isthmus.ledger.facts import fact_ids
from isthmus.ledger.file_merging import merge_files
from isthmus.ledger.merges import CannotMerge, CannotUnmerge
from isthmus.ledger.reading import snapshot
from isthmus.ledger.sealing import seal
from isthmus.ledger.timeline import facts_for_subjects
from tests.ledger.writing import MONDAY, amounts, paid, rows, take_back, write

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
SEALED = pytest.mark.parametrize("sealed", [False, True], ids=["inbox", "sealed"])


def _settle(sealed: bool) -> None:
    if sealed:
        seal()


@SEALED
def test_the_latest_revision_of_a_payment_counts(sealed: bool) -> None:
    write(paid(10, natural_key="payment:1:1"), paid(20, natural_key="payment:2:1"))
    _settle(sealed)
    write(paid(11, natural_key="payment:1:1", revision=1))
    assert amounts() == [11, 20]

    _settle(sealed)
    write(paid(9, natural_key="payment:1:1", revision=0))

    assert amounts() == [11, 20]


@SEALED
def test_of_two_equal_revisions_the_one_received_last_counts(sealed: bool) -> None:
    write(paid(10, natural_key="media:1:2026-03-02"))
    _settle(sealed)
    write(paid(12, natural_key="media:1:2026-03-02"))
    _settle(sealed)

    assert amounts() == [12]


def test_two_statements_of_one_thing_in_one_act_count_once() -> None:
    write(paid(1, natural_key="k"), paid(2, natural_key="k"), paid(3, natural_key="k", revision=1))

    assert amounts() == [3]


@SEALED
def test_a_retracted_fact_does_not_count(sealed: bool) -> None:
    first, _second = write(paid(1), paid(2))
    _settle(sealed)

    take_back(fact_id=first)

    assert amounts() == [2]
    _settle(sealed)
    assert amounts() == [2]


@SEALED
def test_when_a_revision_is_retracted_the_one_before_counts_again(sealed: bool) -> None:
    write(paid(1, natural_key="k"))
    (second,) = write(paid(2, natural_key="k", revision=1))
    _settle(sealed)
    assert amounts() == [2]

    take_back(fact_id=second)

    assert amounts() == [1]


@SEALED
def test_a_retracted_payment_may_be_stated_again(sealed: bool) -> None:
    write(paid(1, natural_key="k"), paid(2, natural_key="k", revision=1), paid(5))
    _settle(sealed)

    take_back(natural_key="k")
    assert amounts() == [5]
    _settle(sealed)
    write(paid(3, natural_key="k"))

    assert amounts() == [3, 5]


@SEALED
@pytest.mark.parametrize("batch", [str(uuid4()), str(UUID(bytes=next(fact_ids(1))))], ids=["v4", "v7"])
def test_a_retracted_batch_does_not_count(sealed: bool, batch: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write(paid(1))
    monkeypatch.setattr(recording, "current_batch", lambda: batch)
    write(paid(2), paid(3))
    monkeypatch.undo()
    _settle(sealed)

    take_back(batch=batch)

    assert amounts() == [1]


def test_corrections_hold_when_files_are_merged() -> None:
    gone, *_rest = write(*(paid(number, natural_key=f"k{number}") for number in range(5)))
    seal()
    write(paid(100, natural_key="k1", revision=1))
    seal()
    take_back(fact_id=gone)
    before = amounts()

    merge_files(thoroughly=True)

    assert amounts() == before == [2, 3, 4, 100]


@SEALED
def test_merged_subjects_count_as_one_until_they_are_taken_apart(sealed: bool) -> None:
    pat, patricia, pats_phone = ledger.new_subjects(3)
    write(paid(1, subject=pat), paid(2, subject=patricia), paid(3, subject=pats_phone))
    _settle(sealed)
    distinct = "SELECT count(DISTINCT subject) FROM facts"

    ledger.merge_subjects(pats_phone, pat, SYSTEM, MONDAY)
    ledger.merge_subjects(pat, patricia, SYSTEM, MONDAY)

    assert rows("SELECT DISTINCT subject FROM facts") == [(patricia,)]
    assert [fact.amount for fact in facts_for_subjects([pat])] == [3, 2, 1]
    ledger.unmerge_subjects(pat, patricia, SYSTEM, MONDAY)
    assert rows(distinct) == [(2,)]
    ledger.unmerge_subjects(pats_phone, pat, SYSTEM, MONDAY)
    assert rows(distinct) == [(3,)]


def test_a_merge_cannot_make_a_circle() -> None:
    pat, patricia = ledger.new_subjects(2)
    ledger.merge_subjects(pat, patricia, SYSTEM, MONDAY)

    with pytest.raises(CannotMerge, match="Merge the one that remains"):
        ledger.merge_subjects(patricia, pat, SYSTEM, MONDAY)
    with pytest.raises(CannotMerge, match="one already"):
        ledger.merge_subjects(patricia, patricia, SYSTEM, MONDAY)
    with pytest.raises(CannotUnmerge, match="not merged"):
        ledger.unmerge_subjects(patricia, pat, SYSTEM, MONDAY)


def test_queries_that_cannot_see_subjects_do_not_pay_for_merges() -> None:
    pat, patricia = ledger.new_subjects(2)
    write(paid(1, subject=pat), paid(2, subject=patricia))
    seal()
    ledger.merge_subjects(pat, patricia, SYSTEM, MONDAY)

    with snapshot() as facts:
        blind = facts.execute(
            "EXPLAIN SELECT kind, count(*), sum(amount) FROM facts GROUP BY kind"
        ).fetchall()
        seeing = facts.execute("EXPLAIN SELECT count(DISTINCT subject) FROM facts").fetchall()

    assert "join" not in blind[0][1].lower()
    assert "join" in seeing[0][1].lower()


def test_retract_takes_one_thing() -> None:
    with pytest.raises(TypeError, match="one thing"):
        take_back(fact_id=b"0" * 16, batch="x")
