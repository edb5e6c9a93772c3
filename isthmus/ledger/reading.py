"""Reading the ledger: `facts` and the mirror tables as they stand, by two clocks."""

import os
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from isthmus.core import engine
from isthmus.core.clock import to_us
from isthmus.ledger.manifest import refuse_damaged
from isthmus.ledger.mirror import attach, mirror_tables
from isthmus.ledger.position import Position
from isthmus.ledger.state import LedgerState, current_state
from isthmus.ledger.views import Clocks, FactsSource, reads_subjects

if TYPE_CHECKING:
    import duckdb

_KEPT = 4  # prepared snapshots a thread keeps: a page asks about now, and perhaps about a day before
_TIME_LIMIT = 60.0


class Snapshot:
    """One state of the ledger, by one pair of clocks. For one thread; queries on it agree with each other."""

    def __init__(self, state: LedgerState, clocks: Clocks) -> None:
        self.source = FactsSource(state, clocks)
        self.position: Position = state.position
        self._cursors: dict[bool, duckdb.DuckDBPyConnection] = {}
        self._attached: dict[bool, set[str]] = {True: set(), False: set()}

    def execute(
        self,
        sql: str,
        params: Sequence[Any] | Mapping[str, Any] | None = None,
        *,
        seconds: float = _TIME_LIMIT,
        subjects: bool | None = None,
    ) -> "duckdb.DuckDBPyConnection":
        """Run one query; fetch its rows before the next one. Raises QueryTookTooLong after `seconds`.

        `subjects` says whether it uses them, where its text names them in passing; None: look at the text.
        """
        wanted = reads_subjects(sql) if subjects is None else subjects
        merged = bool(self.source.survivors) and wanted
        cursor = self._cursor(merged)
        self._attach_mirror(cursor, sql, self._attached[merged])
        with engine.time_limit(cursor, seconds):
            return cursor.execute(sql, params)

    def execute_raw(self, sql: str, params: Sequence[Any]) -> "duckdb.DuckDBPyConnection":
        """Run a query over `source.few(...)`: chosen files, subjects as they were written."""
        cursor = self._cursor(False)
        with engine.time_limit(cursor, _TIME_LIMIT):
            return cursor.execute(sql, params)

    def _cursor(self, merged: bool) -> "duckdb.DuckDBPyConnection":
        if merged not in self._cursors:
            cursor = engine.cursor()
            self.source.prepare(cursor, merged=merged)
            self._cursors[merged] = cursor
        return self._cursors[merged]

    def _attach_mirror(self, cursor: "duckdb.DuckDBPyConnection", sql: str, attached: set[str]) -> None:
        for name in sorted(set(re.findall(r"\bmirror_\w+", sql)) - attached):
            if name in mirror_tables():
                attach(cursor, name, self.position)
                attached.add(name)


@contextmanager
def snapshot(*, as_of: datetime | None = None, known_on: datetime | None = None) -> Iterator[Snapshot]:
    """The ledger now: `facts` with retractions, revisions and merges applied, and the mirror tables.

    as_of: only what had happened before. known_on: only what had been received before, corrections included.
    Raises DamagedLedger, which names the files, rather than read bytes that were not sealed.
    """
    clocks = Clocks(_us(as_of), _us(known_on))
    state = current_state()
    kept = _kept(state)
    found = kept.pop(clocks, None) or Snapshot(state, clocks)
    refuse_damaged(found.source.files)
    yield found
    # While it was in use it was out of the kept ones: a nested use got a snapshot of its own.
    # After an exception it is not kept: its cursors may be in the middle of something.
    kept[clocks] = found
    while len(kept) > _KEPT:
        kept.popitem(last=False)


_of_thread = threading.local()


def _kept(state: LedgerState) -> "OrderedDict[Clocks, Snapshot]":
    """This thread's prepared snapshots of a state; those of older states, or from before a fork, go."""
    owner = (os.getpid(), state)
    process, of_state = getattr(_of_thread, "owner", (0, None))
    if process != owner[0] or of_state is not state:
        if process not in (0, owner[0]):
            engine.abandon(_of_thread.kept)
        _of_thread.owner, _of_thread.kept = owner, OrderedDict()
    kept: OrderedDict[Clocks, Snapshot] = _of_thread.kept
    return kept


def _us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)
