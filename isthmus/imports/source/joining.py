"""The rows of a recipe's section: staged files joined, filtered and grouped by DuckDB, streamed in order."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from isthmus.imports.recipe.kinds import KINDS
from isthmus.imports.recipe.model import Except, Join, Rows
from isthmus.imports.source.decoding import FileUnreadable
from isthmus.imports.source.staging import LINE, ROW, staged_path

if TYPE_CHECKING:
    import duckdb

ORDINAL = "__ordinal"  # rows of one record share it; it rises through the section
MEMORY = "256MB"


@dataclass(frozen=True)
class Column:
    """A column that a section reads, by the name that the recipe gives it."""

    name: str
    input: str
    column: str


@contextmanager
def staging_engine(folder: Path) -> "Iterator[duckdb.DuckDBPyConnection]":
    """An engine over the staged files that spills to their folder instead of growing."""
    import duckdb

    with duckdb.connect() as engine:
        engine.execute("SET memory_limit = ?", [MEMORY])
        engine.execute("SET threads = 2")
        engine.execute("SET temp_directory = ?", [str(folder / "spill")])
        yield engine


class Section:
    """One section's rows over the staged files."""

    def __init__(self, rows: Rows, columns: Sequence[Column], key: Sequence[str], folder: Path) -> None:
        self.rows = rows
        self.columns = columns
        self.key = key
        self.folder = folder
        self.grouped = KINDS[rows.what].grouped
        self._by_name = {column.name: column for column in columns}

    def check_joins(self, engine: "duckdb.DuckDBPyConnection") -> None:
        """Refuse a join that would multiply rows."""
        for join in self.rows.joins:
            if join.take:
                continue
            keys = ", ".join(_text(f"j.{_name(column)}") for _left, column in join.on)
            repeated = engine.execute(
                f"SELECT {keys}, count(*) FROM {self._staged(join.input)} j "  # noqa: S608
                f"WHERE {_all_present(f'j.{_name(column)}' for _left, column in join.on)} "
                f"GROUP BY ALL HAVING count(*) > 1 LIMIT 1"
            ).fetchall()
            for twice in repeated:
                raise FileUnreadable(
                    _(
                        "The input %(input)s has %(count)s rows with the %(columns)s “%(key)s”: joining it "
                        'would multiply rows. Say which counts: take = "first" or take = "last" in the join.'
                    )
                    % {
                        "input": join.input,
                        "count": twice[-1],
                        "columns": ", ".join(column for _left, column in join.on),
                        "key": ", ".join(map(str, twice[:-1])),
                    }
                )

    def count(self, engine: "duckdb.DuckDBPyConnection", after: int = 0) -> tuple[int, int]:
        """How many rows are still to come, and how many the section passes over by its `where`."""
        left, kept = engine.execute(
            f"SELECT count(*) FILTER ({ORDINAL} > ?), count(*) FROM ({self._sql()})",  # noqa: S608
            [after],
        ).fetchall()[0]
        every = engine.execute(f"SELECT count(*) FROM {self._staged(self.rows.input)}").fetchall()[0][0]  # noqa: S608
        return left, every - kept

    def stream(
        self, engine: "duckdb.DuckDBPyConnection", after: int, batch: int
    ) -> Iterator[tuple[Any, ...]]:
        """The rows after an ordinal: (ordinal, row, line, *columns), in order."""
        sql = f"SELECT * FROM ({self._sql()}) WHERE {ORDINAL} > ? ORDER BY {ORDINAL}, {ROW}"  # noqa: S608
        reader = engine.sql(sql, params=[after]).to_arrow_reader(batch)
        for chunk in reader:
            yield from zip(*(column.to_pylist() for column in chunk.columns), strict=True)

    def distinct(
        self, engine: "duckdb.DuckDBPyConnection", names: Sequence[str], limit: int
    ) -> list[tuple[Any, ...]]:
        """The different values of some columns together, at most `limit`."""
        picked = ", ".join(_name(name) for name in names)
        return engine.execute(f"SELECT DISTINCT {picked} FROM ({self._sql()}) LIMIT {limit}").fetchall()  # noqa: S608

    def _sql(self) -> str:
        picked = [
            f"p.{ROW}",
            f"p.{LINE}",
            *(f"{self._place(one)} AS {_name(one.name)}" for one in self.columns),
        ]
        ordinal = f"p.{ROW}"
        if self.grouped:
            keys = ", ".join(self._text_of(name) for name in self.key)
            ordinal = f"min(p.{ROW}) OVER (PARTITION BY {keys})"
        sql = f"SELECT {ordinal} AS {ORDINAL}, {', '.join(picked)} FROM {self._staged(self.rows.input)} p"  # noqa: S608
        for number, join in enumerate(self.rows.joins, start=1):
            sql += f" LEFT JOIN {self._joined(join)} j{number} ON " + " AND ".join(
                f"{self._text_of(left)} = {_text(f'j{number}.{_name(right)}')}" for left, right in join.on
            )
        return sql + self._filter()

    def _filter(self) -> str:
        conditions = []
        for name, wanted in self.rows.where.items():
            text = self._text_of(name)
            if isinstance(wanted, bool):
                conditions.append(f"{'NOT ' if wanted else ''}coalesce({text}, '') = ''")
            elif isinstance(wanted, Except):
                listed = ", ".join(_quoted(value) for value in wanted.values)
                conditions.append(f"coalesce({text}, '') NOT IN ({listed})")
            else:
                conditions.append(f"{text} IN ({', '.join(_quoted(value) for value in wanted)})")
        return f" WHERE {' AND '.join(conditions)}" if conditions else ""

    def _joined(self, join: Join) -> str:
        staged = self._staged(join.input)
        if not join.take:
            return staged
        keys = ", ".join(_text(_name(column)) for _left, column in join.on)
        way = "DESC" if join.take == "last" else "ASC"
        return f"(SELECT DISTINCT ON ({keys}) * FROM {staged} ORDER BY {keys}, {ROW} {way})"  # noqa: S608

    def _staged(self, name: str) -> str:
        return f"read_parquet({_quoted(str(staged_path(self.folder, name)))})"

    def _text_of(self, name: str) -> str:
        return _text(self._place(self._by_name[name]))

    def _place(self, column: Column) -> str:
        if column.input == self.rows.input:
            return f"p.{_name(column.column)}"
        number = next(at for at, join in enumerate(self.rows.joins, start=1) if join.input == column.input)
        return f"j{number}.{_name(column.column)}"


def resolve_columns(
    rows: Rows, wanted: Sequence[str], columns: Mapping[str, Sequence[str]]
) -> list[Column] | str:
    """Where each column of a section comes from, or the name of the first that is nowhere."""
    reach = [rows.input, *(join.input for join in rows.joins)]
    found: list[Column] = []
    for name in dict.fromkeys(wanted):
        source, dot, column = name.partition(".")
        if dot and source in reach and column in columns[source]:
            found.append(Column(name, source, column))
            continue
        holder = next((one for one in reach if name in columns[one]), None)
        if holder is None:
            return name
        found.append(Column(name, holder, name))
    return found


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def _text(place: str) -> str:
    return f"trim(CAST({place} AS VARCHAR))"


def _all_present(places: Iterator[str]) -> str:
    return " AND ".join(f"{place} IS NOT NULL" for place in places)
