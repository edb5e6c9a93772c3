"""The sealer is really killed at every named point: nothing is lost, nothing is doubled."""

import re
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections, transaction

from isthmus import ledger
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import now
from isthmus.ledger import Fact
from isthmus.ledger.by_subject.keeping import make_missing
from isthmus.ledger.models import InboxFact, MirrorState, SealedFile, SubjectKey, Unit
from isthmus.ledger.sealer_lock import LedgerBusy, sealer_lock
from isthmus.ledger.sealing import seal
from isthmus.ledger.sweeping import orphans, sweep
from isthmus.ledger.timeline import facts_for_subjects
from isthmus.ledger.verifying import verify
from tests.jobs.conftest import child_environment
from tests.ledger.test_segments import SEGMENT_POINTS
from tests.ledger.writing import MONDAY, amounts, paid, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

SEAL = ["after_read", "after_write", "after_sync", "after_rename", "after_rename:2", "after_manifest"]
MERGE = ["after_write", "after_sync", "after_rename", "after_supersede", "before_commit", "after_commit"]
STREAM = ["after_spill", "after_write", "after_sync", "after_rename", "after_manifest", "before_commit"]
ERASE = ["after_keys", "after_inbox", "after_write", "after_sync", "after_rename"]
VISITED = {
    *(f"ledger.seal.{point.partition(':')[0]}" for point in [*SEAL, "before_commit", "after_commit"]),
    *(f"ledger.merge.{point}" for point in MERGE),
    *(f"ledger.erase.{point}" for point in ERASE),
    *(f"ledger.stream.{point}" for point in [*STREAM, "after_commit"]),
    "ledger.mirror.after_write",
    "ledger.copy.after_write",
    *SEGMENT_POINTS,
}


# A step that differs from the one before it only in what the disk was told: `make prove` kills there.
_LATER = {"after_sync", "after_rename:2"}


def some_later(points: list[str], later: set[str] = _LATER) -> list[Any]:
    """The points, those that wait for `make prove` marked."""
    return [pytest.param(one, marks=pytest.mark.prove) if one in later else one for one in points]


def _work(folder: Path, *arguments: str, crash_at: str = "") -> "subprocess.Popen[bytes]":
    environment = child_environment() | {
        "DJANGO_SETTINGS_MODULE": "tests.ledger.lean_settings",
        "ISTHMUS_HOME": str(folder.parent),
        "ISTHMUS_CRASH_AT": crash_at,
    }
    return subprocess.Popen([sys.executable, "-m", "tests.ledger.sealer", *arguments], env=environment)


def _killed(folder: Path, *arguments: str, crash_at: str) -> None:
    assert _work(folder, *arguments, crash_at=crash_at).wait(120) == -signal.SIGKILL, (
        f"{crash_at} is not visited"
    )


def _nothing_is_wrong(folder: Path) -> None:
    assert not verify(at=now()).damages
    sweep(at=now() + timedelta(days=2))
    assert not orphans()
    current = set(SealedFile.objects.filter(superseded_by=None).values_list("path", flat=True))
    assert {str(path.relative_to(folder)) for path in folder.glob("facts/*/*")} == current


@pytest.mark.parametrize("point", some_later([*SEAL, "before_commit", "after_commit"]))
def test_facts_outlive_a_sealer_killed_at_any_point(point: str, ledger_folder: Path) -> None:
    write(*(paid(number, on=number * 10) for number in range(12)))

    _killed(ledger_folder, "seal", crash_at=f"ledger.seal.{point}")

    assert amounts() == list(range(12))
    done = point == "after_commit"
    assert (InboxFact.objects.count(), Unit.objects.count()) == ((0, 1) if done else (12, 0))
    seal()
    assert amounts() == list(range(12))
    assert (InboxFact.objects.count(), Unit.objects.count()) == (0, 1)
    _nothing_is_wrong(ledger_folder)


@pytest.mark.parametrize("point", some_later(MERGE))
def test_facts_outlive_a_merge_of_files_killed_at_any_point(point: str, ledger_folder: Path) -> None:
    for number in range(3):
        write(paid(number), paid(number + 10))
        seal()

    _killed(ledger_folder, "merge", crash_at=f"ledger.merge.{point}")

    expected = [0, 1, 2, 10, 11, 12]
    assert amounts() == expected
    assert SealedFile.objects.filter(superseded_by=None).count() == (1 if point == "after_commit" else 3)
    assert _work(ledger_folder, "merge").wait(120) == 0
    assert amounts() == expected
    assert SealedFile.objects.filter(superseded_by=None).count() == 1
    _nothing_is_wrong(ledger_folder)


@pytest.mark.parametrize("point", some_later(ERASE))
def test_an_erasure_killed_at_any_point_is_completed_by_the_next(point: str, ledger_folder: Path) -> None:
    (pat,) = ledger.new_subjects(1)
    named = Fact(kind="person.created", at=MONDAY, subject=pat, stream_id="s", sealed={"full_name": "Pat"})
    write(named, paid(1, subject=pat))
    seal()
    write(named)

    _killed(ledger_folder, "erase", str(pat), crash_at=f"ledger.erase.{point}")

    assert SubjectKey.objects.get(subject=pat).destroyed_at is not None
    assert _work(ledger_folder, "erase", str(pat)).wait(120) == 0
    facts = facts_for_subjects([pat])
    assert [(fact.kind, fact.sealed, fact.stream_id) for fact in facts] == [
        ("person.created", {}, None),
        ("order.paid", {}, None),
        ("person.created", {}, None),
    ]
    _nothing_is_wrong(ledger_folder)


