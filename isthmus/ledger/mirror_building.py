"""Snapshots of mirrored tables: read from SQL by a program of its own, written as Parquet."""

import json
import secrets
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.db import connection, transaction

from isthmus.core.clock import now
from isthmus.core.crash import crash_point
from isthmus.ledger.mirror import (
    COMMIT_MARGIN,
    MirrorColumn,
    MirrorTable,
    fingerprint,
    mirror_tables,
    usable_snapshot,
)
from isthmus.ledger.models import MirrorState
from isthmus.ledger.writing import sync

# Below this many changed rows readers take them from SQL faster than a snapshot is worth.
MUCH_CHANGED = 2_000
MAX_AGE = timedelta(days=1)


class SnapshotFailedError(RuntimeError):
    """The program that reads a mirrored table failed; its own words follow."""


def rebuild_stale(*, at: datetime) -> list[str]:
    """Rebuild the tables in which much has changed, or whose snapshot is a day old. Answers their names."""
    rebuilt = []
    for table in mirror_tables().values():
        if table.changed is not None and _is_stale(table, at):
            rebuild(table)
            rebuilt.append(table.name)
    return rebuilt


def rebuild_all() -> None:
    """New snapshots of all tables that have one, and none of the old: they may hold what was erased."""
    folder = Path(settings.LEDGER_DIR) / "mirror"
    for state in MirrorState.objects.all():
        table = mirror_tables().get(state.table)
        if table is None:
            state.delete()
        else:
            rebuild(table)
    current = set(MirrorState.objects.values_list("path", flat=True))
    for path in folder.glob("*"):
        if str(path.relative_to(settings.LEDGER_DIR)) not in current:
            path.unlink(missing_ok=True)  # A reader that has it open goes on reading it.


def rebuild(table: MirrorTable) -> MirrorState:
    """Write a new snapshot of a table and let readers use it."""
    columns = table.columns()
    began_at = now()
    folder = Path(settings.LEDGER_DIR) / "mirror"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{table.name}-{secrets.token_hex(4)}.parquet"
    rows = _write_snapshot(table, columns, path)
    crash_point("ledger.mirror.after_write")
    sync(path)
    sync(folder)
    with transaction.atomic():
        known = MirrorState.objects.select_for_update().filter(table=table.name).first()
        state, _made = MirrorState.objects.update_or_create(
            table=table.name,
            defaults={
                "version": known.version + 1 if known else 1,
                "path": str(path.relative_to(settings.LEDGER_DIR)),
                "rows": rows,
                "began_at": began_at,
                "fingerprint": fingerprint(columns),
            },
        )
    return state


def drop_mirror() -> None:
    """Forget all snapshots. Figures stay the same: readers take the rows from SQL until the next rebuild."""
    MirrorState.objects.all().delete()


def _is_stale(table: MirrorTable, at: datetime) -> bool:
    columns = table.columns()
    state = usable_snapshot(table, columns)
    # Once a day in any case: what a column takes from another table may have changed there.
    if state is not None and state.began_at < at - MAX_AGE:
        return True
    since = state.began_at - COMMIT_MARGIN if state else None
    return table.query(columns, since)[:MUCH_CHANGED].count() >= MUCH_CHANGED


def _write_snapshot(table: MirrorTable, columns: Mapping[str, MirrorColumn], path: Path) -> int:
    """Have `snapshot_reader` write the file.

    It is a program of its own because the fast driver brings its own SQLite, and two SQLites in one process
    break each other's file locks.
    """
    sql, params = table.query(columns).query.sql_with_params()
    order = {
        "database": _address(),
        "sql": sql,
        "params": [_plain(value) for value in params],
        "columns": [[name, spec.type] for name, spec in columns.items()],
        "path": str(path),
    }
    done = subprocess.run(
        [sys.executable, "-m", "isthmus.ledger.snapshot_reader"],
        input=json.dumps(order),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SnapshotFailedError(done.stderr[-2000:])
    return int(done.stdout)


def _address() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(database["NAME"])
    user = quote(str(database["USER"]), safe="")
    password = f":{quote(str(database['PASSWORD']), safe='')}" if database["PASSWORD"] else ""
    host = quote(str(database["HOST"]), safe="")
    port = f":{database['PORT']}" if database["PORT"] else ""
    at = f"{user}{password}@" if user else ""
    return f"postgresql://{at}{host}{port}/{quote(str(database['NAME']), safe='')}"


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float | str | None) else str(value)
