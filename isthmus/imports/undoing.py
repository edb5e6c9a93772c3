"""Undoing an import: previewed, or done in groups that commit with their place; the ways in for every face.

Each row that the run made or changed is *reversed* (it was not touched since: taken away, or put back to what
it held), *kept* (somebody or something edited it or built on it since) or *failed*, with the reason.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from django.db import DataError, IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from isthmus.core import automations
from isthmus.core.actors import Actor
from isthmus.core.clock import now
from isthmus.imports.commands import begin_import_undo
from isthmus.imports.models import ImportBatch, ImportRun, RunState
from isthmus.imports.reversal.groups import Group, Verdict
from isthmus.imports.reversal.judging import Judge
from isthmus.imports.reversal.kinds import WHOLES
from isthmus.imports.reversal.reporting import (
    UndoReport,
    plain_counts,
    report_of,
    samples_of,
    write_kept,
)
from isthmus.imports.reversal.reversing import FactsWanted, PastRow, facts_of, give_up, reverse
from isthmus.imports.reversal.run_rows import RowsOfRun, groups_of
from isthmus.imports.reversal.touched import touched_since
from isthmus.imports.reversal.undoable import undoable
from isthmus.imports.runner import Watcher
from isthmus.imports.turns import Turns, stopped

__all__ = ["UndoReport", "preview_undo", "report_of", "undo_import"]

ROWS = 250  # of one transaction, about: so long may somebody wait who wants to write meanwhile
SAMPLES = 5


def preview_undo(run_id: int, by: Actor, watcher: Watcher | None = None) -> UndoReport:
    """Say what `undo_import` would do now, with a sample of each fate. Writes nothing."""
    run = undoable(run_id, by)
    rows = RowsOfRun(run)
    kept: dict[tuple[str, int], tuple[str, str]] = {}
    judged = [1 << 62]  # the earliest batch that was looked at
    judge = Judge(
        touched_since(run, rows.columns),
        rows.holds,
        lambda label, number: (label, number) not in kept and rows.holds(label, number, from_batch=judged[0]),
    )
    counts: dict[str, Counter[str]] = {}
    samples: dict[tuple[str, str], list[tuple[str, int, str]]] = {}
    if watcher:
        watcher.phase(_("Looking at what can be undone"), rows.rows)
    for group in groups_of(run, ROWS):
        verdict = judge.judge(group)
        judge.remember(verdict)
        kept |= verdict.stays
        judged[0] = min(batch.pk for batch in group.batches)
        _count(verdict, counts, samples, rows)
        if watcher:
            watcher.advance(group.rows)
    for (label, _number), (fate, _reason) in kept.items():
        counts.setdefault(label, Counter())[fate] += 1
    shown = [
        sample for (_label, fate), some in sorted(samples.items()) for sample in samples_of(some, fate, by)
    ]
    return UndoReport(run.pk, plain_counts(counts), shown)


def undo_import(run_id: int, by: Actor, watcher: Watcher) -> UndoReport:
    """Undo an import, going on where an earlier attempt was cut off.

    Raises Refusal when there is no such import, it was undone already, or the database stays busy; what was
    undone by then stays so, and the same call goes on.
    """
    run = undoable(run_id, by)
    turns = Turns(watcher)
    try:
        if run.state != RunState.UNDOING:
            turns.write(lambda _again: begin_import_undo(run_id=run.pk, in_background=False, by=by, at=now()))
            run.refresh_from_db()
        rows = RowsOfRun(run)
        judge = Judge(touched_since(run, rows.columns), rows.holds)
        watcher.phase(_("Undoing"), rows.rows - rows.undone, rows.undone)
        for group in groups_of(run, ROWS):
            _reverse(run, group, judge, turns, by)
            watcher.advance(group.rows)
        report = report_of(run.pk)
        report.kept_file = write_kept(run)
        turns.write(lambda _again: _end(run))
    except (OperationalError, InterfaceError) as error:  # Of a read, between two turns.
        raise stopped(error) from error
    return report


def _reverse(run: ImportRun, group: Group, judge: Judge, turns: Turns, by: Actor) -> None:
    """Undo a group; where something stands in the way, its batches one by one."""
    facts: list[PastRow] | None = facts_of(group.batches) if group.keys else None
    while True:
        try:
            turns.write(_attempt(run, group, judge, facts, by))
            return
        except FactsWanted:
            facts = facts_of(group.batches)
        except (DataError, IntegrityError):  # Something refers to a row that nobody foresaw.
            break
    if len(group.batches) == 1:
        turns.write(lambda _again: give_up(run, group, by=by))
        return
    for batch in group.batches:
        _reverse(run, Group.of([batch]), judge, turns, by)


def _attempt(
    run: ImportRun, group: Group, judge: Judge, facts: Sequence[PastRow] | None, by: Actor
) -> Callable[[bool], Verdict]:
    def attempt(again: bool) -> Verdict:
        numbers = [batch.pk for batch in group.batches]
        if again and not ImportBatch.objects.filter(pk__in=numbers, undone=False).exists():
            return Verdict()  # The first try was committed, and only its answer was lost.
        with automations.setting_off(automations.Choice()):  # An undo tells nobody.
            return reverse(run, group, judge, facts, by=by)

    return attempt


def _end(run: ImportRun) -> None:
    with transaction.atomic():
        ImportRun.objects.filter(pk=run.pk, state=RunState.UNDOING).update(
            state=RunState.UNDONE, undone_at=now()
        )


def _count(
    verdict: Verdict,
    counts: dict[str, Counter[str]],
    samples: dict[tuple[str, str], list[tuple[str, int, str]]],
    rows: RowsOfRun,
) -> None:
    for label, number in verdict.reversed(rows.holds).items():
        counts.setdefault(label, Counter())["reversed"] += number
    for label in WHOLES:
        some = samples.setdefault((label, "reversed"), [])
        some += [(label, number, "") for number in verdict.going.get(label, ())[: SAMPLES - len(some)]]
    for (label, number), (fate, reason) in verdict.stays.items():
        some = samples.setdefault((label, fate), [])
        if label in WHOLES and len(some) < SAMPLES and all(one[1] != number for one in some):
            some.append((label, number, reason))
