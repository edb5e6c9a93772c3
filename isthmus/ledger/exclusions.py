"""Where the facts that do not count lie: retracted ones, and all but the latest of each natural key.

A fact's place in a sealed file never changes, since files never change: each file is searched once for each
id, and only when the manifest says that the id may be in it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from isthmus.core import engine
from isthmus.ledger.corrections import Corrections
from isthmus.ledger.manifest import CurrentFile

if TYPE_CHECKING:
    import pyarrow as pa

_HOUR_MS = 3_600_000
_Searched = tuple[int, int, int]  # generation, revisions and retractions that a file was searched for


@dataclass(frozen=True)
class Excluded:
    """Facts that do not count: rows by file (path, row), and ids of inbox rows."""

    rows: "pa.Table"
    inbox: "pa.Array"
    ids: "pa.Array"

    @cached_property
    def paths(self) -> frozenset[str]:
        """The files that hold some."""
        return frozenset(self.rows["path"].unique().to_pylist())

    def holds(self, fact: bytes) -> bool:
        """Whether a fact is among these. The first look sorts them."""
        ids = self._sorted
        place = bisect_left(range(len(ids) // 16), fact, key=lambda one: ids[one * 16 : one * 16 + 16])
        return ids[place * 16 : place * 16 + 16] == fact

    @cached_property
    def _sorted(self) -> bytes:
        """All ids, one behind the other: as objects, a million of them would fill the memory."""
        import pyarrow.compute as pc

        return b"".join(self.ids.take(pc.sort_indices(self.ids)).to_pylist())


class Finder:
    """Remembers where the facts of corrections lie. Not safe for threads: its owner holds a lock."""

    def __init__(self) -> None:
        self._found: dict[str, list[pa.Table]] = {}
        self._searched: dict[str, _Searched] = {}

    def copy(self) -> "Finder":
        """One to use inside a transaction, whose corrections may yet be rolled back."""
        twin = Finder()
        twin._found = {path: list(tables) for path, tables in self._found.items()}
        twin._searched = dict(self._searched)
        return twin

    def candidates(
        self, corrections: Corrections, files: Sequence[CurrentFile], inbox: "pa.Table"
    ) -> "pa.Table":
        """Every fact that the corrections may mean: path ("" for the inbox), row, id, batch, received_us."""
        import pyarrow as pa

        for gone in self._searched.keys() - {file.path for file in files}:
            del self._searched[gone]
            self._found.pop(gone, None)
        for searched, group in self._by_need(corrections, files).items():
            self._search(corrections, searched, group)
        tables = [table for file in files for table in self._found.get(file.path, ())]
        return pa.concat_tables([*tables, _in_inbox(inbox, corrections)])

    def _by_need(
        self, corrections: Corrections, files: Sequence[CurrentFile]
    ) -> dict[_Searched, list[CurrentFile]]:
        complete = (corrections.generation, corrections.revisions.num_rows, corrections.retractions.num_rows)
        needs: dict[_Searched, list[CurrentFile]] = {}
        for file in files:
            searched = self._searched.get(file.path, (corrections.generation, 0, 0))
            if searched[0] != corrections.generation:
                self._found.pop(file.path, None)
                searched = (corrections.generation, 0, 0)
            if searched != complete:
                needs.setdefault(searched, []).append(file)
            self._searched[file.path] = complete
        return needs

    def _search(self, corrections: Corrections, searched: _Searched, files: Sequence[CurrentFile]) -> None:
        _generation, revisions, retractions = searched
        facts = corrections.facts_since(revisions, retractions)
        self._keep("id", facts["id"].unique(), [file for file in files if _may_hold_any(file, facts)])
        batches = corrections.batches_since(retractions)
        named = batches.to_pylist()
        holders = [file for file in files if any(_may_hold(file, batch) for batch in named)]
        self._keep("batch", batches, holders)

    def _keep(self, column: str, wanted: "pa.Array", files: Sequence[CurrentFile]) -> None:
        import pyarrow.compute as pc

        if not files or not len(wanted):
            return
        found = _look_for(column, wanted, files)
        for path in found["path"].unique().to_pylist():
            self._found.setdefault(path, []).append(found.filter(pc.equal(found["path"], path)))


def exclude(corrections: Corrections, candidates: "pa.Table", *, known_us: int | None = None) -> Excluded:
    """What does not count, as known at a time (None: now).

    First retractions, then of each natural key the fact with the highest (revision, received, id) stays.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    cursor = engine.cursor()
    cursor.register("candidate", candidates)
    cursor.register("revision", corrections.revisions)
    cursor.register("retraction", corrections.retractions)
    out = cursor.sql(
        """
        WITH known AS (SELECT DISTINCT * FROM candidate WHERE received_us < $known),
        gone AS (
            SELECT id FROM known
            WHERE id IN (SELECT id FROM retraction WHERE id IS NOT NULL AND received_us < $known)
               OR batch IN (SELECT batch FROM retraction WHERE batch IS NOT NULL AND received_us < $known)
        ),
        stale AS (
            SELECT id FROM revision
            WHERE id IN (SELECT id FROM known) AND id NOT IN (SELECT id FROM gone)
            QUALIFY row_number() OVER (
                PARTITION BY natural_key ORDER BY revision DESC, received_us DESC, id DESC
            ) > 1
        )
        SELECT path, "row", id FROM known
        WHERE id IN (SELECT id FROM gone) OR id IN (SELECT id FROM stale)
        """,
        params={"known": (1 << 63) - 1 if known_us is None else known_us},
    ).to_arrow_table()
    in_inbox = pc.equal(out["path"], "")
    return Excluded(
        rows=out.filter(pc.invert(in_inbox)).select(["path", "row"]),
        inbox=out.filter(in_inbox)["id"].cast(pa.binary(16)).combine_chunks(),
        ids=out["id"].combine_chunks(),
    )


