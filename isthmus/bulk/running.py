"""Working through a bulk edit part by part: trying, changing, putting back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from isthmus.bulk.kinds import KINDS
from isthmus.bulk.models import BulkEdit, BulkPart, BulkState
from isthmus.core import commands, queue
from isthmus.core.actors import Actor
from isthmus.core.commands import current_batch, part
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
                return
            tally = Tally(**edit.counts.get(phase, {}))
            outcomes = _outcomes(edit, one, phase, by)
            tally.add(outcomes)
            edit.counts[phase] = vars(tally)
            if phase == BulkState.TRYING and not one.number:
                edit.counts["first"] = [_said(outcome) for outcome in outcomes[:FIRST]]
            one.reached = _AFTER[phase]
            one.save(update_fields=["reached", "batch", "changed"])
            edit.save(update_fields=["counts"])
        after = one.number
        queue.progress(tally.through, edit.to_do)


def _said(outcome: Any) -> str:
    """Why a record stays as it is; empty for one that would be changed."""
    return str(outcome) if isinstance(outcome, Refusal) else ""


def _outcomes(edit: BulkEdit, one: BulkPart, phase: str, by: Actor) -> Sequence[Any]:
    kind = KINDS[edit.list]
    if phase == BulkState.RESTORING:
        return _run(
            kind.restore, [{kind.target: pk, "batch": str(one.batch)} for pk in one.changed], edit, by
        )[0]
    rows = [{kind.target: pk, **edit.changes} for pk in one.ids]
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
    one.changed = [
        pk for pk, outcome in zip(one.ids, outcomes, strict=True) if not isinstance(outcome, Refusal)
    ]
    return outcomes


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
