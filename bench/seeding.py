"""Writing the large company into a data folder of its own, once: later runs find it there."""

import hashlib
import json
import shutil
import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings

from bench.world import SQL, Size, build_world, facts_by_slice, rows_of_tables
from isthmus.core.actors import SYSTEM
from isthmus.core.clock import from_us, now, to_us

if TYPE_CHECKING:
    import duckdb

# Windows such as "the last 28 days" must not run past the company's last moment.
KEPT_FOR = timedelta(days=3)
Say = Callable[[str], object]


def ensure_company(people: int, facts: int, say: Say) -> Size:
    """The company in the present data folder, made anew when it is of another size or too old."""
    note = settings.ISTHMUS_HOME / "bench.json"
    if note.exists():
        kept = json.loads(note.read_text())
        size = Size(kept["people"], kept["facts"], from_us(kept["end_us"]))
        as_wanted = (kept["made_by"], size.people, size.facts) == (_maker(), people, facts)
        if as_wanted and now() - size.end < KEPT_FOR:
            say(f"Using the company in {settings.ISTHMUS_HOME}.")
            return size
    size = Size(people, facts, now())
    _empty(settings.ISTHMUS_HOME)
    _make_company(size, say)
    kept = {"made_by": _maker(), "people": people, "facts": facts, "end_us": to_us(size.end)}
    note.write_text(json.dumps(kept))
    return size


def _maker() -> str:
    """Differs when the tables, or what is written into them, are others."""
    package = Path(__file__).parent.parent / "isthmus"
    own = [Path(__file__), SQL.parent / "world.py", *SQL.glob("*.sql")]
    makers = [*package.glob("*/migrations/0*.py"), *own]
    return hashlib.sha256(b"".join(path.read_bytes() for path in sorted(makers))).hexdigest()


def _empty(home: Path) -> None:
    from django.db import connection

    connection.close()
    for name in ("isthmus.sqlite3", "isthmus.sqlite3-wal", "isthmus.sqlite3-shm", "bench.json"):
        (home / name).unlink(missing_ok=True)
    shutil.rmtree(home / "ledger", ignore_errors=True)


def _make_company(size: Size, say: Say) -> None:
    import duckdb
    from django.core.management import call_command
    from django.db import connection

    from isthmus.ledger.mirror_building import rebuild_stale

    began = time.monotonic()
    call_command("migrate", verbosity=0, interactive=False)
    _name_company(size)
    con = duckdb.connect()
    build_world(con, size)
    say(f"  the world of {size.people:,} people: {time.monotonic() - began:.0f} s")
    connection.close()
    write_rows(con, Path(settings.DATABASES["default"]["NAME"]))
    say(f"  its rows: {time.monotonic() - began:.0f} s")
    rows = seal_facts(con, size)
    say(f"  its {rows:,} facts: {time.monotonic() - began:.0f} s")
    con.close()
    rebuild_stale(at=size.end)
    say(f"  the mirror of its attributes: {time.monotonic() - began:.0f} s")


def _name_company(size: Size) -> None:
    from isthmus.workspace.commands import add_field, update_company

    start = size.end - timedelta(days=size.days)
    plan = {"model": "person", "key": "plan", "label": "Plan", "type": "choice", "kind": "analytic"}
    add_field(**plan, options=["Free", "Team", "Company", "Group"], by=SYSTEM, at=start)  # type: ignore[arg-type]
    update_company(name="Bench", base_currency="EUR", time_zone="Europe/Berlin", by=SYSTEM, at=start)


def write_rows(con: "duckdb.DuckDBPyConnection", database: Path) -> None:
    """Fill the tables of a migrated SQLite database set by set; indexes are made again after each table.

    All of it through the fast driver, with Django's connection closed: the driver brings a SQLite of its own,
    and two SQLites in one process break each other's file locks.
    """
    import adbc_driver_sqlite.dbapi as adbc

    with adbc.connect(str(database)) as quick, quick.cursor() as cursor:
        for table, rows in rows_of_tables(con):
            indexes = _drop_indexes(cursor, table)
            cursor.execute(f"DELETE FROM {table}")
            cursor.adbc_ingest(table, _with_defaults(table, rows).to_arrow_reader(), mode="append")
            for statement in indexes:
                cursor.execute(statement)
            quick.commit()
        cursor.execute("ANALYZE")
        quick.commit()


def _with_defaults(table: str, rows: "duckdb.DuckDBPyRelation") -> "duckdb.DuckDBPyRelation":
    """The rows with what a model gives by itself in the columns that they do not name."""
    import duckdb
    from django.apps import apps
    from django.db import connection

    model = next(one for one in apps.get_models() if one._meta.db_table == table)
    lacking = [
        field
        for field in model._meta.concrete_fields
        if field.column not in rows.columns and not (field.null or field.primary_key or field.generated)
    ]
    given = [
        duckdb.ConstantExpression(_plain(field.get_db_prep_save(field.get_default(), connection)))
        for field in lacking
    ]
    named = [value.alias(str(field.column)) for value, field in zip(given, lacking, strict=True)]
    return rows.select(duckdb.StarExpression(), *named)


def _plain(value: Any) -> Any:
    """What the fast driver can write: it has no exact decimals, and SQLite keeps none."""
    return float(value) if isinstance(value, Decimal) else value


def _drop_indexes(cursor: Any, table: str) -> list[str]:
    of_table = "type = 'index' AND tbl_name = ? AND sql IS NOT NULL"
    cursor.execute(f"SELECT name, sql FROM sqlite_master WHERE {of_table}", [table])
    found = cursor.fetchall()
    for name, _statement in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [statement for _name, statement in found]


def seal_facts(con: "duckdb.DuckDBPyConnection", size: Size) -> int:
    """Write every fact into sealed files with the ledger's own functions; gives their number."""
    from django.db import transaction

    from isthmus.ledger.manifest import add_files, next_unit_number
    from isthmus.ledger.models import Unit
    from isthmus.ledger.sealer_lock import sealer_lock
    from isthmus.ledger.writing import write_facts

    with sealer_lock(wait=5):
        number = next_unit_number()
        written = [
            write_facts(facts, rows=rows, month=month, label=f"u{number:08d}", step="bench.seal")
            for month, rows, facts in facts_by_slice(con, number)
        ]
        files = [file for file in written if file is not None]
        rows = sum(file.rows for file in files)
        with transaction.atomic():
            unit = Unit.objects.create(number=number, kind=Unit.Kind.SEAL, sealed_at=size.end, rows=rows)
            add_files(unit, files, level=1, at=size.end)
    return rows
