"""One state of the ledger in memory: files, inbox, corrections and merges of one database snapshot."""

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection

from isthmus.ledger.corrections import Corrections, refresh_corrections
from isthmus.ledger.exclusions import Excluded, Finder, exclude
from isthmus.ledger.inbox_rows import live_seqs, read_inbox
from isthmus.ledger.machines import machine_agents
from isthmus.ledger.manifest import CurrentFile, current_files
from isthmus.ledger.merges import MergeRow, read_merges
from isthmus.ledger.position import Position, one_database_snapshot, read_position

if TYPE_CHECKING:
    import pyarrow as pa

_ATTEMPTS = 20
_MAX_CHUNKS = 64


@dataclass(frozen=True)
class Inbox:
    """Inbox rows with their sequence numbers, which rise unless a row was committed late."""

    seqs: "pa.Array"
    facts: "pa.Table"


@dataclass(frozen=True)
class LedgerState:
    """Everything that a reader needs; immutable, shared by threads."""

    position: Position
    files: tuple[CurrentFile, ...]
    inbox: Inbox
    corrections: Corrections
    candidates: "pa.Table | None"
    excluded: Excluded | None
    merges: tuple[MergeRow, ...]
    machines: frozenset[int]


_lock = threading.Lock()
_finder = Finder()
_latest: LedgerState | None = None


def current_state() -> LedgerState:
    """The ledger as it stands. Costs one statement when nothing has changed since the last call.

    Inside a transaction the caller sees its own uncommitted facts; that state is not kept for others.
    """
    global _latest
    position = read_position()
    known = _latest
    if known is not None and known.position == position:
        return known
    with _lock:
        if connection.in_atomic_block:
            finder = _finder.copy()
            return _consistent(lambda: _build(_latest, finder))
        _latest = _consistent(lambda: _build(_latest, _finder))
        return _latest


def forget() -> None:
    """Drop what is remembered, as a new process would start (for tests, and after restoring a backup)."""
    global _latest, _finder
    with _lock:
        _latest, _finder = None, Finder()


def _start_anew() -> None:
    global _lock
    _lock = threading.Lock()  # Another thread of the parent may have held it.


os.register_at_fork(after_in_child=_start_anew)


def _consistent(build: Callable[[], LedgerState]) -> LedgerState:
    """Build within one database snapshot; where there is none, until nothing changed meanwhile."""
    outer = connection.in_atomic_block
    for _attempt in range(_ATTEMPTS):
        with one_database_snapshot():
            state = build()
            settled = not outer or connection.vendor != "postgresql"
            if settled or read_position() == state.position:
                return state
    raise RuntimeError("The ledger changed faster than it could be read.")


def _build(known: LedgerState | None, finder: Finder) -> LedgerState:
    position = read_position()
    if known is not None and known.position == position:
        return known
    same_unit = known is not None and _unit(known.position) == _unit(position)
    files = known.files if known is not None and same_unit else tuple(current_files())
    inbox = _refreshed_inbox(known.inbox if known else None, position, same_unit=same_unit)
    corrections = refresh_corrections(known.corrections if known else None, position)
    candidates, excluded = None, None
    if corrections:
        candidates = finder.candidates(corrections, files, inbox.facts)
        unchanged = known is not None and known.corrections is corrections and known.candidates is not None
        if known is not None and unchanged and candidates.equals(known.candidates):
            candidates, excluded = known.candidates, known.excluded
        else:
            excluded = exclude(corrections, candidates)
    merges = _refreshed_merges(known, position)
    judged = known is not None and known.position.verdicts == position.verdicts
    machines = known.machines if known is not None and judged else machine_agents()
    return LedgerState(position, files, inbox, corrections, candidates, excluded, merges, machines)


def _refreshed_merges(known: LedgerState | None, position: Position) -> tuple[MergeRow, ...]:
    """The merges at a position, reading only the rows that are not known yet: visitors join all the time."""
    if known is None:
        return read_merges()
    (last, rows, undone), (_last, wanted, wanted_undone) = known.position.merges, position.merges
    if known.position.merges == position.merges:
        return known.merges
    grown = (*known.merges, *read_merges(after=last))
    if undone != wanted_undone or len(grown) != wanted or rows > wanted:
        return read_merges()  # One was undone, or rows with lower numbers were committed late.
    return grown


def _unit(position: Position) -> tuple[int, str]:
    return position.unit, position.sealed_at


def _refreshed_inbox(known: Inbox | None, position: Position, *, same_unit: bool) -> Inbox:
    """The inbox at a position, reading only the rows that are not known yet."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if known is None or not len(known.seqs):
        return _inbox(*read_inbox())
    wanted = position.inbox
    least, reached = pc.min(known.seqs).as_py(), pc.max(known.seqs).as_py()
    if same_unit and least != wanted.least:
        return _inbox(*read_inbox())  # The database was put back to another state.
    if same_unit and reached == wanted.greatest and wanted.rows in (None, len(known.seqs)):
        return known
    if not same_unit:
        kept = pc.is_in(known.seqs, pa.array(live_seqs(), pa.int64()))
        known = Inbox(known.seqs.filter(kept), known.facts.filter(kept))
    grown = _joined(known, _inbox(*read_inbox("WHERE seq > %s ORDER BY seq", [reached])))
    if wanted.rows not in (None, len(grown.seqs)):
        return _inbox(*read_inbox())  # Rows below the greatest number were committed late.
    return grown


def _inbox(seqs: list[int], facts: "pa.Table") -> Inbox:
    import pyarrow as pa

    return Inbox(pa.array(seqs, pa.int64()), facts)


def _joined(old: Inbox, new: Inbox) -> Inbox:
    import pyarrow as pa

    facts = pa.concat_tables([old.facts, new.facts])
    if facts["id"].num_chunks > _MAX_CHUNKS:
        facts = facts.combine_chunks()
    return Inbox(pa.concat_arrays([old.seqs, new.seqs]), facts)
