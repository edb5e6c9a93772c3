"""What an undo did or would do, in counts, samples and a file of what stays."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count

from isthmus.core.actors import Actor
from isthmus.imports.models import ImportRun, KeptRow
from isthmus.imports.reversal.kinds import WHOLES

Counts = dict[str, dict[str, int]]


@dataclass(frozen=True)
class Sample:
    """A row as a preview or a report shows it. `title` is empty where the asker may not see the row."""

    model: str
    number: int
    title: str
    fate: str
    reason: str


@dataclass
class UndoReport:
    """What an undo did, or would do: by kind of row how many are reversed, kept and failed."""

    run_id: int
    counts: Counts = field(default_factory=dict)
    samples: list[Sample] = field(default_factory=list)
    kept_file: Path | None = None

    def total(self, fate: str) -> int:
        """Over all kinds."""
        return sum(count[fate] for count in self.counts.values())


def report_of(run_id: int) -> UndoReport:
    """What an undo has done so far."""
    counted = ImportRun.objects.values_list("undo_counts", flat=True).get(pk=run_id)
    counts = {label: Counter({"reversed": number}) for label, number in counted.items()}
    stays = KeptRow.objects.filter(run=run_id).order_by().values_list("model", "fate")
    for label, fate, number in stays.annotate(n=Count("pk")):
        counts.setdefault(label, Counter())[fate] += number
    path = kept_path(run_id)
    return UndoReport(run_id, plain_counts(counts), kept_file=path if path.exists() else None)


def kept_path(run_id: int) -> Path:
    """Where the rows that an undo left are listed, with the reasons."""
    folder: Path = settings.ISTHMUS_HOME
    return folder / "imports" / str(run_id) / "kept-rows.csv"


def write_kept(run: ImportRun) -> Path | None:
    """List what stays. Numbers and the other system's ids, nothing that says who somebody is."""
    rows = KeptRow.objects.filter(run=run).order_by("model", "row")
    if not rows.exists():
        return None
    path = kept_path(run.pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".draft")
    with draft.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["what", "number", "fate", "reason"])
        for row in rows.iterator(chunk_size=5000):
            writer.writerow([row.model.partition(".")[2], row.row, row.fate, row.reason])
    draft.replace(path)
    return path


def samples_of(some: Sequence[tuple[str, int, str]], fate: str, by: Actor) -> list[Sample]:
    """Some rows of one kind with their titles, as far as the asker may see them."""
    if not some:
        return []
    model: Any = WHOLES[some[0][0]].model
    rows = model.objects.visible_to(by) if hasattr(model.objects, "visible_to") else model.objects
    titles = {row.pk: str(row) for row in rows.filter(pk__in=[number for _l, number, _r in some])}
    return [Sample(label, number, titles.get(number, ""), fate, reason) for label, number, reason in some]


def plain_counts(counts: Mapping[str, Counter[str]]) -> Counts:
    """The counts in the order of their kinds, without kinds of which there are none."""
    return {
        label: {fate: count[fate] for fate in ("reversed", "kept", "failed")}
        for label, count in sorted(counts.items())
        if +count
    }
