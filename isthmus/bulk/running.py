"""Working through a bulk edit part by part: trying, changing, putting back."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from isthmus.bulk.kinds import GIVEN, KINDS, Kind
from isthmus.bulk.models import BulkEdit, BulkPart, BulkState
from isthmus.core import automations, commands, queue
from isthmus.core.actors import Actor
from isthmus.core.commands import current_batch, part
from isthmus.core.crash import crash_point
from isthmus.core.refusals import Refusal
from isthmus.workspace.changing import NothingChanged

PART = 200  # rows that are locked together
FIRST = 10  # records that are shown before and after
_REASONS = 20  # different sentences that a report holds
_AFTER: Mapping[str, str] = {
    BulkState.TRYING: BulkState.TRIED,
    BulkState.CHANGING: BulkState.CHANGED,
    BulkState.RESTORING: BulkState.RESTORED,
}


# How rooms above find out which records an edit is about, where that takes long: (edit, by). Each looks
# whether the edit is its own.
on_preparing: list[Callable[[BulkEdit, Actor], None]] = []
# What rooms above do once a phase is through, in the transaction that says so: (edit, phase, by).
on_finished: list[Callable[[BulkEdit, str, Actor], None]] = []


class _TakeBack(Exception):  # noqa: N818  (ends a trial, caught here)
    """What was tried must not stay."""


@dataclass
class Tally:
    """What came of some rows."""

    through: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    reasons: dict[str, int] = field(default_factory=dict)

    def add(self, outcomes: Sequence[Any]) -> None:
        """Count the outcomes of a bulk form."""
        for outcome in outcomes:
            self.through += 1
            if isinstance(outcome, NothingChanged):
                self.same += 1
            elif isinstance(outcome, Refusal):
                self.refused += 1
                if str(outcome) in self.reasons or len(self.reasons) < _REASONS:
                    self.reasons[str(outcome)] = self.reasons.get(str(outcome), 0) + 1
            else:
                self.changed += 1


def work(edit: BulkEdit, by: Actor) -> None:
    """Take all parts through the phase that the edit is in, until it is stopped; those through it stay."""
    phase, after = edit.state, -1
    while True:
        with transaction.atomic():
            queue.confirm_lease()
            edit = BulkEdit.objects.select_for_update().get(pk=edit.pk)
            waiting = edit.parts.filter(number__gt=after).exclude(reached=_AFTER[phase])
            one = waiting.order_by("number").first()
            if edit.state != phase or edit.stopped_at is not None:
                return  # It was gone on with elsewhere, or stands still.
            if one is None:
                BulkEdit.objects.filter(pk=edit.pk).update(state=_AFTER[phase])
                for finish in on_finished:
                    finish(edit, phase, by)
                return
            tally = Tally(**edit.counts.get(phase, {}))
            with _setting_off(edit):
                outcomes = _outcomes(edit, one, phase, by)
            tally.add(outcomes)
            edit.counts[phase] = vars(tally)
            if phase == BulkState.TRYING and not one.number:
                edit.counts["first"] = [_said(outcome) for outcome in outcomes[:FIRST]]
            one.reached = _AFTER[phase]
            one.save(update_fields=["reached", "batch", "changed", "versions"])
            edit.save(update_fields=["counts"])
            crash_point(f"bulk.{phase}.before_commit")
        crash_point(f"bulk.{phase}.after_commit")
        after = one.number
        queue.progress(tally.through, edit.to_do)


def _said(outcome: Any) -> str:
    """Why a record stays as it is; empty for one that would be changed."""
    return str(outcome) if isinstance(outcome, Refusal) else ""


def _setting_off(edit: BulkEdit) -> AbstractContextManager[Any]:
    """What the phase may set off: all that a single change does, unless somebody chose."""
    if edit.automations is None:
        return nullcontext()
    return automations.setting_off(automations.Choice(frozenset(edit.automations)))


def _kind_of(edit: BulkEdit, one: BulkPart) -> Kind:
    return GIVEN[one.list] if one.list else KINDS[edit.list]


def _outcomes(edit: BulkEdit, one: BulkPart, phase: str, by: Actor) -> Sequence[Any]:
    kind = _kind_of(edit, one)
    if phase == BulkState.RESTORING:
        return _run(kind.restore, [_back(kind, one, pk) for pk in one.changed], edit, by)[0]
    left_out = set(edit.left_out.get(one.list or edit.list, ()))
    ids = [pk for pk in one.ids if pk not in left_out]
    rows = [{kind.target: pk, **(one.changes or edit.changes)} for pk in ids]
    if phase == BulkState.TRYING:
        outcomes: Sequence[Any] = []
        try:
            with part():
                outcomes = _run(kind.command, rows, edit, by)[0]
                raise _TakeBack
        except _TakeBack:
            return outcomes
    outcomes, batch = _run(kind.command, rows, edit, by)
    one.batch = batch or None
    changed = {
        pk: outcome for pk, outcome in zip(ids, outcomes, strict=True) if not isinstance(outcome, Refusal)
    }
    one.changed = list(changed)
    if one.list:
        one.versions = {str(pk): outcome.version for pk, outcome in changed.items()}
    return outcomes


def _back(kind: Kind, one: BulkPart, pk: int) -> dict[str, Any]:
    """The row that puts back what was changed of one record."""
    if not one.list:
        return {kind.target: pk, "batch": str(one.batch)}
    before: Mapping[str, Any] = one.before or {}
    return {
        kind.target: pk,
        "version": one.versions[str(pk)],
        **{name: value for name, value in before.items() if value is not None},
        "clear": [name for name, value in before.items() if value is None],
    }


def _run(
    name: str, rows: Sequence[Mapping[str, Any]], edit: BulkEdit, by: Actor
) -> tuple[Sequence[Any], str]:
    """The outcomes of a bulk form and the batch of their facts; a refusal of all is the outcome of each."""
    if not rows:
        return [], ""
    try:
        with part():
            result = commands.run_bulk(name, rows, by=by, at=edit.at)
    except Refusal as refusal:
        return [refusal] * len(rows), ""
    return result.value, current_batch() or result.batch
