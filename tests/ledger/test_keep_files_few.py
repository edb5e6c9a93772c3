"""Sealed files: what they hold, how they are read, how many there are."""

from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from isthmus.core.clock import now
from isthmus.ledger import Fact, schema
from isthmus.ledger.erasing import erase_subjects
from isthmus.ledger.file_merging import FILES_A_MONTH, choose, merge_files
from isthmus.ledger.manifest import CurrentFile, current_files
from isthmus.ledger.models import InboxFact, SealedFile, Unit
from isthmus.ledger.reading import snapshot
from isthmus.ledger.schema.column import Column
from isthmus.ledger.sealer_lock import LedgerBusy, sealer_lock
from isthmus.ledger.sealing import seal
from isthmus.ledger.sweeping import sweep
from isthmus.ledger.verifying import verify
from isthmus.ledger.writing import WrittenFile, write_facts
from tests.ledger.writing import amounts, day, paid, rows, write

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def test_a_unit_holds_the_inbox_in_files_by_month(ledger_folder: Path) -> None:
    write(*(paid(number, on=number * 10, subject=9 - number) for number in range(9)))

    (unit,) = seal()

    assert (unit.unit, unit.rows, unit.duplicates, unit.files) == (1, 9, 0, 3)
    assert InboxFact.objects.count() == 0
    assert [file.month for file in current_files()] == ["2026-03", "2026-04", "2026-05"]
    for file in current_files():
        table = pq.read_table(file.place, page_checksum_verification=True)
        assert table.schema.equals(schema.arrow_schema())
        assert set(table["unit"].to_pylist()) == {1}
        order = list(zip(table["subject"].to_pylist(), table["occurred_us"].to_pylist(), strict=True))
        assert order == sorted(order)
        times = table["occurred_us"].to_pylist()
        assert (file.min_occurred_us, file.max_occurred_us) == (min(times), max(times))
        assert (file.min_id, file.max_id) == (min(table["id"].to_pylist()), max(table["id"].to_pylist()))
    assert not list(ledger_folder.glob("facts/*/*.draft"))


def test_a_large_inbox_is_sealed_in_several_units() -> None:
    write(*(paid(number) for number in range(25)))

    assert [(unit.unit, unit.rows) for unit in seal(unit_rows=10)] == [(1, 10), (2, 10), (3, 5)]
    assert amounts() == list(range(25))


def test_an_empty_inbox_makes_no_unit() -> None:
    assert seal() == []
    assert Unit.objects.count() == 0


def test_a_fact_that_is_sealed_already_is_dropped_and_counted() -> None:
    first, _second = write(paid(1), paid(2))
    seal()
    write(paid(3))
    InboxFact.objects.update(id=first)

    (unit,) = seal()

    assert (unit.rows, unit.duplicates) == (0, 1)
    assert amounts() == [1, 2]
    assert not verify(at=now()).damages


def test_months_of_any_year_can_be_sealed() -> None:
    times = [datetime(1969, 12, 31, 23, 59, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), day(0)]
    write(*(Fact(kind="lead.captured", at=at) for at in times))

    seal()

    assert [file.month for file in current_files()] == ["1969-12", "1970-01", "2026-03"]
    seen = rows("SELECT occurred_at FROM facts ORDER BY 1")
    assert [at for (at,) in seen] == [at.replace(tzinfo=None) for at in times]


def test_a_month_keeps_about_ten_files_and_a_row_is_rewritten_rarely() -> None:
    sizes = []
    for number in range(60):
        write(paid(number))
        seal()
        merge_files()
        sizes.append(SealedFile.objects.filter(superseded_by=None).count())

    assert max(sizes) <= FILES_A_MONTH
    assert amounts() == list(range(60))
    rewritten = sum(SealedFile.objects.filter(level__gt=0).values_list("rows", flat=True))
    assert rewritten / 60 < 4
    assert not verify(at=now()).damages


def test_superseded_files_stay_for_readers_that_hold_a_list_and_then_go(ledger_folder: Path) -> None:
    for number in range(3):
        write(paid(number))
        seal()
    with snapshot() as before:
        assert merge_files(thoroughly=True)[0].files == 3
        assert before.execute("SELECT count(*) FROM facts").fetchall() == [(3,)]
    assert amounts() == [0, 1, 2]
    old = SealedFile.objects.filter(superseded_by__isnull=False)
    assert {row.superseded_reason for row in old} == {"merged with others of its month"}

    sweep(at=now() + timedelta(minutes=14))
    assert all((ledger_folder / row.path).exists() for row in old)
    sweep(at=now() + timedelta(minutes=16))
    assert not any((ledger_folder / row.path).exists() for row in old)
    assert all(row.removed_at for row in SealedFile.objects.filter(superseded_by__isnull=False))
    assert amounts() == [0, 1, 2]


def _meanwhile(act: Callable[[], object]) -> AbstractContextManager[object]:
    """Let something happen while a merge has chosen its files and is about to write."""

    def later(*args: Any, **kwargs: Any) -> WrittenFile:
        act()
        return write_facts(*args, **kwargs)

    return mock.patch("isthmus.ledger.file_merging.write_facts", later)


