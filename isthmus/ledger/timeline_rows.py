"""The rows of a timeline: out of the copies by subject where there are some, else by the engine."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from isthmus.ledger.by_subject.finding import facts_in
from isthmus.ledger.exclusions import Excluded
from isthmus.ledger.manifest import CurrentFile
from isthmus.ledger.reading import Snapshot
from isthmus.ledger.schema import NAMES, arrow_schema

if TYPE_CHECKING:
    import pyarrow as pa

Column = Literal["subject", "account_id", "lead_id", "deal_id"]
# Looking for more of them one by one costs more than reading whole columns.
_MANY_SUBJECTS = 400
_MANY_IN_THE_ENGINE = 4
Row = dict[str, Any]


class Place(NamedTuple):
    """Where a page ended: give it as `before` to get the next one."""

    occurred_us: int
    id: bytes


@dataclass(frozen=True)
class Wanted:
    """Which facts: numbers in a column, the subjects that they can have, before a place, of some kinds.

    `received_us`: only those received then or later.
    """

    column: Column
    ids: Sequence[int]
    subjects: Sequence[int] | None
    before: Place | None
    kinds: Sequence[str] | None
    received_us: int | None = None

    @property
    def few_subjects(self) -> Sequence[int] | None:
        """The subjects to look for one by one, in rising order; None where all rows must be looked at."""
        return self.subjects if self.subjects is not None and len(self.subjects) <= _MANY_SUBJECTS else None

    def sql(self) -> tuple[str, list[Any]]:
        """As a condition for the engine, with its parameters."""
        parts = [f"{self.column} IN ({_numbers(self.ids)})"]
        params: list[Any] = []
        if self.subjects is not None and self.column != "subject":
            parts.append(_subject_condition(self.subjects))
        if self.before is not None:
            parts.append("occurred_us <= ? AND (occurred_us < ? OR id < ?)")
            params += [self.before.occurred_us, self.before.occurred_us, self.before.id]
        if self.kinds is not None:
            parts.append(f"kind IN ({', '.join('?' * len(self.kinds))})" if self.kinds else "false")
            params += self.kinds
        if self.received_us is not None:
            parts.append("received_us >= ?")
            params.append(self.received_us)
        return " AND ".join(parts), params

    def of(self, facts: "pa.Table") -> "pa.Table":
        """Those of some facts in memory."""
        import pyarrow as pa
        import pyarrow.compute as pc

        masks = [pc.is_in(facts[self.column], pa.array(self.ids, pa.int64()))]
        if self.subjects is not None and self.column != "subject":
            masks.append(pc.is_in(facts["subject"], pa.array(self.subjects, pa.int64())))
        if self.before is not None:
            at, place = facts["occurred_us"], self.before
            sooner = pc.less(facts["id"].cast(pa.binary()), pa.scalar(place.id, pa.binary()))
            masks.append(
                pc.or_(pc.less(at, place.occurred_us), pc.and_(pc.equal(at, place.occurred_us), sooner))
            )
        if self.kinds is not None:
            masks.append(pc.is_in(facts["kind"], pa.array(self.kinds, pa.string())))
        if self.received_us is not None:
            masks.append(pc.greater_equal(facts["received_us"], self.received_us))
        for mask in masks[1:]:
            masks[0] = pc.and_(masks[0], mask)
        return facts.filter(masks[0])


def newest(
    ledger: Snapshot, files: Sequence[CurrentFile], inbox: bool, wanted: Wanted, limit: int
) -> list[Row]:
    """At least the newest wanted facts of some files, and of the inbox, in no order."""
    subjects = wanted.few_subjects
    if subjects is None:
        return _scanned(ledger, files, inbox, wanted, limit)
    # No use of the engine when all files have copies: planning a query costs more than the look itself.
    rows = _as_rows(_newest_of(wanted.of(ledger.source.inbox), limit)) if inbox else []
    copied: list[pa.RecordBatch] = []
    others: list[CurrentFile] = []
    for file in files:
        found = facts_in(file, subjects)
        if found is None:
            others.append(file)
        else:
            copied += found
    if copied:
        rows += _as_rows(_newest_of(_counting(copied, ledger.source.excluded, wanted), limit))
    if others:
        rows += _scanned(ledger, others, False, wanted, limit)
    return rows


def _counting(batches: "Sequence[pa.RecordBatch]", excluded: Excluded | None, wanted: Wanted) -> "pa.Table":
    """The wanted facts that count, of those that copies hold."""
    import pyarrow as pa

    facts = wanted.of(pa.Table.from_batches(batches, arrow_schema()))
    if excluded is None or not len(excluded.ids):
        return facts
    return facts.filter(pa.array([not excluded.holds(one) for one in facts["id"].to_pylist()], pa.bool_()))


def _newest_of(facts: "pa.Table", limit: int) -> "pa.Table":
    """The newest facts: so many, and those that happened at the same time as the last of them."""
    import pyarrow.compute as pc

    if facts.num_rows <= limit:
        return facts
    times = sorted(facts["occurred_us"].to_pylist(), reverse=True)
    return facts.filter(pc.greater_equal(facts["occurred_us"], times[limit - 1]))


def _as_rows(facts: "pa.Table") -> list[Row]:
    columns = [facts[name].to_pylist() for name in NAMES]
    return [dict(zip(NAMES, row, strict=True)) for row in zip(*columns, strict=True)]


def _scanned(
    ledger: Snapshot, files: Sequence[CurrentFile], inbox: bool, wanted: Wanted, limit: int
) -> list[Row]:
    """By the engine. Times come first, so that few rows are read in full: its sorted limit takes longer."""
    condition, params = wanted.sql()
    few = ledger.source.few(files, inbox=inbox, condition=condition)
    times = ledger.execute_raw(
        f"SELECT occurred_us FROM ({few}) ORDER BY occurred_us DESC LIMIT {limit:d}",  # noqa: S608
        params,
    ).fetchall()
    if not times:
        return []
    condition += f" AND occurred_us >= {times[-1][0]:d}"
    few = ledger.source.few(files, inbox=inbox, condition=condition)
    rows = ledger.execute_raw(f"SELECT {', '.join(NAMES)} FROM ({few})", params).fetchall()  # noqa: S608
    return [dict(zip(NAMES, row, strict=True)) for row in rows]


def _subject_condition(subjects: Sequence[int]) -> str:
    if not subjects:
        return "false"
    if len(subjects) <= _MANY_IN_THE_ENGINE:
        return f"subject IN ({_numbers(subjects)})"
    # Few rows get this far: those are looked up in a table of the subjects.
    return f"subject IN (SELECT unnest([{_numbers(subjects)}]))"


def _numbers(ids: Iterable[int]) -> str:
    return ", ".join(f"{number:d}" for number in ids)
