"""A stream of facts becomes sealed files: whole, once each, by month, in memory that does not grow."""

import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from isthmus.core.clock import now
from isthmus.ledger.invariants import check_facts
from isthmus.ledger.models import InboxFact, SealedFile, Unit
from isthmus.ledger.sealing import seal
from isthmus.ledger.streaming import seal_stream
from isthmus.ledger.timeline import facts_for_subjects
from isthmus.ledger.verifying import verify
from isthmus.ledger.writing import ORDER
from tests.jobs.conftest import child_environment
from tests.ledger.streamed import payments
from tests.ledger.writing import amounts, paid, rows, write

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]


def _shuffled(count: int, seed: int = 1) -> list[int]:
    numbers = list(range(count))
    random.Random(seed).shuffle(numbers)
    return numbers


def test_facts_in_any_order_become_one_unit_with_a_file_for_each_month(ledger_folder: Path) -> None:
    steps: list[tuple[str, int]] = []

    sealed = seal_stream(payments(_shuffled(40)), progress=lambda step, count: steps.append((step, count)))

    assert sealed is not None
    assert (sealed.unit, sealed.rows, sealed.duplicates) == (1, 40, 0)
    assert amounts() == list(range(40))
    months = SealedFile.objects.values_list("month", flat=True)
    assert len(set(months)) == len(months) == sealed.files == 13
    assert Unit.objects.get().kind == Unit.Kind.STREAM
    assert sum(count for step, count in steps if step == "read") == 40
    assert sum(count for step, count in steps if step == "sealed") == 40
    assert not verify(at=now()).damages
    assert check_facts() == []
    assert not list(ledger_folder.glob("scratch/*/stream-*"))


def test_each_file_lies_in_the_order_in_which_files_lie(ledger_folder: Path) -> None:
    seal_stream(payments(_shuffled(500), days_apart=0.1))

    for path in SealedFile.objects.values_list("path", flat=True):
        found = pq.read_table(ledger_folder / path, columns=[*ORDER, "id"]).to_pylist()
        assert found == sorted(found, key=lambda row: tuple(row.values()))


def test_the_same_stream_gives_the_same_bytes_in_whatever_order_it_comes(
    ledger_folder: Path, settings: Any, tmp_path: Path
) -> None:
    seal_stream(payments(_shuffled(300), days_apart=0.2))
    first = list(SealedFile.objects.order_by("month").values_list("month", "sha256"))
    SealedFile.objects.all().delete()
    Unit.objects.all().delete()
    settings.LEDGER_DIR = tmp_path / "again"

    seal_stream(payments(_shuffled(300, seed=2), days_apart=0.2, batch=37))

    assert list(SealedFile.objects.order_by("month").values_list("month", "sha256")) == first


def test_what_comes_twice_is_kept_once_as_it_was_received_first() -> None:
    received = [3, 2, 1, 9, 8, 7]

    sealed = seal_stream(payments([1, 2, 1, 3, 1, 2], received_us=received))

    assert sealed is not None
    assert (sealed.rows, sealed.duplicates) == (3, 3)
    assert rows("SELECT amount, received_us FROM facts ORDER BY amount") == [(1, 1), (2, 2), (3, 9)]
    assert not verify(at=now()).damages


def test_a_twin_in_another_month_is_found_too() -> None:
    times = [1_770_000_000_000_000, 1_780_000_000_000_000]

    sealed = seal_stream(payments([5, 5], occurred_us=times, received_us=[20, 10]))

    assert sealed is not None
    assert (sealed.rows, sealed.duplicates, sealed.files) == (1, 1, 1)
    assert rows("SELECT occurred_us FROM facts") == [(times[1],)]


def test_a_restatement_counts_instead_of_what_it_restates() -> None:
    seal_stream(
        payments(
            [1, 2, 3, 4],
            days_apart=0,
            natural_key=["line:1", "line:1", "line:2", None],
            revision=[0, 1, 0, 0],
        )
    )

    assert amounts() == [2, 3, 4]
    write(paid(30, natural_key="line:2", revision=1))
    assert amounts() == [2, 4, 30]


def test_a_stream_lives_beside_what_acts_record() -> None:
    write(paid(100))
    seal()
    write(paid(200))

    seal_stream(payments(range(6)))

    assert amounts() == [*range(6), 100, 200]
    assert [fact.amount for fact in facts_for_subjects([1])] == [3, 0]
    assert InboxFact.objects.count() == 1
    seal()
    assert amounts() == [*range(6), 100, 200]


def test_an_empty_stream_makes_no_unit() -> None:
    assert seal_stream(iter(())) is None
    assert not Unit.objects.exists()


@pytest.mark.prove
def test_memory_does_not_grow_with_the_stream(ledger_folder: Path) -> None:
    """Four million facts of two years, in less memory than they would fill."""
    environment = child_environment() | {
        "DJANGO_SETTINGS_MODULE": "tests.ledger.lean_settings",
        "ISTHMUS_HOME": str(ledger_folder.parent),
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger.long_stream", "4000000"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    facts, peak_mb = map(int, done.stdout.split()[-2:])
    assert facts == 4_000_000
    assert peak_mb < 1_500
