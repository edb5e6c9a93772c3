"""One chunk of a section: its rows mapped, grouped into records, brought in together, and counted."""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import gettext as _

from isthmus.core import automations
from isthmus.core.actors import Actor
from isthmus.core.changes import Changes, keep_changes
from isthmus.core.commands import bulk_call, current_batch
from isthmus.core.refusals import Refusal
from isthmus.imports.acts import ACTS
from isthmus.imports.acts.announcing import tell_of_new
from isthmus.imports.acts.context import Context, Record, resolve
from isthmus.imports.acts.outcome import MATCHED, NEW, REFUSED, Outcome
from isthmus.imports.foreseeing import facts_of_planned
from isthmus.imports.mapping import Mapped, RowMap
from isthmus.imports.planned import PlannedKeys
from isthmus.imports.recipe.model import Rows


@dataclass
class Group:
    """The rows of one record: (number in its input, cells)."""

    ordinal: int
    rows: list[tuple[int, Sequence[Any]]]


@dataclass
class Chunk:
    """Some groups of a section, brought in by one actor at one time."""

    rows: Rows
    row_map: RowMap
    groups: list[Group]
    by: Actor
    at: datetime
    pipeline_id: int | None
    planned: PlannedKeys | None = None

    @property
    def first(self) -> int:
        """The first ordinal."""
        return self.groups[0].ordinal

    @property
    def last(self) -> int:
        """The last ordinal."""
        return self.groups[-1].ordinal


@dataclass(frozen=True)
class Bad:
    """A row that did not come in, or not whole."""

    row: int
    reason: str


@dataclass
class Tally:
    """Counts of a section. new + matched + refused = records; `partial`: in, but an act was refused.

    `changed` are those of the matched in which the row filled something in.
    """

    new: int = 0
    matched: int = 0
    refused: int = 0
    partial: int = 0
    rows: int = 0
    passed_over: int = 0
    changed: int = 0

    @classmethod
    def of(cls, counts: Mapping[str, int] | None, passed_over: int) -> "Tally":
        """The counts as an earlier attempt left them."""
        return cls(**{**(counts or {}), "passed_over": passed_over})

    def add(self, outcome: Outcome, rows: int) -> None:
        """Count one record."""
        self.rows += rows
        self.new += outcome.state == NEW
        self.matched += outcome.state == MATCHED
        self.refused += outcome.state == REFUSED
        self.partial += outcome.state != REFUSED and bool(outcome.reasons)
        self.changed += outcome.state == MATCHED and outcome.changed

    def as_counts(self) -> dict[str, int]:
        """The counts as they are stored; what only some kinds of rows have is left out where it is none."""
        return {name: count for name, count in vars(self).items() if count or name != "changed"}


def group_rows(stream: Iterator[tuple[Any, ...]]) -> Iterator[Group]:
    """Rows of one ordinal as one group; they follow each other."""
    group: Group | None = None
    for ordinal, row, _line, *cells in stream:
        if group is not None and group.ordinal == ordinal:
            group.rows.append((row, cells))
            continue
        if group is not None:
            yield group
        group = Group(ordinal, [(row, cells)])
    if group is not None:
        yield group


@dataclass
class Brought:
    """What was brought in: (first ordinal, last ordinal, batch, its notes) of each part, and the bad rows."""

    parts: list[tuple[int, int, str, Changes]] = field(default_factory=list)
    bad: list[Bad] = field(default_factory=list)


def bring_in_all_that_fits(chunk: Chunk, tally: Tally) -> Brought:
    """Bring a chunk in, in the caller's transaction; a record that the database cannot hold is refused.

    Which record it is only shows by halving: each half is tried alone.
    """
    brought = Brought()
    try:
        with transaction.atomic(), keep_changes() as changes, automations.part():
            batch, brought.bad = bring_in(chunk, tally)
        brought.parts.append((chunk.first, chunk.last, batch, changes))
    except (DataError, IntegrityError, OverflowError):
        if len(chunk.groups) == 1:
            (group,) = chunk.groups
            outcome = Outcome()
            outcome.refuse(_("One of the values is too long, too large or not allowed in its place."))
            tally.add(outcome, len(group.rows))
            brought.bad = [Bad(number, outcome.reasons[0]) for number, _cells in group.rows]
            return brought
        half = len(chunk.groups) // 2
        for groups in (chunk.groups[:half], chunk.groups[half:]):
            part = bring_in_all_that_fits(replace(chunk, groups=groups), tally)
            brought.parts += part.parts
            brought.bad += part.bad
    return brought


