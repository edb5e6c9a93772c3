"""Reading the ledger: `facts` and the mirror tables as they stand, by two clocks."""

import os
import re
import threading
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

_KEPT = 16  # prepared snapshots of this process: a page asks about now, and perhaps about a day before
_TIME_LIMIT = 60.0


class Snapshot:
    """One state of the ledger, by one pair of clocks, in one use at a time. Queries on it agree."""

    def __init__(self, state: LedgerState, clocks: Clocks) -> None:
        self.state, self.clocks = state, clocks
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
    found = _taken_down(state, clocks) or Snapshot(state, clocks)
    refuse_damaged(found.source.files)
    yield found
    # After an exception it is not put back: its cursors may be in the middle of something.
    _put_back(found)


# Prepared snapshots that nobody uses now, the latest used last. They belong to the process and not to its
# threads: a thread of the web server that ends owning a cursor takes the process with it (it frees itself
# twice: the cursor asks for the interpreter once more while the thread is being cleared).
_shelf: list[Snapshot] = []
_shelf_lock = threading.Lock()


def _taken_down(state: LedgerState, clocks: Clocks) -> Snapshot | None:
    """A prepared snapshot for the caller alone; those of older states go."""
    global _shelf
    with _shelf_lock:
        outdated, _shelf = _shelf, [one for one in _shelf if one.state is state]
        for place in reversed(range(len(_shelf))):
            if _shelf[place].clocks == clocks:
                return _shelf.pop(place)
    del outdated  # Their cursors end here, after the lock.
    return None


def _put_back(used: Snapshot) -> None:
    with _shelf_lock:
        _shelf.append(used)
        gone = _shelf[:-_KEPT]
        del _shelf[:-_KEPT]
    del gone


def _start_anew() -> None:
    global _shelf, _shelf_lock
    engine.abandon(_shelf)
    _shelf, _shelf_lock = [], threading.Lock()


os.register_at_fork(after_in_child=_start_anew)


def _us(at: datetime | None) -> int | None:
    return None if at is None else to_us(at)
