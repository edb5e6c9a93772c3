"""Sealing: inbox rows become Parquet files, and leave the inbox in the transaction that names the files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction

from isthmus.core import engine
from isthmus.core.clock import now
from isthmus.core.crash import crash_point
from isthmus.ledger.inbox_rows import read_inbox
from isthmus.ledger.manifest import add_files, current_files, next_unit_number, refuse_damaged
from isthmus.ledger.models import InboxFact, Unit
from isthmus.ledger.months import by_month
from isthmus.ledger.sealer_lock import sealer_lock
from isthmus.ledger.writing import ORDER, WrittenFile, write_facts

if TYPE_CHECKING:
    import pyarrow as pa

# The delete holds SQLite's one write lock: a third of a second for this many rows.
UNIT_ROWS = 100_000
_DEDUPE_US = 7 * 24 * 3600 * 1_000_000


@dataclass(frozen=True)
class Sealed:
    """What one unit took from the inbox; `duplicates` were known already and were dropped."""

    unit: int
    rows: int
    duplicates: int
    files: int


def seal(
    *, wait: float = 0.0, unit_rows: int = UNIT_ROWS, after_unit: Callable[[Sealed], object] | None = None
) -> list[Sealed]:
    """Seal all that is in the inbox now, unit by unit. Raises LedgerBusy when another process does it."""
    done: list[Sealed] = []
    with sealer_lock(wait=wait):
        last = InboxFact.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
        while unit := _seal_unit(last, unit_rows):
            done.append(unit)
            if after_unit:
                after_unit(unit)
    return done


def _seal_unit(last: int, limit: int) -> Sealed | None:
    number = next_unit_number()
    seqs, facts = read_inbox("WHERE seq <= %s ORDER BY seq LIMIT %s", [last, limit], unit=number)
    if not seqs:
        return None
    crash_point("ledger.seal.after_read")
    fresh = _without_known(facts)
    written = [_write_month(month, rows, number) for month, rows in by_month(fresh)]
    at = now()
    with transaction.atomic():
        unit = Unit.objects.create(
            number=number,
            kind=Unit.Kind.SEAL,
            sealed_at=at,
            rows=fresh.num_rows,
            duplicates=facts.num_rows - fresh.num_rows,
        )
        add_files(unit, written, level=0, at=at)
        crash_point("ledger.seal.after_manifest")
        _delete_exactly(seqs)
        crash_point("ledger.seal.before_commit")
    crash_point("ledger.seal.after_commit")
    return Sealed(number, fresh.num_rows, facts.num_rows - fresh.num_rows, len(written))


def _without_known(facts: "pa.Table") -> "pa.Table":
    """The facts whose id no sealed file has: among those received in the last week, or of the same months.

    Ids of commands carry their time, so the ranges of ids in the manifest leave few files to look into.
    """
    import pyarrow.compute as pc

    ids, received = pc.min_max(facts["id"]), pc.min_max(facts["received_us"])
    since = received["min"].as_py() - _DEDUPE_US
    months = {month for month, _rows in by_month(facts.select(["occurred_us"]))}
    suspects = [
        file
        for file in current_files(min_id__lte=ids["max"].as_py(), max_id__gte=ids["min"].as_py())
        if file.max_received_us >= since or file.month in months
    ]
    if not suspects:
        return facts
    refuse_damaged(suspects)
    cursor = engine.cursor()
    cursor.register("taken", facts.select(["id"]))
    known = cursor.sql(
        "SELECT DISTINCT id FROM taken SEMI JOIN read_parquet(?) AS sealed USING (id)",
        params=[[file.place for file in suspects]],
    ).to_arrow_table()
    cursor.unregister("taken")
    if not known.num_rows:
        return facts
    return facts.filter(pc.invert(pc.is_in(facts["id"], known["id"].cast(facts["id"].type))))


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
