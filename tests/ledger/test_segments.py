"""Segments: what was acknowledged is sealed, once, whatever dies, tears or jumps meanwhile."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from isthmus.core.clock import now
from isthmus.ledger import collected
from isthmus.ledger.models import TakenSegment, Unit
from isthmus.ledger.sealing import seal
from isthmus.ledger.segments import files, writer
from isthmus.ledger.segments.archive import archived, read_archived, remove_old
from isthmus.ledger.segments.files import closed_segments, make_segment
from isthmus.ledger.segments.frames import frame, read_frames
from tests.jobs.conftest import child_environment
from tests.ledger.translating import batch, numbers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both_databases]

WRITER = ["after_create", "after_write", "after_sync"]
SEALER = ["ledger.seal.after_read", "ledger.seal.after_manifest", "ledger.seal.before_commit",
          "ledger.seal.after_commit", "ledger.segment.after_archive"]  # fmt: skip
REWRITE = ["segment_written", "segment_swapped", "archive_swapped"]
SEGMENT_POINTS = {
    *(f"ledger.segment.{point}" for point in WRITER),
    "ledger.segment.after_archive",
    *(f"ledger.rewrite.{point}" for point in REWRITE),
}


@pytest.fixture(autouse=True)
def translator_of_numbers(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(collected, "_translator", "tests.ledger.translating")
    yield
    writer.end()


def child(folder: Path, *arguments: str, crash_at: str = "") -> "subprocess.Popen[str]":
    environment = child_environment() | {
        "DJANGO_SETTINGS_MODULE": "tests.ledger.lean_settings",
        "ISTHMUS_HOME": str(folder.parent),
        "ISTHMUS_CRASH_AT": crash_at,
    }
    command = [sys.executable, "-m", "tests.ledger.sealer", *arguments]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)


def receive(*events: int) -> None:
    for number in events:
        writer.append(batch(number))
    writer.end()


def in_archive() -> list[int]:
    return sorted(int(one.body) for path in archived() for one in read_archived(path))


def test_what_was_appended_is_sealed_once_and_kept_in_the_archive() -> None:
    receive(1, 2, 3)

    seal()
    seal()

    assert numbers() == in_archive() == [1, 2, 3]
    assert not closed_segments()
    assert not TakenSegment.objects.exists()
    unit = Unit.objects.get()
    assert (unit.rows, unit.collected, unit.duplicates) == (3, 3, 0)


def test_an_event_that_comes_again_is_dropped_within_a_unit_and_across_units() -> None:
    receive(1, 1, 2)
    seal()
    receive(2, 3)
    seal()

    assert numbers() == [1, 2, 3]
    assert list(Unit.objects.order_by("pk").values_list("rows", "duplicates")) == [(2, 1), (1, 1)]


@pytest.mark.parametrize("point", WRITER)
def test_what_a_killed_writer_acknowledged_is_sealed(point: str, ledger_folder: Path) -> None:
    crash = f"ledger.segment.{point}" + ("" if point == "after_create" else ":3")
    killed = child(ledger_folder, "receive", "1", "2", "3", "4", crash_at=crash)
    told = [int(line) for line in (killed.communicate(timeout=60)[0]).split()]

    assert killed.returncode == -signal.SIGKILL
    assert told == ([] if point == "after_create" else [1, 2])
    seal()
    assert set(told) <= set(numbers()) <= {1, 2, 3}
    assert not list((ledger_folder / "segments").glob("*"))


@pytest.mark.parametrize("point", SEALER)
def test_segments_outlive_a_sealer_killed_at_any_point(point: str, ledger_folder: Path) -> None:
    receive(*range(10))

    killed = child(ledger_folder, "seal", crash_at=point)

    assert killed.wait(60) == -signal.SIGKILL, f"{point} is not visited"
    seal()
    assert numbers() == in_archive() == list(range(10))
    assert not list((ledger_folder / "segments").glob("*"))
    assert not TakenSegment.objects.exists()
    assert [path.suffix for path in (ledger_folder / "raw").iterdir()] == [".zst"]


@pytest.mark.parametrize("point", REWRITE)
def test_what_is_taken_out_of_received_files_is_gone_and_nothing_else_wherever_it_was_killed(
    point: str, ledger_folder: Path
) -> None:
    receive(1, 2)
    seal()
    receive(2, 3)

    killed = child(ledger_folder, "rewrite", "2", crash_at=f"ledger.rewrite.{point}")

    assert killed.wait(60) == -signal.SIGKILL, f"{point} is not visited"
    assert child(ledger_folder, "rewrite", "2").wait(60) == 0
    seal()
    assert in_archive() == [1, 3]
    assert numbers() == [1, 2, 3]  # The fact that was sealed before stays.
    assert [path.suffix for path in (ledger_folder / "raw").iterdir()] == [".zst", ".zst"]


def test_nothing_after_a_torn_frame_is_read_and_nothing_before_it_is_lost() -> None:
    receive(1, 2)
    (segment,) = closed_segments()
    whole = segment.read_bytes()
    for cut in range(len(whole) // 2, len(whole)):
        segment.write_bytes(whole[:cut])
        assert [int(one.body) for one in read_frames(segment)] == [1]
    flipped = bytearray(whole)
    flipped[len(whole) // 2 + 14] ^= 1
    segment.write_bytes(flipped + frame(batch(3)))

    assert [int(one.body) for one in read_frames(segment)] == [1]


def test_a_segment_that_is_written_to_is_left_alone() -> None:
    descriptor, path = make_segment()

    assert closed_segments() == []
    os.close(descriptor)  # As when its process dies.
    assert closed_segments() == [path.with_suffix(files.CLOSED)]


def test_a_new_segment_taken_for_a_dead_writers_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, taken = fcntl.flock, []

    def slow(descriptor: int, how: int) -> None:
        if how == fcntl.LOCK_EX and not taken:
            taken.append(closed_segments())  # The sealer comes between its creation and its lock.
        lock(descriptor, how)

    monkeypatch.setattr(files.fcntl, "flock", slow)
    receive(1)

    seal()
    assert taken == [[]]
    assert numbers() == [1]


@pytest.mark.parametrize(
    ("error", "raised"), [(errno.ENOSPC, writer.SegmentFull), (errno.EIO, writer.SegmentFailed)]
)
def test_a_write_that_fails_is_not_acknowledged_and_ends_the_segment(
    error: int, raised: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    writer.append(batch(1))
    sync, failing = os.fdatasync, [True]

    def failing_sync(descriptor: int) -> None:
        if failing.pop() if failing else False:
            raise OSError(error, "no")
        sync(descriptor)

    monkeypatch.setattr(writer.os, "fdatasync", failing_sync)
    with pytest.raises(raised):
        writer.append(batch(2))
    writer.append(batch(3))
    writer.end()

    assert len(closed_segments()) == 2
    seal()
    assert {1, 3} <= set(numbers())


def test_the_servers_clock_may_jump_by_years_and_nothing_is_lost_or_doubled() -> None:
    start = datetime(2026, 11, 26, 12, tzinfo=UTC)
    jumps = [0, 3600, -3600, 366 * 86_400, -366 * 86_400, -5 * 366 * 86_400, 1]
    for step, seconds in enumerate(jumps):
        with time_machine.travel(start + timedelta(seconds=seconds), tick=True):
            receive(step, step + 100, step)
            if step % 2:
                receive(step)
                seal()
    seal()

    assert numbers() == sorted([*range(len(jumps)), *range(100, 100 + len(jumps))])
    assert [unit.number for unit in Unit.objects.order_by("number")] == list(
        range(1, Unit.objects.count() + 1)
    )


def test_a_repeat_is_known_after_the_clock_has_gone_back_or_on() -> None:
    start = datetime(2026, 11, 26, 12, tzinfo=UTC)
    with time_machine.travel(start, tick=True):
        receive(1)
        seal()
    for jump in (timedelta(hours=-1), timedelta(hours=1), timedelta(days=6)):
        with time_machine.travel(start + jump, tick=True):
            receive(1)
            seal()

    assert numbers() == [1]


def test_the_archive_keeps_thirty_days() -> None:
    receive(1)
    seal()

    assert remove_old(at=now() + timedelta(days=29)) == 0
    assert remove_old(at=now() + timedelta(days=31)) == 1
    assert numbers() == [1]
