"""Sealing: inbox rows and segments become Parquet files.

Rows leave the inbox, and segments are marked as taken, in the transaction that names the files.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.db import connection, transaction

from isthmus.core.clock import now
from isthmus.core.crash import crash_point
from isthmus.ledger.collected import translate
from isthmus.ledger.duplicates import new_places, without_known
from isthmus.ledger.inbox_rows import read_inbox
from isthmus.ledger.manifest import add_files, next_unit_number
from isthmus.ledger.models import InboxFact, Unit
from isthmus.ledger.months import by_month
from isthmus.ledger.sealer_lock import sealer_lock
from isthmus.ledger.segments.taking import let_go, mark_taken, take, waiting_segments
from isthmus.ledger.writing import ORDER, WrittenFile, write_facts

if TYPE_CHECKING:
    import pyarrow as pa

# The delete holds SQLite's one write lock: a third of a second for this many rows.
UNIT_ROWS = 100_000


@dataclass(frozen=True)
class Sealed:
    """What one unit holds; `duplicates` were known already and were dropped."""

    unit: int
    rows: int
    duplicates: int
    files: int


def seal(
    *, wait: float = 0.0, unit_rows: int = UNIT_ROWS, after_unit: Callable[[Sealed], object] | None = None
) -> list[Sealed]:
    """Seal all that is in the inbox and in closed segments now, unit by unit.

    Raises LedgerBusy when another process does it.
    """
    done: list[Sealed] = []
    with sealer_lock(wait=wait):
        last = InboxFact.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        segments = waiting_segments()
        while unit := _seal_unit(last, unit_rows, segments):
            done.append(unit)
            if after_unit:
                after_unit(unit)
    return done


def _seal_unit(last: int, limit: int, segments: list[Path]) -> Sealed | None:
    """Seal one unit; the segments that it takes leave the list."""
    number = next_unit_number()
    seqs, acts = read_inbox("WHERE seq <= %s ORDER BY seq LIMIT %s", [last, limit], unit=number)
    taken = take(segments, events=limit)
    if not seqs and not taken.paths:
        return None
    del segments[: len(taken.paths)]
    collected = translate(taken.batches, unit=number) if taken.batches else None
    crash_point("ledger.seal.after_read")
    places = new_places(collected.facts) if collected else []
    fresh = _together(without_known(acts), collected.facts if collected else None, places)
    duplicates = acts.num_rows + (collected.facts.num_rows if collected else 0) - fresh.num_rows
    written = [_write_month(month, rows, number) for month, rows in by_month(fresh)]
    at = now()
    with transaction.atomic():
        unit = Unit.objects.create(
            number=number,
            kind=Unit.Kind.SEAL,
            sealed_at=at,
            rows=fresh.num_rows,
            duplicates=duplicates,
            collected=len(places),
        )
        add_files(unit, written, level=0, at=at)
        mark_taken(taken.paths, unit)
        if collected:
            collected.settle(places)
        crash_point("ledger.seal.after_manifest")
        if seqs:
            _delete_exactly(seqs)
        crash_point("ledger.seal.before_commit")
    crash_point("ledger.seal.after_commit")
    let_go(taken.paths, unit=number)
    return Sealed(number, fresh.num_rows, duplicates, len(written))


def _together(acts: "pa.Table", collected: "pa.Table | None", places: Sequence[int]) -> "pa.Table":
    import pyarrow as pa

    if collected is None:
        return acts
    if len(places) < collected.num_rows:
        collected = collected.take(pa.array(places, pa.int64()))
    return pa.concat_tables([acts, collected])


def _write_month(month: str, facts: "pa.Table", number: int) -> WrittenFile:
    ordered = facts.sort_by([(name, "ascending") for name in ORDER])
    return write_facts(
        ordered.to_batches(),
        rows=facts.num_rows,
        month=month,
        label=f"u{number:08d}",
        step="ledger.seal",
    )


def _delete_exactly(seqs: Sequence[int]) -> None:
    """Delete the rows that were written and no others: `seq <= last` would lose rows that commit late."""
    gone = 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DELETE FROM ledger_inbox WHERE seq = ANY(%s)", [list(seqs)])
            gone = cursor.rowcount
        else:
            for first, last in _runs(seqs):
                cursor.execute("DELETE FROM ledger_inbox WHERE seq BETWEEN %s AND %s", [first, last])
                gone += cursor.rowcount
    assert gone == len(seqs), "the inbox changed behind the sealer's back"


def _runs(seqs: Sequence[int]) -> list[tuple[int, int]]:
    """Rising numbers as ranges without gaps: nothing that was not read can lie inside one."""
    runs: list[tuple[int, int]] = []
    first = previous = seqs[0]
    for seq in seqs[1:]:
        if seq != previous + 1:
            runs.append((first, previous))
            first = seq
        previous = seq
    return [*runs, (first, previous)]
