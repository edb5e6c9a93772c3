"""An import as its page shows it: where it stands, its counts, its bad rows."""

import csv
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.core.money import MICROS
from isthmus.core.queue.models import JobState
from isthmus.imports.models import ImportRun, RunState
from isthmus.imports.recipe.kinds import KINDS
from isthmus.imports.working import bad_files
from isthmus.web import formats
from isthmus.web.access import actor_of
from isthmus.web.imports.words import reason_text, section_title

BAD_ROWS_SHOWN = 50
LISTS = {"person": "people", "account": "accounts", "lead": "leads", "deal": "deals", "order": "orders"}
COUNTS = ("new", "matched", "changed", "refused", "partial", "passed_over")


@dataclass(frozen=True)
class Line:
    """The counts of one section."""

    title: str
    counts: Mapping[str, int]
    href: str


@dataclass(frozen=True)
class BadFile:
    """A file of rows that did not come in: some of them, and where the whole is."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    href: str
    number: int
    name: str  # of the input, when there are several


def mine(request: HttpRequest, pk: int) -> ImportRun:
    """The import, when its reader may see it."""
    rows = ImportRun.objects.visible_to(actor_of(request)).select_related("job", "owner", "corrects")
    run = rows.filter(pk=pk).first()
    if run is None:
        raise Http404
    return run


def standing(run: ImportRun) -> tuple[str, str]:
    """Where a run stands, in a word, and its tone."""
    if run.state == RunState.RUNNING and run.trouble:
        return _("Failed"), "bad"
    if run.state == RunState.DRAFT and run.is_at_work:
        return _("Rehearsing"), ""
    if run.state == RunState.UNDOING and run.error:
        return _("Undone in part"), "warn"
    tones = {RunState.FAILED: "bad", RunState.STOPPED: "warn", RunState.FINISHED: "good"}
    if run.state == RunState.FINISHED and run.bad_rows_count:
        return _("Finished, with bad rows"), "warn"
    return str(RunState(run.state).label), tones.get(RunState(run.state), "")


def lines(counts: Mapping[str, Mapping[str, int]]) -> list[Line]:
    """The counts of each section, with the list where its records are."""
    found = []
    for title, one in counts.items():
        name = LISTS.get(title.partition(" ")[0])
        href = reverse(name) + "?sort=-updated" if name else ""
        found.append(Line(section_title(title), {key: one.get(key, 0) for key in COUNTS}, href))
    return found


def totals(run: ImportRun) -> dict[str, int]:
    """The counts of all sections together."""
    counts = run.counts.values()
    return {key: sum(one.get(key, 0) for one in counts) for key in COUNTS}


def rehearsal_of(run: ImportRun) -> dict[str, Any]:
    """The last rehearsal of the recipe as it is now; empty when there is none."""
    told: dict[str, Any] = run.rehearsal
    if not told or told.get("recipe") != run.recipe_sha256:
        return {}
    refusals = [(section_title(title), row, reason_text(reason)) for title, row, reason in told["refusals"]]
    unread = sum(told["unread"].values())
    return {**told, "lines": lines(told["counts"]), "refusals": refusals, "unread_rows": unread}


def bad_rows_of(run: ImportRun) -> list[BadFile]:
    """The first rows of each file of bad rows, the reason in front."""
    return [_bad_file(run, number, path) for number, path in enumerate(bad_files(run))]


def written(what: str, name: str, value: Any) -> str:
    """A value of a field as a row of the preview shows it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return formats.moment(value)
    if isinstance(value, date):
        return formats.day(value)
    if KINDS[what].fields.get(name) == "amount" and isinstance(value, int):
        amount = Decimal(value) / MICROS
        return formats.number(amount, 0 if amount == amount.to_integral_value() else 2)
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def share(run: ImportRun) -> int | None:
    """How much of the present part is done, in hundredths; None when its end is not known."""
    total = run.progress.get("total")
    return None if not total else min(100, 100 * run.progress.get("done", 0) // total)


def waits_for_worker(run: ImportRun) -> bool:
    """Whether the job waits in line."""
    return run.job is not None and run.job.state == JobState.READY


def _bad_file(run: ImportRun, number: int, path: Path) -> BadFile:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        columns = next(reader, [])
        rows = list(itertools.islice(reader, BAD_ROWS_SHOWN))
    turned = [[reason_text(row[-1]), row[-3], *row[:-3]] for row in rows if len(row) >= 3]
    href = reverse("import-bad-rows", args=[run.pk, number])
    name = path.stem.removeprefix("bad-rows").removeprefix("-").replace("_", " ")
    return BadFile([_("Why"), _("Line"), *columns[:-3]], turned, href, number, name)
