"""Which rows of some batches can go, and why the others stay. Reads only."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from isthmus.imports.models import ChangedRow, KeptRow
from isthmus.imports.reversal.groups import Gone, Group, Row, Verdict
from isthmus.imports.reversal.kinds import PARTS, WHOLES, Part, Whole, label_of
from isthmus.imports.reversal.noting import Before, plain
from isthmus.imports.reversal.touched import Touched

KEPT, FAILED = KeptRow.Fate.KEPT, KeptRow.Fate.FAILED


class Judge:
    """Judges groups, the latest batch first, so that what refers has been judged before what it refers to.

    `made_by_run` says whether a row is new by this run. `gone`: rows that are there still but will be gone by
    then; only a preview has some.
    """

    def __init__(
        self, touched: Touched, made_by_run: Gone, gone: Gone = lambda _label, _number: False
    ) -> None:
        self.touched, self.made_by_run, self._gone = touched, made_by_run, gone
        self.ours: dict[str, set[int]] = {}  # rows that this undo itself has written since `touched.at`
        self._as_if: dict[Row, dict[str, Any]] = {}  # what a preview counts as put back

    def remember(self, verdict: Verdict) -> None:
        """From now on judge as if this had been done (for a preview, which does nothing)."""
        for row, held in verdict.restored.items():
            self._as_if.setdefault(row, {}).update(held)

    def judge(self, group: Group) -> Verdict:
        """What becomes of the group's rows as they stand now."""
        verdict = Verdict(keys=len(group.keys))
        for label, rows in _by_model(group.changed).items():
            self._judge_changed(WHOLES[label], rows, group, verdict)
        parts_here = {label: set(group.made.get(label, ())) for label in PARTS}
        for label, whole in WHOLES.items():
            if group.made.get(label):
                self._judge_made(whole, group.made[label], parts_here, verdict)
        for label, part in PARTS.items():
            if group.made.get(label):
                self._judge_parts(part, group.made[label], verdict)
        return verdict

    def _judge_changed(
        self, whole: Whole, rows: Mapping[int, list[ChangedRow]], group: Group, verdict: Verdict
    ) -> None:
        """Rows that were here before the chunk: what each held is put back unless it was edited since."""
        named = {name for notes in rows.values() for note in notes for name in group.before[note.pk] or ()}
        columns = sorted(
            {name.partition(".")[0] for name in named} | set(_flags(whole.model)) | _number_column(whole)
        )
        known = _read(whole, rows, columns)
        for number, notes in rows.items():
            row: Row = (whole.label, number)
            now = known.get(number)
            befores = [group.before[note.pk] for note in notes]
            if now is None:
                verdict.stays[row] = (FAILED, _("It is not here any more."))
            elif any(before is None for before in befores):
                verdict.stays[row] = (FAILED, _("Erased since; what it held before cannot be read."))
            else:
                self._put_back(whole, row, now, [before for before in befores if before is not None], verdict)

    def _put_back(
        self, whole: Whole, row: Row, now: dict[str, Any], befores: list[Before], verdict: Verdict
    ) -> None:
        if now.get("erased_at") or now.get("merged_into_id"):
            verdict.stays[row] = (KEPT, _("Erased since.") if now.get("erased_at") else _("Merged since."))
            return
        touched = self._is_touched(whole, row[1], now)
        if touched and (not whole.by_field or self.made_by_run(*row)):
            verdict.stays[row] = (KEPT, _("Edited since."))
            return
        held: dict[str, Any] = {}
        as_if = self._as_if.get(row, {})
        edited: list[str] = []
        for before in befores:
            for name, (value, left) in before.items():
                present = held[name] if name in held else as_if.get(name, _value(now, name))
                if present == left:
                    held[name] = value
                elif name not in edited:
                    edited.append(name)
        if edited and not whole.by_field:
            verdict.stays[row] = (KEPT, _("Edited since."))
            return
        if edited:
            names = ", ".join(edited)
            verdict.partly.add(row)
            verdict.stays[row] = (KEPT, (_("Edited since: %(fields)s.") % {"fields": names})[:200])
        if held:
            verdict.restored[row] = held

    def _judge_made(
        self, whole: Whole, numbers: Sequence[int], parts_here: Mapping[str, set[int]], verdict: Verdict
    ) -> None:
        known = _read(whole, numbers, [*_flags(whole.model), *_number_column(whole)])
        for number, row in known.items():
            if reason := self._edited(whole, number, row):
                verdict.stays[whole.label, number] = (KEPT, reason)
        for number in whole.built_on(list(known)) if whole.built_on else ():
            verdict.stays.setdefault((whole.label, number), (KEPT, _("Edited since.")))
        waiting = [number for number in numbers if number in known]
        # Rows of the same model that refer to each other: until nothing new stays.
        while True:
            going = {number for number in waiting if (whole.label, number) not in verdict.stays}
            verdict.going[whole.label] = sorted(going)
            named = self._named(whole, going, parts_here, verdict)
            if not named:
                return
            for number, by in named.items():
                reason = _("In use: %(what)s refers to it.") % {"what": by._meta.verbose_name}
                verdict.stays[whole.label, number] = (KEPT, reason)

    def _edited(self, whole: Whole, number: int, row: Mapping[str, Any]) -> str:
        if row.get("erased_at"):
            return _("Erased since.")
        if row.get("merged_into_id"):
            return _("Merged since.")
        if row.get("is_active") and whole.fact_column == "owner":  # A product that is sold is no user let in.
            return _("Let in since.")
        written = row.get("updated_at")
        late = (
            written is not None and written > self.touched.at and number not in self.ours.get(whole.label, ())
        )
        return _("Edited since.") if late or self._is_touched(whole, number, row) else ""

    def _is_touched(self, whole: Whole, number: int, row: Mapping[str, Any]) -> bool:
        if whole.fact_column in ("", "owner"):
            return False  # Whose something is says nothing of the user; what refers to them does.
        return self.touched.holds(whole.fact_column, number if whole.fact_number == "pk" else row["subject"])

    def _named(
        self, whole: Whole, going: set[int], parts_here: Mapping[str, set[int]], verdict: Verdict
    ) -> dict[int, type[Model]]:
        """Those that something refers to which stays, and what kind of thing that is."""
        found: dict[int, type[Model]] = {}
        if not going:
            return found
        for model, column in _references(whole):
            label = label_of(model)
            leaving = set(verdict.going.get(label, ())) | parts_here.get(label, set())
            leaving -= _with_what_stays(label, leaving, verdict)
            leaving |= _with_their_whole(model, verdict)
            rows = model._base_manager.filter(**{f"{column}__in": going}).values_list(column, "pk")
            for number, pk in rows:
                row = (label, pk)
                if pk in leaving or self._gone(*row):
                    continue
                if column in self._as_if.get(row, ()) or column in verdict.restored.get(row, ()):
                    continue
                found.setdefault(number, model)
        return found

    def _judge_parts(self, part: Part, numbers: Sequence[int], verdict: Verdict) -> None:
        """A part goes unless the thing that it is part of stays as it is."""
        columns = [f"{name}_id" for name in part.of]
        targets = [
            label_of(part.model._meta.get_field(name).related_model)  # type: ignore[arg-type]
            for name in part.of
        ]
        owners: dict[int, Row] = {}
        for pk, *found in part.model._base_manager.filter(pk__in=numbers).values_list("pk", *columns):
            owner = next(((label, of) for label, of in zip(targets, found, strict=True) if of), None)
            if owner is not None:
                owners[pk] = owner
        staying = self._staying(set(owners.values()), verdict)
        for pk, owner in owners.items():
            if owner in staying:
                verdict.stays[part.label, pk] = (KEPT, _("Stays with what it is part of."))
        verdict.going[part.label] = [pk for pk, owner in owners.items() if owner not in staying]

    def _staying(self, owners: set[Row], verdict: Verdict) -> set[Row]:
        """Those of the owners that stay as the import left them."""
        staying = {owner for owner in owners if owner in verdict.stays and owner not in verdict.partly}
        unknown: dict[str, set[int]] = {}
        for label, number in owners - staying - verdict.partly - verdict.restored.keys():
            # Made by an earlier chunk of this run, which is judged later: whether it will stay shows already.
            if self.made_by_run(label, number) and number not in verdict.going.get(label, ()):
                unknown.setdefault(label, set()).add(number)
        for label, numbers in unknown.items():
            whole = WHOLES[label]
            known = _read(whole, numbers, [*_flags(whole.model), *_number_column(whole)])
            staying |= {(label, pk) for pk, row in known.items() if self._edited(whole, pk, row)}
        return staying