@pytest.mark.parametrize("point", some_later([*STREAM, "after_commit"], {*STREAM} - {"before_commit"}))
def test_a_stream_killed_at_any_point_is_there_whole_or_not_at_all(point: str, ledger_folder: Path) -> None:
    write(paid(100))

    _killed(ledger_folder, "stream", "12", crash_at=f"ledger.stream.{point}")

    done = point == "after_commit"
    assert amounts() == [*range(12 if done else 0), 100]
    assert Unit.objects.count() == (1 if done else 0)
    if not done:
        assert _work(ledger_folder, "stream", "12").wait(120) == 0
    assert amounts() == [*range(12), 100]
    _nothing_is_wrong(ledger_folder)
    assert not list(ledger_folder.glob("scratch/*/stream-*"))


def test_a_copy_by_subject_killed_before_it_stands_is_made_by_the_next(ledger_folder: Path) -> None:
    (pat,) = ledger.new_subjects(1)
    write(*(paid(number, on=number * 10, subject=pat) for number in range(12)))

    _killed(ledger_folder, "seal", crash_at="ledger.copy.after_write:2")

    assert [fact.amount for fact in facts_for_subjects([pat])] == list(reversed(range(12)))
    seal()
    assert [fact.amount for fact in facts_for_subjects([pat])] == list(reversed(range(12)))
    assert make_missing() == 0
    _nothing_is_wrong(ledger_folder)
    copies = [path.relative_to(ledger_folder) for path in ledger_folder.glob("by_subject/*/*")]
    assert len(copies) == SealedFile.objects.filter(superseded_by=None).count()


def test_a_snapshot_of_the_mirror_killed_before_it_counts_is_not_used(ledger_folder: Path) -> None:
    seal_of_one = Unit.objects.create(number=1, kind="merge", rows=0, sealed_at=now())

    _killed(ledger_folder, "mirror", crash_at="ledger.mirror.after_write")

    assert not MirrorState.objects.exists()
    assert _work(ledger_folder, "mirror").wait(120) == 0
    assert MirrorState.objects.get().rows == seal_of_one.number == 1
    sweep(at=now() + timedelta(days=2))
    assert len(list(ledger_folder.glob("mirror/*"))) == 1


def test_every_crash_point_of_the_ledger_is_visited_here() -> None:
    text = "".join(path.read_text() for path in Path(ledger.__path__[0]).rglob("*.py"))
    named = set(re.findall(r'crash_point\(f?"([\w.{}]+)"', text))
    steps = {
        name.replace("{step}", step)
        for name in named
        for step in ("ledger.seal", "ledger.merge", "ledger.erase", "ledger.stream")
    }

    assert steps == VISITED


def test_two_sealers_at_once_seal_each_fact_once(ledger_folder: Path) -> None:
    write(*(paid(number, on=number % 60) for number in range(3_000)))

    sealers = [_work(ledger_folder, "seal") for _ in range(3)]

    assert [sealer.wait(120) for sealer in sealers] == [0, 0, 0]
    assert amounts() == list(range(3_000))
    assert InboxFact.objects.count() == 0
    _nothing_is_wrong(ledger_folder)


def test_a_sealer_that_finds_another_says_so() -> None:
    busy: list[bool] = []

    def second() -> None:
        try:
            seal()
        except LedgerBusy as refusal:
            busy.append("Try again" in str(refusal))
        finally:
            connections.close_all()

    with sealer_lock():
        other = threading.Thread(target=second)
        other.start()
        other.join()

    assert busy == [True]
    seal()


def test_a_fact_committed_late_is_neither_lost_nor_doubled() -> None:
    """On PostgreSQL a transaction may commit a lower sequence number after a higher one was sealed."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer: sequence numbers are committed in order.")
    written, sealed = threading.Event(), threading.Event()

    def late() -> None:
        with transaction.atomic():
            ledger.record(paid(1), by=SYSTEM)
            written.set()
            sealed.wait(60)
        connections.close_all()

    other = threading.Thread(target=late)
    other.start()
    written.wait(60)
    write(paid(2))
    assert amounts() == [2]
    seal()
    write(paid(3))
    assert amounts() == [2, 3]
    sealed.set()
    other.join()

    assert amounts() == [1, 2, 3]
    seal()
    assert amounts() == [1, 2, 3]
    assert InboxFact.objects.count() == 0


def test_readers_are_exact_while_facts_are_written_and_sealed(ledger_folder: Path) -> None:
    stop = threading.Event()
    seen: list[list[int]] = []

    def reader() -> None:
        while not stop.is_set():
            seen.append(amounts())
        connections.close_all()

    readers = [threading.Thread(target=reader) for _ in range(2)]
    for one in readers:
        one.start()
    for number in range(40):
        write(paid(number, on=number % 3))
        if number % 4 == 3:
            seal()
    stop.set()
    for one in readers:
        one.join()

    assert amounts() == list(range(40))
    assert all(found == list(range(len(found))) for found in seen)
