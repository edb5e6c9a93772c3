"""The SQL of the `facts` view: only what this state of the ledger needs. A plain one is a plain scan."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from isthmus.ledger.exclusions import Excluded, exclude
from isthmus.ledger.manifest import CurrentFile
from isthmus.ledger.merges import surviving_accounts, survivors
from isthmus.ledger.schema import CURRENT, NAMES, select_list
from isthmus.ledger.state import LedgerState

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_PLAIN = ", ".join(NAMES)


@dataclass(frozen=True)
class Clocks:
    """The two clocks of a question, in microseconds: happened before, and received before. None: no bound."""

    as_of_us: int | None = None
    known_us: int | None = None


class FactsSource:
    """What a cursor must hold to answer questions about one state, by one pair of clocks."""

    def __init__(self, state: LedgerState, clocks: Clocks) -> None:
        self.state = state
        self.clocks = clocks
        self.files = tuple(file for file in state.files if _within(file, clocks))
        self.survivors = survivors(state.merges, known_us=clocks.known_us)
        self.accounts = surviving_accounts(state.merges, known_us=clocks.known_us)
        self.excluded = self._excluded()
        self.inbox = _counted_inbox(state.inbox.facts, self.excluded)

    def _excluded(self) -> Excluded | None:
        if self.clocks.known_us is None or self.state.candidates is None:
            return self.state.excluded
        return exclude(self.state.corrections, self.state.candidates, known_us=self.clocks.known_us)

    def prepare(self, cursor: "duckdb.DuckDBPyConnection", *, merged: bool) -> None:
        """Make `facts` exist on the cursor; `merged` gives subjects and accounts as who stands for them."""
        import pyarrow as pa

        cursor.register("ledger_inbox", self.inbox)
        touched = [file for file in self.files if self.excluded and file.path in self.excluded.paths]
        if touched and self.excluded:
            _store_places(cursor, touched, self.excluded)
        if self.excluded:
            cursor.register("ledger_excluded", pa.table({"id": self.excluded.ids}))
        base = self._relation(self.files)
        if merged and self.survivors:
            base = _with_survivors(cursor, base, self.survivors, self.accounts)
        cursor.execute(
            "CREATE OR REPLACE TEMP VIEW facts AS SELECT *, "  # noqa: S608
            "make_timestamp(occurred_us) AS occurred_at, make_timestamp(received_us) AS received_at, "
            f"{_machine(self.state.machines)} AS machine "
            f"FROM ({base})"
        )

    def few(self, files: Sequence[CurrentFile], *, inbox: bool, condition: str) -> str:
        """The counting facts of some files, and of the inbox, that meet a condition which few do, as SQL.

        Subjects are as they were written. What does not count is left out by its id, after the condition.
        """
        parts = [_clean_part(group) for group in _by_version(files)]
        if inbox or not parts:
            parts.append(f"SELECT {select_list(CURRENT)} FROM ledger_inbox")  # noqa: S608
        bound = _where(self.clocks).replace(" WHERE ", " AND ")
        found = f"SELECT * FROM ({' UNION ALL '.join(parts)}) WHERE ({condition}){bound}"  # noqa: S608
        if self.excluded is None or not len(self.excluded.ids):
            return found
        return f"SELECT * FROM ({found}) AS found ANTI JOIN ledger_excluded USING (id)"  # noqa: S608

    def _relation(self, files: Sequence[CurrentFile]) -> str:
        """All counting facts, as SQL; subjects as they were written."""
        paths = self.excluded.paths if self.excluded else frozenset()
        parts = [
            _clean_part(group) for group in _by_version(file for file in files if file.path not in paths)
        ]
        touched = [file for file in files if file.path in paths]
        parts += [_touched_part(group) for group in _by_version(touched)]
        if self.inbox.num_rows or not parts:
            parts.append(f"SELECT {select_list(CURRENT)} FROM ledger_inbox")  # noqa: S608
        return f"SELECT {_PLAIN} FROM ({' UNION ALL '.join(parts)}){_where(self.clocks)}"  # noqa: S608


def reads_subjects(sql: str) -> bool:
    """Whether a query may look at who a fact is about: merges are not joined into those that cannot."""
    without_counts = re.sub(r"count\(\s*\*\s*\)|count_star\(\)", "", sql, flags=re.IGNORECASE)
    return "*" in without_counts or re.search(r"\b(subject|account_id)\b", sql, re.IGNORECASE) is not None


def _within(file: CurrentFile, clocks: Clocks) -> bool:
    return (clocks.as_of_us is None or file.min_occurred_us < clocks.as_of_us) and (
        clocks.known_us is None or file.min_received_us < clocks.known_us
    )


def _counted_inbox(facts: "pa.Table", excluded: Excluded | None) -> "pa.Table":
    import pyarrow.compute as pc

    if excluded is None or not len(excluded.inbox):
        return facts
    return facts.filter(pc.invert(pc.is_in(facts["id"], excluded.inbox)))


def _by_version(files: Iterable[CurrentFile]) -> list[list[CurrentFile]]:
    ordered = sorted(files, key=lambda file: file.schema_version)
    return [list(group) for _version, group in groupby(ordered, key=lambda file: file.schema_version)]


def _clean_part(files: Sequence[CurrentFile]) -> str:
    return f"SELECT {select_list(files[0].schema_version)} FROM read_parquet({_listed(files)})"  # noqa: S608


def _touched_part(files: Sequence[CurrentFile]) -> str:
    """Files in which some rows do not count: those are left out by their place, which costs no column."""
    return (
        f"SELECT {select_list(files[0].schema_version)} FROM read_parquet({_listed(files)}) AS sealed "  # noqa: S608
        "ANTI JOIN ledger_places AS place "
        'ON place.place = sealed.filename AND place."row" = sealed.file_row_number'
    )


def _where(clocks: Clocks) -> str:
    conditions = []
    if clocks.as_of_us is not None:
        conditions.append(f"occurred_us < {clocks.as_of_us:d}")
    if clocks.known_us is not None:
        conditions.append(f"received_us < {clocks.known_us:d}")
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _machine(agents: Iterable[int]) -> str:
    """Whether a fact came from a machine, as SQL: false where it is not known who made it."""
    listed = ", ".join(str(agent) for agent in sorted(agents))
    return f"coalesce(agent IN ({listed}), false)" if listed else "false"


def _listed(files: Sequence[CurrentFile]) -> str:
    return "[" + ", ".join("'" + file.place.replace("'", "''") + "'" for file in files) + "]"


def _store_places(
    cursor: "duckdb.DuckDBPyConnection", touched: Sequence[CurrentFile], excluded: Excluded
) -> None:
    import pyarrow as pa

    named = pa.table({"path": [file.path for file in touched], "place": [file.place for file in touched]})
    cursor.register("named", named)
    cursor.register("excluded", excluded.rows)
    cursor.execute(
        "CREATE OR REPLACE TEMP TABLE ledger_places AS "
        'SELECT named.place, excluded."row" FROM excluded JOIN named USING (path)'
    )
    cursor.unregister("named")
    cursor.unregister("excluded")


def _with_survivors(
    cursor: "duckdb.DuckDBPyConnection", base: str, subjects: dict[int, int], accounts: dict[int, int]
) -> str:
    """The facts of `base` with those who were merged read as the ones that stand for them."""
    columns, joins = _PLAIN, ""
    for column, into in (("subject", subjects), ("account_id", accounts)):
        if into:
            _store_survivors(cursor, f"ledger_survivors_{column}", into)
            columns = columns.replace(
                f" {column},", f" coalesce(merged_{column}.survivor, fact.{column}) AS {column},"
            )
            joins += (
                f" LEFT JOIN ledger_survivors_{column} AS merged_{column}"
                f" ON merged_{column}.loser = fact.{column}"
            )
    return f"SELECT {columns} FROM ({base}) AS fact{joins}"  # noqa: S608 (our own names)


def _store_survivors(cursor: "duckdb.DuckDBPyConnection", table: str, into: dict[int, int]) -> None:
    import pyarrow as pa

    columns = {"loser": pa.array(into.keys(), pa.int64()), "survivor": pa.array(into.values(), pa.int64())}
    cursor.register("merged", pa.table(columns))
    cursor.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT * FROM merged")  # noqa: S608
    cursor.unregister("merged")