def _with_their_whole(model: type[Model], verdict: Verdict) -> set[int]:
    """The rows of a model that are only a whole's own and go with it: the lines of an order."""
    found: set[int] = set()
    for label, whole in WHOLES.items():
        if model in whole.own and verdict.going.get(label):
            for field in model._meta.concrete_fields:
                if field.related_model is whole.model:
                    rows = model._base_manager.filter(**{f"{field.name}__in": verdict.going[label]})
                    found.update(rows.values_list("pk", flat=True))
    return found


def _with_what_stays(label: str, numbers: set[int], verdict: Verdict) -> set[int]:
    """Those of some parts that stay because what they are part of does: a price of a product in use."""
    if label not in PARTS or not numbers:
        return set()
    part = PARTS[label]
    owner = label_of(part.model._meta.get_field(part.of[0]).related_model)  # type: ignore[arg-type]
    kept = [number for own, number in verdict.stays if own == owner]
    rows = part.model._base_manager.filter(pk__in=numbers, **{f"{part.of[0]}__in": kept})
    return set(rows.values_list("pk", flat=True)) if kept else set()


def _read(whole: Whole, numbers: Iterable[int], columns: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Some columns of rows as they stand, by number."""
    rows = whole.model._base_manager.filter(pk__in=list(numbers)).values("pk", *columns)
    return {row.pop("pk"): row for row in rows}


def _number_column(whole: Whole) -> set[str]:
    return set() if whole.fact_number == "pk" else {whole.fact_number}


def _by_model(changed: Iterable[ChangedRow]) -> dict[str, dict[int, list[ChangedRow]]]:
    found: dict[str, dict[int, list[ChangedRow]]] = {}
    for note in changed:
        found.setdefault(note.model, {}).setdefault(note.row, []).append(note)
    return found


def _value(row: Mapping[str, Any], name: str) -> Any:
    field, dot, key = name.partition(".")
    return (row[field] or {}).get(key) if dot else plain(row[field])


def _flags(model: type[Model]) -> list[str]:
    names = {getattr(one, "attname", one.name) for one in model._meta.concrete_fields}
    return [name for name in ("updated_at", "erased_at", "merged_into_id", "is_active") if name in names]


def _references(whole: Whole) -> list[tuple[type[Model], str]]:
    """Every column of another table that may hold the number of this kind of row."""
    found: list[tuple[type[Model], str]] = list(whole.named_by)
    for relation in whole.model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model, column = relation.related_model, relation.field.attname  # type: ignore[union-attr]
        if isinstance(model, type) and model not in whole.own:
            found.append((model, column))
    return found
