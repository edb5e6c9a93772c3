"""A large company made by arithmetic, in DuckDB, before any of it is written anywhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from isthmus.core.clock import to_us

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

SQL = Path(__file__).parent / "sql"
SELLERS = 200  # As in world.sql; the administrator comes after them.


@dataclass(frozen=True)
class Size:
    """How large the company is and when its last moment was."""

    people: int
    facts: int
    end: datetime
    days: int = 730

    @property
    def accounts(self) -> int:
        """Five people to a company."""
        return max(1, self.people // 5)


def build_world(con: "duckdb.DuckDBPyConnection", size: Size) -> None:
    """Create the tables `journey` (a row per person), `deals`, `order_lines` and `event` (a row per fact)."""
    numbers = {"people": size.people, "accounts": size.accounts, "facts": size.facts, "days": size.days}
    for name, number in (numbers | {"last_us": to_us(size.end)}).items():
        con.execute(f"CREATE MACRO {name}() AS {number}")
    con.execute((SQL / "world.sql").read_text())


def rows_of_tables(con: "duckdb.DuckDBPyConnection") -> Iterator[tuple[str, "duckdb.DuckDBPyRelation"]]:
    """Each table of the database with the rows that it gets, those columns that they name."""
    macros, *parts = (SQL / "rows.sql").read_text().split("-- table: ")
    con.execute(macros)
    for part in parts:
        table, _, query = part.partition("\n")
        yield table, con.sql(query)


def facts_by_slice(
    con: "duckdb.DuckDBPyConnection", unit: int
) -> Iterator[tuple[str, int, "pa.RecordBatchReader"]]:
    """Facts by file, as a night of merging leaves them: one for each month, some for the present one.

    Gives the month, the number of facts, and the facts sorted as sealed files are.
    """
    query = (SQL / "slice.sql").read_text()
    slices = con.execute("""
        WITH dated AS (SELECT us, strftime(make_timestamp(us), '%Y-%m') AS month FROM event),
        placed AS (SELECT us, month, CASE WHEN month = max(month) OVER () THEN day(make_timestamp(us)) // 8
            ELSE 0 END AS part FROM dated)
        SELECT month, min(us), max(us) + 1, count(*) FROM placed GROUP BY month, part ORDER BY 2
    """).fetchall()
    for month, first, last, rows in slices:
        yield (
            month,
            rows,
            con.sql(query, params={"first": first, "last": last, "unit": unit}).to_arrow_reader(),
        )