def bring_in(chunk: Chunk, tally: Tally) -> tuple[str, list[Bad]]:
    """Bring a chunk in, in the caller's transaction; the batch that its facts share, and its bad rows."""
    outcomes = [Outcome() for _group in chunk.groups]
    records = [_mapped(chunk, group, outcome) for group, outcome in zip(chunk.groups, outcomes, strict=True)]
    batch = ""

    def act(_rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        nonlocal batch
        batch = current_batch() or ""
        _act(chunk, records, outcomes)
        return [Refusal() if outcome.state == REFUSED else outcome for outcome in outcomes]

    # As one act: every fact of the chunk has one batch, and the audit one row.
    bulk_call("import_rows", "imports.run", [{"at": chunk.at}] * len(records), chunk.by, act)
    bad: list[Bad] = []
    tell_of_new(chunk.rows.what, records, outcomes, chunk.by)
    for group, outcome in zip(chunk.groups, outcomes, strict=True):
        tally.add(outcome, len(group.rows))
        if outcome.reasons:
            bad += [Bad(number, _reason(chunk.rows.what, outcome)) for number, _cells in group.rows]
    return batch, bad


def _mapped(chunk: Chunk, group: Group, outcome: Outcome) -> Record:
    record: list[Mapped] = []
    for _number, cells in group.rows:
        try:
            record.append(chunk.row_map.read(cells))
        except Refusal as refusal:
            outcome.refuse(str(refusal))
    return record


def _act(chunk: Chunk, records: Sequence[Record], outcomes: Sequence[Outcome]) -> None:
    context = Context(chunk.rows, chunk.by, chunk.at, chunk.pipeline_id, planned=chunk.planned)
    if chunk.planned is not None:
        _match_planned(chunk.rows.what, chunk.planned, records, outcomes)
    waiting = [index for index, outcome in enumerate(outcomes) if not outcome.state]
    resolve([records[index] for index in waiting], [outcomes[index] for index in waiting], context)
    ready = [index for index in waiting if not outcomes[index].state]
    if ready:
        ACTS[chunk.rows.what](
            [records[index] for index in ready], [outcomes[index] for index in ready], context
        )
    if chunk.planned is not None:
        _foresee(chunk, records, outcomes, acted=set(ready))
        _note_planned(chunk.rows.what, chunk.planned, records, outcomes)


def _foresee(chunk: Chunk, records: Sequence[Record], outcomes: Sequence[Outcome], acted: Set[int]) -> None:
    """Note the facts of records that only the rehearsal did not act on."""
    others = [
        index
        for index, outcome in enumerate(outcomes)
        if index not in acted and records[index] and outcome.state in (NEW, MATCHED)
    ]
    rows, states = [records[index] for index in others], [outcomes[index] for index in others]
    automations.note_ahead(facts_of_planned(chunk.rows.what, rows, states, chunk.pipeline_id))


def _match_planned(
    what: str, planned: PlannedKeys, records: Sequence[Record], outcomes: Sequence[Outcome]
) -> None:
    known = planned.holders(what, [record[0] if record else None for record in records])
    for is_here, outcome in zip(known, outcomes, strict=True):
        if is_here and not outcome.state:
            outcome.state = MATCHED


def _note_planned(
    what: str, planned: PlannedKeys, records: Sequence[Record], outcomes: Sequence[Outcome]
) -> None:
    made: list[Mapped] = []
    seen: set[str] = set()
    for record, outcome in zip(records, outcomes, strict=True):
        if outcome.state not in (NEW, MATCHED):
            continue
        if outcome.state == NEW and record[0].key in seen:
            outcome.state = MATCHED
        seen.update({record[0].key} - {""})
        made.append(record[0])
    planned.add_rows(what, made)


def _reason(what: str, outcome: Outcome) -> str:
    said = " ".join(dict.fromkeys(outcome.reasons))
    return (
        said
        if outcome.state == REFUSED
        else _("The %(what)s is in, but: %(reason)s") % {"what": what, "reason": said}
    )