def _look_for(column: str, wanted: "pa.Array", files: Sequence[CurrentFile]) -> "pa.Table":
    import pyarrow as pa

    named = pa.table({"place": [file.place for file in files], "path": [file.path for file in files]})
    cursor = engine.cursor()
    cursor.register("wanted", pa.table({"value": wanted}))
    cursor.register("named", named)
    return cursor.sql(
        'SELECT named.path, sealed.file_row_number AS "row", sealed.id, sealed.batch, sealed.received_us '  # noqa: S608
        "FROM read_parquet($places) AS sealed JOIN named ON named.place = sealed.filename "
        f"WHERE sealed.{column} IN (SELECT value FROM wanted)",
        params={"places": [file.place for file in files]},
    ).to_arrow_table()


def _in_inbox(inbox: "pa.Table", corrections: Corrections) -> "pa.Table":
    import pyarrow as pa
    import pyarrow.compute as pc

    by_id = pc.is_in(inbox["id"], corrections.ids)
    by_batch = pc.is_in(inbox["batch"], corrections.batches)
    rows = inbox.filter(pc.or_(by_id, by_batch)).select(["id", "batch", "received_us"])
    return pa.table(
        {
            "path": pa.repeat("", rows.num_rows),
            "row": pa.repeat(pa.scalar(0, pa.int64()), rows.num_rows),
            "id": rows["id"].cast(pa.binary()),
            "batch": rows["batch"],
            "received_us": rows["received_us"],
        }
    )


def _may_hold_any(file: CurrentFile, facts: "pa.Table") -> bool:
    """Whether one of the facts may be in a file, by its id and, where that is known, by its time."""
    import pyarrow.compute as pc

    at = facts["occurred_us"]
    in_time = pc.and_(
        pc.greater_equal(at, file.min_occurred_us), pc.less_equal(at, file.max_occurred_us)
    ).fill_null(True)
    ids = facts["id"].filter(in_time)
    if not len(ids):
        return False
    # Ids of commands begin with their time of receipt.
    ids = ids.cast("binary")
    return bool(pc.any(pc.and_(pc.greater_equal(ids, file.min_id), pc.less_equal(ids, file.max_id))).as_py())


def _may_hold(file: CurrentFile, batch: str) -> bool:
    """Whether a batch may be in a file. A version 7 UUID tells when its command ran; others tell nothing."""
    if len(batch) != 36 or batch[14] != "7":
        return True
    ran_ms = int(batch[:8] + batch[9:13], 16)
    return file.min_received_us // 1000 - _HOUR_MS <= ran_ms <= file.max_received_us // 1000 + _HOUR_MS
