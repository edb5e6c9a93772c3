"""Timelines are found in copies by subject: the same answers as from the sealed files, come what may."""

import os
import random
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.ledger import Fact
from isthmus.ledger.by_subject.copy import BLOCK, Copy, NotWhole
from isthmus.ledger.by_subject.keeping import make_missing
from isthmus.ledger.erasing import erase_subjects
from isthmus.ledger.file_merging import merge_files
from isthmus.ledger.manifest import DamagedLedger, current_files
from isthmus.ledger.reading import Snapshot
from isthmus.ledger.sealing import seal
from isthmus.ledger.sweeping import sweep
from isthmus.ledger.timeline import PastFact, facts_for_subjects, facts_where
from tests.ledger.writing import MONDAY, day, paid, take_back, write

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
DAMAGES = 60


def _copies(folder: Path) -> list[Path]:
    return sorted(folder.glob("by_subject/*/*"))


def _without_the_engine(**asked: Any) -> list[PastFact]:
    with mock.patch.object(Snapshot, "execute_raw", side_effect=AssertionError("the engine was asked")):
        return facts_where(**asked)


@pytest.fixture
def subjects() -> list[int]:
    """Some people with a past of several months, corrections and a merge in it, partly sealed."""
    dice = random.Random(11)
    people = ledger.new_subjects(12)
    for unit in range(3):
        facts = [
            Fact(
                kind=dice.choice(["order.paid", "lead.captured", "deal.opened"]),
                at=day(dice.choice([dice.randrange(120), 5])),
                amount=number,
                subject=dice.choice([*people, None]),
                account_id=dice.randrange(3),
                lead_id=dice.randrange(20),
                natural_key=f"k{number % 50}" if unit else None,
                revision=unit,
            )
            for number in range(200)
        ]
        ids = write(*facts)
        if unit < 2:
            seal()
        take_back(fact_id=dice.choice(ids))
    ledger.merge_subjects(people[0], people[1], SYSTEM, MONDAY)
    return people


QUESTIONS: list[dict[str, Any]] = [
    {"column": "subject", "ids": range(1)},
    {"column": "subject", "ids": range(12), "limit": 7},
    {"column": "subject", "ids": range(2, 9), "kinds": ["order.paid"], "limit": 1_000},
    {"column": "subject", "ids": range(3), "kinds": []},
    {"column": "account_id", "ids": [1], "subjects": range(12)},
    {"column": "account_id", "ids": [1, 2], "subjects": range(6), "limit": 1_000},
    {"column": "lead_id", "ids": [4], "subjects": range(3), "limit": 1_000},
    {"column": "lead_id", "ids": [4], "subjects": []},
]


@pytest.mark.parametrize("asked", QUESTIONS)
def test_copies_and_sealed_files_give_the_same_answers(
    asked: dict[str, Any], subjects: list[int], ledger_folder: Path
) -> None:
    people: dict[str, Any] = {
        name: [subjects[place] for place in asked[name]]
        for name in ("ids", "subjects")
        if name in asked and (name == "subjects" or asked["column"] == "subject")
    }
    asked = asked | people
    pages = [_without_the_engine(**asked)]
    while pages[-1]:
        pages.append(_without_the_engine(**asked, before=pages[-1][-1].place))
    shutil.rmtree(ledger_folder / "by_subject")

    for page, before in zip(pages, [None, *pages], strict=False):
        assert facts_where(**asked, before=before[-1].place if before else None) == page


def test_one_persons_many_facts_are_all_found(ledger_folder: Path) -> None:
    pat, olga, rita = ledger.new_subjects(3)
    many = 3 * BLOCK + 5
    write(*(paid(number, on=number / many, subject=olga) for number in range(many)))
    write(*(paid(-1, subject=one) for one in (pat, rita)), paid(-2))
    seal()

    found = _without_the_engine(column="subject", ids=[olga], limit=10_000)

    assert sorted(fact.amount or 0 for fact in found) == list(range(many))
    assert [fact.amount for fact in _without_the_engine(column="subject", ids=[pat, rita])] == [-1, -1]
    assert _without_the_engine(column="subject", ids=[rita + 1]) == []


def test_a_damaged_copy_is_never_read_and_is_made_anew(subjects: list[int], ledger_folder: Path) -> None:
    dice = random.Random(20261124)
    asked: dict[str, Any] = {"column": "subject", "ids": subjects, "limit": 10_000}
    expected = _without_the_engine(**asked)
    for _ in range(DAMAGES):
        path = dice.choice(_copies(ledger_folder))
        whole = path.read_bytes()
        place, end = dice.randrange(len(whole)), dice.randrange(len(whole))
        path.write_bytes(
            dice.choice(
                [
                    whole[:place] + bytes([whole[place] ^ (1 << dice.randrange(8))]) + whole[place + 1 :],
                    whole[:end],
                    whole + dice.randbytes(dice.randrange(1, 100)),
                    whole[::-1],
                    b"",
                ]
            )
        )

        assert facts_where(**asked) == expected
        assert make_missing(thoroughly=True) == 1
        assert _without_the_engine(**asked) == expected


def test_the_copy_of_another_file_is_not_taken_for_this_ones(
    subjects: list[int], ledger_folder: Path
) -> None:
    expected = facts_for_subjects(subjects, limit=10_000)
    first, second, *_others = _copies(ledger_folder)
    shutil.copy(first, second)

    assert facts_for_subjects(subjects, limit=10_000) == expected
    assert make_missing() == 1
    with pytest.raises(NotWhole):
        Copy(first, sha256=current_files()[-1].sha256)


def test_no_copy_is_made_of_bytes_that_were_not_sealed(subjects: list[int], ledger_folder: Path) -> None:
    file = current_files()[0]
    path = Path(file.place)
    before, whole = path.stat(), bytearray(path.read_bytes())
    whole[len(whole) // 3] ^= 1
    path.write_bytes(whole)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    shutil.rmtree(ledger_folder / "by_subject")

    with pytest.raises(DamagedLedger):
        make_missing()
    with pytest.raises(DamagedLedger):
        facts_for_subjects(subjects)


def test_copies_leave_with_their_files(subjects: list[int], ledger_folder: Path) -> None:
    erase_subjects([subjects[3]], at=now())
    merge_files(thoroughly=True)
    expected = _without_the_engine(column="subject", ids=subjects, limit=10_000)
    (ledger_folder / "by_subject" / "2026-03" / "u1.1-2.draft").write_bytes(b"half of it")

    sweep(at=now() + timedelta(minutes=16))

    current = [Path(file.path).relative_to("facts").with_suffix(".rows") for file in current_files()]
    assert [copy.relative_to(ledger_folder / "by_subject") for copy in _copies(ledger_folder)] == current
    assert _without_the_engine(column="subject", ids=subjects, limit=10_000) == expected
