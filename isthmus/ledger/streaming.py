"""Sealing a stream: facts that come as one long stream become sealed files without passing the inbox.

The stream may be far larger than the memory: its facts first lie by month in scratch files, from which each
month is then sorted on the disk. A process killed on the way leaves nothing that a reader would see.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.db import transaction

from isthmus.core import engine
from isthmus.core.clock import now, to_us
from isthmus.core.crash import crash_point
from isthmus.core.rows import insert_values, new_numbers
from isthmus.ledger.manifest import add_files, next_unit_number
from isthmus.ledger.models import Subject, Unit
from isthmus.ledger.months import by_month
from isthmus.ledger.natural_keys import Keyed, note_keys
from isthmus.ledger.schema import CURRENT, NAMES, arrow_schema
from isthmus.ledger.sealer_lock import sealer_lock
from isthmus.ledger.sealing import Sealed
from isthmus.ledger.spilling import Spill
from isthmus.ledger.writing import ORDER, WrittenFile, write_facts

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

Progress = Callable[[str, int], object]
_KEYS_AT_ONCE = 10_000
_SORTED = ", ".join(f"{name} NULLS LAST" for name in (*ORDER, "id"))


def seal_stream(
    batches: Iterable["pa.RecordBatch"],
    *,
    wait: float = 0.0,
    progress: Progress = lambda step, rows: None,
) -> Sealed | None:
    """Seal facts in the columns of the current schema, in any order, as one unit; None when there are none.

    The unit and schema version are set here. Of facts with one id the one received first stays. That no
    sealed file and no inbox row has such an id already is for the caller to know. Natural keys are noted as
    with acts, so that a restatement counts instead of what it restates; nothing reacts to these facts.
    `progress` hears of each step ("read", then "sealed") and of its rows since it heard last.
    Raises LedgerBusy when another process is at the files.
    """
    with sealer_lock(wait=wait):
        number = next_unit_number()
        with Spill(engine.scratch() / f"stream-{number}") as spill:
            for batch in batches:
                for month, rows in by_month(batch):
                    spill.add(month, rows)
                progress("read", batch.num_rows)
            spill.close()
            crash_point("ledger.stream.after_spill")
            return _sealed(spill, number, progress) if spill.rows else None


def _sealed(spill: Spill, number: int, progress: Progress) -> Sealed:
    cursor = engine.cursor()
    _keep_one_of_each(cursor, spill)
    written: list[WrittenFile] = []
    for month, place in sorted(spill.places.items()):
        if file := _write_month(cursor, month, place, number):
            written.append(file)
            progress("sealed", file.rows)
    at, rows = now(), sum(file.rows for file in written)
    with transaction.atomic():
        unit = Unit.objects.create(
            number=number, kind=Unit.Kind.STREAM, sealed_at=at, rows=rows, duplicates=spill.rows - rows
        )
        add_files(unit, written, level=0, at=at)
        crash_point("ledger.stream.after_manifest")
        for keyed in _keyed(cursor, spill):
            note_keys(keyed)
        crash_point("ledger.stream.before_commit")
    crash_point("ledger.stream.after_commit")
    return Sealed(number, rows, spill.rows - rows, len(written))


def _keep_one_of_each(cursor: "duckdb.DuckDBPyConnection", spill: Spill) -> None:
    """Tables `twice`, the ids that came more than once, and `kept`, of each of these the fact that stays."""
    places = [str(place) for place in spill.places.values()]
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE twice AS "
        "SELECT id FROM read_parquet($places) GROUP BY id HAVING count(*) > 1",
        {"places": places},
    )
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE kept AS "
        "SELECT spilled.* FROM read_parquet($places) AS spilled SEMI JOIN twice USING (id) "
        "QUALIFY row_number() OVER ("
        "PARTITION BY id ORDER BY received_us, occurred_us, spilled.filename, spilled.file_row_number"
        ") = 1",
        {"places": places},
    )


def _month_sql(columns: str) -> str:
    """What stays of a month's scratch file ($place, $first and $end of the month in microseconds)."""
    return (
        f"SELECT {columns} FROM read_parquet($place) ANTI JOIN twice USING (id) UNION ALL "  # noqa: S608
        f"SELECT {columns} FROM kept WHERE occurred_us >= $first AND occurred_us < $end"
    )


def _write_month(
    cursor: "duckdb.DuckDBPyConnection", month: str, place: Path, number: int
) -> WrittenFile | None:
    params = {"place": str(place), **_bounds(month)}
    rows = cursor.execute(f"SELECT count(*) FROM ({_month_sql('id')})", params).fetchall()[0][0]  # noqa: S608
    if not rows:
        return None
    own = {"unit": f"{number:d}::BIGINT", "schema_version": f"{CURRENT:d}::SMALLINT"}
    columns = ", ".join(f"{own[name]} AS {name}" if name in own else name for name in NAMES)
    ordered = cursor.sql(
        f"SELECT * FROM ({_month_sql(columns)}) ORDER BY {_SORTED}",  # noqa: S608
        params=params,
    ).to_arrow_reader(50_000)
    return write_facts(ordered, rows=rows, month=month, label=f"u{number:08d}", step="ledger.stream")


def _keyed(cursor: "duckdb.DuckDBPyConnection", spill: Spill) -> Iterator[list[Keyed]]:
    """The facts that have a natural key, some at a time."""
    columns = "natural_key, id, revision, occurred_us, received_us"
    for month, place in sorted(spill.places.items()):
        found = cursor.execute(
            f"SELECT * FROM ({_month_sql(columns)}) "  # noqa: S608
            "WHERE natural_key IS NOT NULL ORDER BY natural_key, id",
            {"place": str(place), **_bounds(month)},
        )
        while keyed := found.fetchmany(_KEYS_AT_ONCE):
            yield keyed


def _bounds(month: str) -> dict[str, Any]:
    year, number = int(month[:4]), int(month[5:])
    end = datetime(year + number // 12, number % 12 + 1, 1, tzinfo=UTC)
    return {"first": to_us(datetime(year, number, 1, tzinfo=UTC)), "end": to_us(end)}


def unknown_visitors(n: int) -> int:
    """The first of `n` numbers in a row for visitors whom nobody will look up: only the last gets a row.

    For streams of the past, whose strangers never come back.
    """
    with transaction.atomic():
        numbers = new_numbers(Subject, n)
        assert numbers[-1] - numbers[0] == n - 1, "somebody else took numbers in between"
        insert_values(Subject, ["id", "kind"], [(numbers[-1], "visitor")])
    return numbers[0]


def as_facts(columns: dict[str, Any], rows: int) -> "pa.RecordBatch":
    """A batch of the current schema from some of its columns; the others are empty."""
    import pyarrow as pa

    unknown = columns.keys() - set(NAMES)
    assert not unknown, f"no such columns: {unknown}"
    arrays = [
        pa.nulls(rows, field.type) if field.name not in columns else _cast(columns[field.name], field.type)
        for field in arrow_schema()
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=arrow_schema())


def _cast(values: Any, kind: "pa.DataType") -> "pa.Array":
    import pyarrow as pa

    array = values if isinstance(values, pa.Array) else pa.array(values)
    return array.cast(kind)
