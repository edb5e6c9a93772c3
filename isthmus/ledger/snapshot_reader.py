"""A program: reads one query from SQL in large columns and writes it as Parquet.

Takes its order as JSON on standard input (no password stands in the list of processes) and answers the number
of rows. It loads no Django.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from importlib import import_module
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

_CHUNK = 100_000


def main() -> None:
    """Do what standard input says."""
    order: dict[str, Any] = json.load(sys.stdin)
    rows = 0
    writer: pq.ParquetWriter | None = None
    engine = duckdb.connect(":memory:")
    engine.execute("SET TimeZone = 'UTC'")
    for chunk in _chunks(order):
        table = _typed(engine, chunk, order["columns"])
        if writer is None:
            writer = pq.ParquetWriter(order["path"], table.schema, compression="zstd")
        if table.num_rows:
            writer.write_table(table)
        rows += table.num_rows
    assert writer is not None
    writer.close()
    sys.stdout.write(str(rows))


def _chunks(order: dict[str, Any]) -> Iterator["pa.Table"]:
    """The rows in the order of their ids, at least one (perhaps empty) chunk."""
    sqlite = not order["database"].startswith("postgresql://")
    driver = import_module(f"adbc_driver_{'sqlite' if sqlite else 'postgresql'}.dbapi")
    names = [name for name, _type in order["columns"]]
    key = f"mirrored_{names.index('id')}"
    sql, params = _numbered(order["sql"], order["params"], sqlite=sqlite)
    last = -(1 << 62)
    with closing(driver.connect(order["database"])) as connection, connection.cursor() as cursor:
        if sqlite:
            # SQLite has no types of columns: the driver looks at this many rows to find them.
            cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": _CHUNK + 1})
        while True:
            cursor.execute(
                f"SELECT * FROM ({sql}) AS rows WHERE {key} > {last:d} ORDER BY {key} LIMIT {_CHUNK:d}",  # noqa: S608
                params or None,
            )
            table = cursor.fetch_arrow_table().rename_columns(names)
            yield table
            if table.num_rows < _CHUNK:
                return
            last = table["id"][-1].as_py()


def _numbered(sql: str, params: list[Any], *, sqlite: bool) -> tuple[str, list[Any]]:
    """Django's `%s` as the marks of the driver."""
    parts = sql.split("%s")
    assert len(parts) == len(params) + 1
    marked = parts[0]
    for number, part in enumerate(parts[1:], start=1):
        marked += ("?" if sqlite else f"${number}") + part
    return marked.replace("%%", "%"), params


def _typed(engine: duckdb.DuckDBPyConnection, chunk: "pa.Table", columns: list[list[str]]) -> "pa.Table":
    engine.register("chunk", chunk)
    casts = ", ".join(f'CAST("{name}" AS {engine_type}) AS "{name}"' for name, engine_type in columns)
    return engine.sql(f"SELECT {casts} FROM chunk").to_arrow_table()  # noqa: S608 (names of our own)


if __name__ == "__main__":
    main()
