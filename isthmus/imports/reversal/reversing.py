"""Taking one group of batches back: rows, facts and the note of it in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.clock import now
from isthmus.core.commands import bulk_call
from isthmus.core.crash import crash_point
from isthmus.core.refusals import Refusal
from isthmus.imports.models import ChangedRow, ImportBatch, ImportRun, KeptRow, RunState
from isthmus.imports.reversal.groups import Group, Row, Verdict
from isthmus.imports.reversal.judging import FAILED, Judge
from isthmus.imports.reversal.kinds import PARTS, WHOLES
from isthmus.imports.reversal.noting import numbers_of, typed
from isthmus.ledger.facts import Fact

_FACTS = """
SELECT id, occurred_us, batch, kind, subject, lead_id, deal_id, order_id, campaign_id, product_id, natural_key
FROM facts WHERE batch IN (SELECT unnest($batches))
"""


class UndoTakenOver(Refusal):
    """Another process goes on with the same undo."""


@dataclass(frozen=True)
class PastRow:
    """A fact of an import: what is needed to say whose it is."""

    id: bytes
    occurred_us: int
    batch: str
    kind: str
    subject: int | None
    lead_id: int | None
    deal_id: int | None
    order_id: int | None
    campaign_id: int | None
    product_id: int | None
    natural_key: str | None


class FactsWanted(Exception):  # noqa: N818  (no error: the caller fetches them and tries again)
    """Some of a group's rows stay, so its facts must be told apart; they are read outside the transaction."""


def facts_of(batches: Iterable[ImportBatch]) -> list[PastRow]:
    """The facts of batches that still count."""
    from isthmus.ledger.reading import snapshot

    wanted = [str(batch.batch) for batch in batches]
    if not wanted:
        return []
    with snapshot() as past:
        rows = past.execute(_FACTS, {"batches": wanted}, subjects=False).fetchall()
    return [PastRow(bytes(row[0]), *row[1:]) for row in rows]