def test_what_comes_in_while_files_are_merged_is_sealed_meanwhile(ledger_folder: Path) -> None:
    for number in range(3):
        write(paid(number))
        seal()
    write(paid(3))

    with _meanwhile(seal):
        assert [merged.files for merged in merge_files(thoroughly=True)] == [3]

    assert InboxFact.objects.count() == 0
    assert [unit.kind for unit in Unit.objects.order_by("number")] == ["seal"] * 4 + ["merge"]
    assert sorted(file.rows for file in current_files()) == [1, 3]
    assert amounts() == [0, 1, 2, 3]
    assert not verify(at=now()).damages


def test_while_files_are_merged_nothing_takes_them_away() -> None:
    for number in range(3):
        write(paid(number))
        seal()
    refused: list[str] = []

    def take_away() -> None:
        for act in (lambda: erase_subjects([], at=now(), wait=0), lambda: sweep(at=now()), merge_files):
            with pytest.raises(LedgerBusy) as refusal:
                act()
            refused.append(str(refusal.value))

    with _meanwhile(take_away):
        merge_files(thoroughly=True)

    assert len(refused) == 3
    assert len(current_files()) == 1
    assert amounts() == [0, 1, 2]


def test_a_merge_that_finds_a_sealer_at_work_for_long_leaves_all_as_it_was(ledger_folder: Path) -> None:
    for number in range(3):
        write(paid(number))
        seal()
    before = current_files()

    with ExitStack() as busy, mock.patch("isthmus.ledger.file_merging._PATIENCE", 0.0):
        busy.enter_context(_meanwhile(lambda: busy.enter_context(sealer_lock())))
        with pytest.raises(LedgerBusy):
            merge_files(thoroughly=True)

    assert current_files() == before
    assert len(list(ledger_folder.glob("facts/*/*"))) == 3
    assert merge_files(thoroughly=True)[0].rows == 3


def _file(rows: int) -> CurrentFile:
    whole = dict.fromkeys(CurrentFile.__dataclass_fields__, 0)
    return CurrentFile(**{**whole, "rows": rows})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sizes", "thoroughly", "chosen"),
    [
        ([1] * 10, False, []),
        ([1] * 11, False, [1] * 7),
        ([1_000_000, 500, *[1] * 9], False, [1] * 7),
        ([9_000_000, *[1] * 10], False, []),
        ([100_000] * 80, False, [100_000] * 10),
        ([900_000] * 11, False, []),
        ([5], True, []),
        ([7, 5], True, [5, 7]),
        ([9_000_000, 5], True, []),
    ],
)
def test_the_smallest_files_are_merged(sizes: list[int], thoroughly: bool, chosen: list[int]) -> None:
    assert [file.rows for file in choose([_file(rows) for rows in sizes], thoroughly=thoroughly)] == chosen


def test_a_question_about_a_month_opens_that_month_and_reads_only_its_columns() -> None:
    write(*(paid(number, on=number, subject=number) for number in range(100)))
    seal()
    since = int(day(80).timestamp() * 1e6)

    with snapshot() as facts:
        plan = facts.execute(
            f"EXPLAIN ANALYZE SELECT sum(amount) FROM facts WHERE occurred_us >= {since}"
        ).fetchall()
        narrow = facts.execute("EXPLAIN SELECT kind, count(*) FROM facts GROUP BY kind").fetchall()[0][1]

    assert "natural_key" not in narrow
    assert "amount" not in narrow
    assert len(current_files()) == 4
    assert "Row Groups Scanned: 2 / 4" in plan[0][1]


def test_a_file_of_an_older_version_reads_with_the_columns_it_lacks_empty() -> None:
    write(paid(1))
    seal()
    old = schema.COLUMNS
    newer = (*old, Column("weather", "text"))

    with (
        mock.patch.dict(schema.VERSIONS, {schema.CURRENT + 1: newer}),
        mock.patch.object(schema, "CHEAP_FIRST", newer),
    ):
        selected = schema.select_list(1)

    assert selected.endswith("CAST(NULL AS BIGINT) AS agent, CAST(NULL AS VARCHAR) AS weather")
    assert schema.arrow_schema(1).field("id").type == pa.binary(16)


def test_the_facts_of_a_kind_lie_in_row_groups_of_their_own(ledger_folder: Path) -> None:
    with mock.patch("isthmus.ledger.writing.LEAST_ROW_GROUP", 3):
        kinds = ["order.paid"] * 4 + ["lead.captured"] * 5 + ["deal.won", "deal.lost"]
        write(*(Fact(kind=kind, at=day(1), subject=9 - at) for at, kind in enumerate(kinds)))
        seal()

    (file,) = current_files()
    read = pq.ParquetFile(file.place)
    groups = [read.read_row_group(at)["kind"].to_pylist() for at in range(read.num_row_groups)]
    assert groups == [["deal.lost", "deal.won", *["lead.captured"] * 5], ["order.paid"] * 4]
    assert rows("SELECT kind, count(*) FROM facts GROUP BY kind ORDER BY kind") == [
        ("deal.lost", 1),
        ("deal.won", 1),
        ("lead.captured", 5),
        ("order.paid", 4),
    ]
