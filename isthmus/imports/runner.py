"""One attempt at a run: staged, prepared, then section by section in chunks that commit with their place."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus.core import automations
from isthmus.core.actors import Actor
from isthmus.core.automations import Ahead
from isthmus.core.clock import now
from isthmus.core.crash import crash_point
from isthmus.core.refusals import Refusal
from isthmus.core.statistics import Renewal
from isthmus.imports.automations import choice_of, tell_owners
from isthmus.imports.bad_rows import count_unread, write_bad_rows
from isthmus.imports.chunks import Bad, Brought, Chunk, Tally, bring_in_all_that_fits, group_rows
from isthmus.imports.foreseeing import forget_repeated
from isthmus.imports.mapping import RowMap
from isthmus.imports.models import BadRow, ChangedRow, ImportBatch, ImportRun, RunState
from isthmus.imports.planned import PlannedKeys
from isthmus.imports.planning import Plan
from isthmus.imports.preparing import company_zone, new_options, prepare
from isthmus.imports.recipe.model import Rows
from isthmus.imports.reversal.noting import changed_rows, differences_of, made_of
from isthmus.imports.source.joining import Section, staging_engine
from isthmus.imports.source.staging import stage
from isthmus.imports.turns import Turns

if TYPE_CHECKING:
    import duckdb

READ_AHEAD = 5000
_GROWING = ("ledger", "people", "leads", "sales")  # the rooms whose tables imports fill
REFUSALS_TOLD = 100  # by a rehearsal, which keeps no file of them


class Watcher(Protocol):
    """Whoever follows an import: the command line's bars, a job's progress."""

    def phase(self, title: str, total: int | None, done: int = 0) -> None:
        """A part begins: `total` rows are to come, `done` were done by an earlier attempt."""

    def advance(self, rows: int) -> None:
        """Some rows of the phase are done."""

    def say(self, sentence: str) -> None:
        """Something that the user should know."""


class RunTakenOver(Refusal):
    """Another process went on with the same import."""


@dataclass
class Report:
    """What an import did, or would do."""

    counts: dict[str, dict[str, int]]
    unread: dict[str, int]
    bad_files: dict[str, Path] = field(default_factory=dict)
    resumed: bool = False
    run_id: int | None = None
    refusals: list[tuple[str, int, str]] = field(default_factory=list)  # of a rehearsal: section, row, reason
    ahead: Ahead = field(default_factory=Ahead)  # of a rehearsal: what it would set off
    invited: list[str] = field(default_factory=list)  # of a rehearsal: addresses that would be invited
    set_off: list[tuple[str, str]] = field(default_factory=list)  # what went off, and how often, in words

    @property
    def bad_rows(self) -> int:
        """Rows that did not come in, or not whole."""
        refused = sum(count["refused"] + count["partial"] for count in self.counts.values())
        return refused + sum(self.unread.values())


class Runner:
    """One attempt at one run. With `planned` it is a rehearsal."""

    def __init__(
        self,
        plan: Plan,
        run: ImportRun,
        folder: Path,
        by: Actor,
        watcher: Watcher,
        planned: PlannedKeys | None = None,
    ) -> None:
        self.plan, self.run, self.folder, self.by, self.watcher, self.planned = (
            plan,
            run,
            folder,
            by,
            watcher,
            planned,
        )
        self.turns = Turns(watcher)
        self.renewal = Renewal(_GROWING)
        self.pipeline_id: int | None = None
        self.options: dict[tuple[int, str, str], list[str]] = {}
        self.refusals: list[tuple[str, int, str]] = []
        self.refused: set[tuple[str, int]] = set()  # of a rehearsal: input, row
        self.bad_rows_written = 0
        self.ahead = Ahead()
        self.company_zone = company_zone(plan.recipe)

    def stage(self) -> None:
        """Read every file once into numbered rows."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for source in self.plan.sources.values():
            self.watcher.phase(_("Reading %(file)s") % {"file": source.path.name}, None)
            if source.notice:
                self.watcher.say(source.notice)
            stage(source, self.folder, self.watcher.advance)
        crash_point("imports.after_staging")

    def bring_in_all(self) -> None:
        """Prepare, then run the sections that are not done, each from where it stands."""
        sections = [self.plan.section(rows, self.folder) for rows in self.plan.recipe.rows]
        with staging_engine(self.folder) as engine:
            for section in sections:
                section.check_joins(engine)
                self.options |= new_options(section.rows, section, engine, self._zone(section.rows))
            if self.planned is None:
                self.turns.write(lambda _again: self._prepare())
            for number, section in enumerate(sections):
                if number < self.run.section:
                    continue
                self._bring_in(number, section, engine)

    def finish(self, target: Path) -> Report:
        """Write the bad rows, end the run, drop what was staged."""
        report = self.report()
        report.run_id = self.run.pk
        several = len(self.plan.sources) > 1
        for name, source in self.plan.sources.items():
            path = target.with_name(f"{target.stem}-{name}{target.suffix}") if several else target
            if written := write_bad_rows(self.run, source, self.folder, path):
                report.bad_files[name] = path
                self.bad_rows_written += written
        crash_point("imports.before_end")
        self.turns.write(self._end)
        drop_staged(self.folder)
        return report

    def report(self) -> Report:
        """What was counted so far."""
        unread = {name: count_unread(self.folder, name) for name in self.plan.sources}
        found = {name: count for name, count in unread.items() if count}
        return Report(dict(self.run.counts), found, refusals=self.refusals, ahead=self.ahead)

    def _end(self, again: bool) -> None:
        with transaction.atomic():
            if again and self._stands_at()[0] == RunState.FINISHED:
                return  # The first try was committed, and only its answer was lost.
            self.run.state, self.run.finished_at = RunState.FINISHED, now()
            self.run.bad_rows_count = self.bad_rows_written
            tell_owners(self.run, self.run.finished_at)
            self.run.save(update_fields=["state", "finished_at", "bad_rows_count", "set_off"])
            BadRow.objects.filter(run=self.run).delete()

    def _prepare(self) -> None:
        # What it makes is the import's own (fields, a pipeline): nobody chose anything for it.
        with automations.setting_off(automations.Choice()):
            self.pipeline_id = prepare(self.plan.recipe, self.options, by=self.by, at=self.run.started_at)

    def _zone(self, rows: Rows) -> ZoneInfo:
        return ZoneInfo(rows.format.zone or self.company_zone)

    def _bring_in(self, number: int, section: Section, engine: "duckdb.DuckDBPyConnection") -> None:
        after = self.run.after if number == self.run.section else 0
        left, passed_over = section.count(engine, after)
        tally = Tally.of(self.run.counts.get(section.rows.title), passed_over)
        self.watcher.phase(section.rows.title, left, tally.rows)
        places = {column.name: at for at, column in enumerate(section.columns)}
        row_map = RowMap(section.rows, places, self._zone(section.rows))
        act = self._commit if self.planned is None else self._rehearse
        for groups in _chunks(group_rows(section.stream(engine, after, READ_AHEAD)), lambda: self.turns.rows):
            chunk = Chunk(
                section.rows, row_map, groups, self.by, self.run.started_at, self.pipeline_id, self.planned
            )
            rows = sum(len(group.rows) for group in groups)
            tally = self.turns.write(partial(act, number, chunk, tally), rows=rows)
            if self.planned is None:
                self.renewal.after(rows)
            self.watcher.advance(rows)
        self.turns.write(partial(self._end_section, number, section.rows.title, tally))

    def _commit(self, number: int, chunk: Chunk, tally: Tally, again: bool) -> Tally:
        """Bring a chunk in with its place; the tally with it. Nothing else changes when it fails."""
        title, counted = chunk.rows.title, replace(tally)
        with transaction.atomic(), automations.setting_off(choice_of(self.run)) as went:
            if again and self._stands_at() == (RunState.RUNNING, number, chunk.last):
                # The first try was committed, and only its answer was lost.
                stored = ImportRun.objects.get(pk=self.run.pk)
                counts, set_off = stored.counts, stored.set_off
                counted = Tally.of(counts.get(title), tally.passed_over)
            else:
                self._hold()
                self._bring(number, chunk, counted)
                counts = {**self.run.counts, title: counted.as_counts()}
                set_off = automations.together(self.run.set_off, went.counts)
                ImportRun.objects.filter(pk=self.run.pk).update(
                    section=number, after=chunk.last, counts=counts, set_off=set_off
                )
            crash_point("imports.before_commit")
        crash_point("imports.after_commit")
        self.run.section, self.run.after = number, chunk.last
        self.run.counts, self.run.set_off = counts, set_off
        return counted

    def _bring(self, number: int, chunk: Chunk, counted: Tally) -> None:
        before = replace(counted)
        brought = bring_in_all_that_fits(chunk, counted)
        self._count_once(number, before, counted, brought)
        batches = ImportBatch.objects.bulk_create(
            ImportBatch(
                run=self.run, section=number, first=first, last=last, batch=batch, made=made_of(changes)
            )
            for first, last, batch, changes in brought.parts
        )
        changed = [differences_of(changes) for *_place, changes in brought.parts]
        ChangedRow.objects.bulk_create(changed_rows(list(zip(batches, changed, strict=True))))
        BadRow.objects.bulk_create(_bad_row(self.run, chunk.rows, one) for one in brought.bad)

    def _count_once(self, number: int, before: Tally, counted: Tally, brought: Brought) -> None:
        """A section that goes on with the rows of an earlier one counts none of them again, and tells of none
        that was refused there.
        """
        rows = self.plan.recipe.rows[number]
        earlier = self.plan.recipe.rows[:number]
        told = {(rows.input, bad.row) for bad in brought.bad}
        if any(one.title == rows.title and not one.where for one in earlier):
            counted.matched, counted.changed = before.matched, before.changed
            known = told & self._refused(rows.input, told)
            brought.bad = [bad for bad in brought.bad if (rows.input, bad.row) not in known]
            counted.refused = max(before.refused, counted.refused - len(known))
        if self.planned is not None:
            self.refused |= told

    def _refused(self, name: str, told: set[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those of the rows that earlier sections refused."""
        if self.planned is not None:
            return self.refused
        numbers = [row for _name, row in told]
        bad = BadRow.objects.filter(run=self.run, input=name, row__in=numbers)
        return {(name, row) for row in bad.values_list("row", flat=True)}

    def _rehearse(self, number: int, chunk: Chunk, tally: Tally, _again: bool) -> Tally:
        """Bring a chunk in and take it back; the tally with it."""
        counted, ahead = replace(tally), Ahead(recorded=[])
        assert self.planned is not None
        with transaction.atomic():
            self._prepare()
            chunk.pipeline_id = self.pipeline_id
            with automations.foreseeing(ahead):
                brought = bring_in_all_that_fits(chunk, counted)
            known = forget_repeated(ahead, self.planned)
            transaction.set_rollback(True)
        for place, words in known.items():
            self.planned.add(place, words)
        self.ahead.facts += ahead.facts
        self.ahead.owners += ahead.owners
        self._count_once(number, tally, counted, brought)
        for bad in brought.bad[: REFUSALS_TOLD - len(self.refusals)]:
            self.refusals.append((chunk.rows.title, bad.row, bad.reason))
        return counted

    def _end_section(self, number: int, title: str, tally: Tally, again: bool) -> None:
        counts = {**self.run.counts, title: tally.as_counts()}
        if self.planned is None:
            with transaction.atomic():
                if not (again and self._stands_at() == (RunState.RUNNING, number + 1, 0)):
                    self._hold()
                ImportRun.objects.filter(pk=self.run.pk).update(section=number + 1, after=0, counts=counts)
        self.run.section, self.run.after, self.run.counts = number + 1, 0, counts

    def _hold(self) -> None:
        """Lock the run's row; stop when another process has gone on with it."""
        if self._stands_at() != (RunState.RUNNING, self.run.section, self.run.after):
            raise RunTakenOver(_("Another process has taken up this import; this one stops here."))

    def _stands_at(self) -> tuple[str, int, int]:
        stands = ImportRun.objects.select_for_update().filter(pk=self.run.pk)
        return stands.values_list("state", "section", "after").get()


def _chunks(groups: Iterator[Any], size: Callable[[], int]) -> Iterator[list[Any]]:
    waiting: list[Any] = []
    rows = 0
    for group in groups:
        waiting.append(group)
        rows += len(group.rows)
        if rows >= size():
            yield waiting
            waiting, rows = [], 0
    if waiting:
        yield waiting


def _bad_row(run: ImportRun, rows: Rows, bad: Bad) -> BadRow:
    return BadRow(run=run, input=rows.input, row=bad.row, section=rows.title[:60], reason=bad.reason)


def drop_staged(folder: Path) -> None:
    """Take away what was staged; bad rows that were written there stay."""
    for path in [*folder.glob("*.parquet"), *folder.glob("*.unread.csv"), *folder.glob("*.draft")]:
        path.unlink(missing_ok=True)
    shutil.rmtree(folder / "spill", ignore_errors=True)
    if folder.exists() and not any(folder.iterdir()):
        folder.rmdir()