def reverse(
    run: ImportRun, group: Group, judge: Judge, facts: Sequence[PastRow] | None, *, by: Actor
) -> Verdict:
    """Take a group back in one transaction. Raises FactsWanted when `facts` are needed and were not given."""
    verdict = Verdict()

    def act(_rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        nonlocal verdict
        _hold(run, group)
        _lock(group)
        verdict = judge.judge(group)
        kept = set(verdict.stays)
        if facts is None and (kept or group.keys):
            raise FactsWanted
        _put_back(verdict)
        _remove(verdict)
        _retract(group, kept, facts or (), by)
        _note(run, group, verdict, by, judge)
        return [None for _batch in group.batches]

    with transaction.atomic():
        bulk_call("undo_import_rows", "imports.run", [{"at": now()}] * len(group.batches), by, act)
        crash_point("imports.undo.before_commit")
    for label, number in verdict.restored:
        judge.ours.setdefault(label, set()).add(number)
    crash_point("imports.undo.after_commit")
    return verdict


def give_up(run: ImportRun, group: Group, *, by: Actor) -> None:
    """Note every row of a group as one that could not be taken back."""
    reason = _("Something that this version does not know of refers to it or to a row beside it.")
    verdict = Verdict()
    for label, numbers in group.made.items():
        if label in WHOLES:
            verdict.stays |= {(label, number): (FAILED, reason) for number in numbers}
    verdict.stays |= {(note.model, note.row): (FAILED, reason) for note in group.changed}

    def act(_rows: Sequence[Mapping[str, Any]]) -> list[Any]:
        _hold(run, group)
        _note(run, group, verdict, by, None)
        return [None for _batch in group.batches]

    bulk_call("undo_import_rows", "imports.run", [{"at": now()}] * len(group.batches), by, act)


def _hold(run: ImportRun, group: Group) -> None:
    """Lock the run's row; stop when another process has undone these batches."""
    state = ImportRun.objects.select_for_update().filter(pk=run.pk).values_list("state", flat=True).get()
    numbers = [batch.pk for batch in group.batches]
    if state != RunState.UNDOING or ImportBatch.objects.filter(pk__in=numbers, undone=True).exists():
        raise UndoTakenOver(_("Another process goes on with this undo; this one stops here."))


def _lock(group: Group) -> None:
    """Hold the rows, so that nobody edits one between the look at it and its end."""
    for label, whole in reversed(list(WHOLES.items())):
        numbers = {*group.made.get(label, ()), *(note.row for note in group.changed if note.model == label)}
        if numbers:
            rows = whole.model._base_manager.filter(pk__in=numbers).order_by("pk").select_for_update()
            list(rows.values_list("pk", flat=True))


def _put_back(verdict: Verdict) -> None:
    by_shape: dict[tuple[str, tuple[str, ...]], list[Row]] = {}
    for row, held in verdict.restored.items():
        by_shape.setdefault((row[0], tuple(sorted({name.partition(".")[0] for name in held}))), []).append(
            row
        )
    for (label, names), rows in by_shape.items():
        whole = WHOLES[label]
        found = whole.model._base_manager.in_bulk([number for _label, number in rows])
        for row in rows:
            for name, value in verdict.restored[row].items():
                _set(found[row[1]], name, value)
        if whole.put_back is not None:
            whole.put_back(list(found.values()), names)


def _set(record: Any, name: str, value: Any) -> None:
    field, dot, key = name.partition(".")
    if not dot:
        setattr(record, name, typed(type(record), name, value))
        return
    rest = {one: kept for one, kept in getattr(record, field).items() if one != key}
    setattr(record, field, rest if value is None else {**rest, key: value})


def _remove(verdict: Verdict) -> None:
    for label, part in PARTS.items():
        if verdict.going.get(label):
            part.remove(verdict.going[label])
    for label, whole in WHOLES.items():
        if verdict.going.get(label):
            whole.remove(verdict.going[label])


def _retract(group: Group, kept: set[Row], facts: Sequence[PastRow], by: Actor) -> None:
    """Whole batches where nothing stays; elsewhere the facts about what goes."""
    mixed = {str(batch.batch) for batch in group.batches if _has_any(batch, group, kept)}
    subjects = _subjects(kept)
    single = [fact for fact in facts if fact.batch in mixed and not _is_about(fact, kept, subjects)]
    ledger.retract_all(
        batches=[str(batch.batch) for batch in group.batches if str(batch.batch) not in mixed],
        facts=[(fact.id, fact.occurred_us) for fact in single],
        by=by,
        at=now(),
        reason="import undone",
    )
    if group.keys:
        ledger.forget_keys(group.keys, facts=[fact.id for fact in facts if fact.natural_key])


def _has_any(batch: ImportBatch, group: Group, kept: set[Row]) -> bool:
    if not kept:
        return False
    changed = {(note.model, note.row) for note in group.changed if note.batch_id == batch.pk}
    made = batch.made or {}
    return bool(kept & changed) or any(
        (label, number) in kept
        for label, ranges in made.items()
        if label in WHOLES or label in PARTS
        for number in numbers_of(ranges)
    )


def _subjects(kept: set[Row]) -> set[int]:
    found: set[int] = set()
    for label in ("people.person", "people.account"):
        numbers = [number for own, number in kept if own == label]
        rows = WHOLES[label].model._base_manager.filter(pk__in=numbers)
        found.update(rows.values_list("subject", flat=True))
    return found


def _is_about(fact: PastRow, kept: set[Row], subjects: set[int]) -> bool:
    """Whether a fact tells of something that stays."""
    room = fact.kind.partition(".")[0]
    if room in ("person", "account", "consent"):
        return fact.subject in subjects
    if room == "activity":
        return ("sales.activity", int((fact.natural_key or ":0").rpartition(":")[2])) in kept
    if room == "expense":
        return ("money.expense", int((fact.natural_key or ":0").rpartition(":")[2])) in kept
    if room in ("user", "price_book"):
        label_of_room = {"user": "workspace.user", "price_book": "sales.pricebook"}[room]
        return any(label == label_of_room for label, _number in kept)
    column = {
        "lead": ("leads.lead", fact.lead_id),
        "deal": ("sales.deal", fact.deal_id),
        "order": ("sales.order", fact.order_id),
        "campaign": ("marketing.campaign", fact.campaign_id),
        "product": ("sales.product", fact.product_id),
        "price": ("sales.product", fact.product_id),
    }.get(room)
    return column in kept if column else False


def _note(run: ImportRun, group: Group, verdict: Verdict, by: Actor, judge: Judge | None) -> None:
    ledger.record(
        Fact(kind="import.rows_undone", at=now(), props={"run_id": run.pk, "kept": len(verdict.stays)}), by=by
    )
    KeptRow.objects.bulk_create(
        (
            KeptRow(run=run, model=label, row=number, fate=fate, reason=reason[:200])
            for (label, number), (fate, reason) in verdict.stays.items()
        ),
        ignore_conflicts=True,
    )
    ChangedRow.objects.filter(batch__in=group.batches).delete()
    ImportBatch.objects.filter(pk__in=[batch.pk for batch in group.batches]).update(undone=True)
    if judge is not None:
        counts = dict(ImportRun.objects.filter(pk=run.pk).values_list("undo_counts", flat=True).get())
        for label, count in verdict.reversed(judge.made_by_run).items():
            counts[label] = counts.get(label, 0) + count
        ImportRun.objects.filter(pk=run.pk).update(undo_counts=counts)
