"""The mirror: analytic attributes of people, accounts, leads and deals as tables beside `facts`.

Rooms register what is mirrored. A job writes each table as a Parquet snapshot; readers lay the rows changed
since over it. It is derived: without a snapshot readers read the whole table from SQL, and the figures are
the same. A row that is deleted (an undone import's) may be seen until the next snapshot: figures begin with
facts, and its facts no longer count.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from django.conf import settings
from django.db import connection
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable

from isthmus.core.clock import now
from isthmus.ledger.mirror_values import arrow_column
from isthmus.ledger.models import MirrorState
from isthmus.ledger.position import Position

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

EngineType = Literal["BIGINT", "INTEGER", "DOUBLE", "VARCHAR", "BOOLEAN", "DATE", "TIMESTAMP"]
# A transaction may commit this long after it set its rows' time of change.
COMMIT_MARGIN = timedelta(seconds=15)
_FETCH = 20_000


@dataclass(frozen=True)
class MirrorColumn:
    """A column of the engine and where it comes from: a path of fields, or an expression of the ORM."""

    source: str | Combinable
    type: EngineType


@dataclass(frozen=True)
class MirrorTable:
    """A mirrored table. `columns` has `id`; it is asked anew each time, since custom fields come and go.

    `changed` is the indexed field with the time of a row's last change; without it the table must be small,
    for it is read whole.
    """

    name: str
    rows: Callable[[], QuerySet[Any]]
    columns: Callable[[], Mapping[str, MirrorColumn]]
    changed: str | None = "updated_at"

    def query(self, columns: Mapping[str, MirrorColumn], since: datetime | None = None) -> QuerySet[Any]:
        """The rows, or those changed since, as values in the order of the columns."""
        rows = self.rows().order_by()
        if since is not None and self.changed is not None:
            rows = rows.filter(**{f"{self.changed}__gte": since})
        named = {
            f"mirrored_{position}": F(column.source) if isinstance(column.source, str) else column.source
            for position, column in enumerate(columns.values())
        }
        values: QuerySet[Any, Any] = rows.annotate(**named).values_list(*named)
        return values


_tables: dict[str, MirrorTable] = {}


def register(table: MirrorTable) -> None:
    """Have a table mirrored (called by each room when it is loaded)."""
    if not table.name.startswith("mirror_"):
        raise ValueError(f"A mirrored table is called mirror_…, not {table.name}.")
    _tables[table.name] = table


def mirror_tables() -> Mapping[str, MirrorTable]:
    """Every mirrored table by name."""
    return _tables


def mirror_columns(name: str) -> dict[str, str]:
    """The columns of a mirrored table with their types in the engine."""
    return {column: spec.type for column, spec in _tables[name].columns().items()}


def attach(cursor: "duckdb.DuckDBPyConnection", name: str, position: Position) -> None:
    """Make a mirrored table exist on a cursor, as it stands at the ledger's position."""
    table = _tables[name]
    columns = table.columns()
    state = usable_snapshot(table, columns)
    changed = _changed_rows(table, columns, state, position)
    cursor.register(f"{name}_changed", changed)
    listed = ", ".join(f'"{column}"' for column in columns)
    sql = f'SELECT {listed} FROM "{name}_changed"'  # noqa: S608 (names of our own and of checked custom fields)
    if state is not None:
        place = str(settings.LEDGER_DIR / state.path).replace("'", "''")
        newer = f' ANTI JOIN "{name}_changed" USING (id)' if changed.num_rows else ""
        sql = f"SELECT {listed} FROM read_parquet('{place}'){newer} UNION ALL {sql}"  # noqa: S608
    cursor.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')


def usable_snapshot(table: MirrorTable, columns: Mapping[str, MirrorColumn]) -> MirrorState | None:
    """The table's snapshot, unless there is none, its file is gone or its columns were others."""
    if table.changed is None:
        return None
    state = MirrorState.objects.filter(table=table.name).first()
    if state is None or state.fingerprint != fingerprint(columns):
        return None
    return state if (Path(settings.LEDGER_DIR) / state.path).exists() else None


def fingerprint(columns: Mapping[str, MirrorColumn]) -> str:
    """Short text that differs when columns, sources or types do."""
    import hashlib

    parts = [f"{name} {spec.type} {spec.source!r}" for name, spec in columns.items()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class _Overlay:
    base: tuple[str, int | None]  # columns, version of the snapshot
    position: Position
    read_at: datetime
    rows: "pa.Table"


_overlays: dict[str, _Overlay] = {}
_overlays_lock = threading.Lock()


def forget_overlays() -> None:
    """Drop remembered rows (for tests, and after restoring a backup)."""
    _overlays.clear()


def _changed_rows(
    table: MirrorTable, columns: Mapping[str, MirrorColumn], state: MirrorState | None, position: Position
) -> "pa.Table":
    """The rows that the snapshot lacks, read from SQL; from the second time on only what came since."""
    since = state.began_at - COMMIT_MARGIN if state else None
    if connection.in_atomic_block:
        return read_rows(table, columns, since)
    base = (fingerprint(columns), state.version if state else None)
    with _overlays_lock:
        known = _overlays.get(table.name)
        read_at = now()
        if known is None or known.base != base:
            rows = read_rows(table, columns, since)
        elif known.position == position:
            return known.rows
        elif table.changed is None:
            rows = read_rows(table, columns, None)
        else:
            rows = _replaced(known.rows, read_rows(table, columns, known.read_at - COMMIT_MARGIN))
        _overlays[table.name] = _Overlay(base, position, read_at, rows)
        return rows


def _replaced(old: "pa.Table", new: "pa.Table") -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    if not new.num_rows:
        return old
    kept = old.filter(pc.invert(pc.is_in(old["id"], new["id"].combine_chunks())))
    return pa.concat_tables([kept, new]).combine_chunks()


def read_rows(table: MirrorTable, columns: Mapping[str, MirrorColumn], since: datetime | None) -> "pa.Table":
    """Rows from SQL through the ORM, with the types of the engine."""
    import pyarrow as pa

    batches = []
    rows = table.query(columns, since).iterator(chunk_size=_FETCH)
    while chunk := [row for row, _number in zip(rows, range(_FETCH), strict=False)]:
        pairs = zip(zip(*chunk, strict=True), columns.values(), strict=True)
        arrays = [arrow_column(values, spec.type) for values, spec in pairs]
        batches.append(pa.RecordBatch.from_arrays(arrays, names=list(columns)))
    schema = pa.schema([(name, arrow_column([], spec.type).type) for name, spec in columns.items()])
    return pa.Table.from_batches(batches, schema)
