"""Undoing an import: what would go, what would stay and why; then the undo itself, by a job."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from isthmus.core.actors import Actor
from isthmus.core.refusals import Refusal
from isthmus.imports.models import ImportBatch, ImportRun, KeptRow, RunState
from isthmus.imports.reversal.reporting import Sample, UndoReport, kept_path, samples_of
from isthmus.imports.undoing import preview_undo, report_of
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.imports import showing

LOOKED_AT = 20_000  # rows: more than that take too long to look at while a page waits
SHOWN = 50
NAMES: Mapping[str, str | Promise] = {
    "people.person": gettext_lazy("People"),
    "people.account": gettext_lazy("Accounts"),
    "leads.lead": gettext_lazy("Leads"),
    "sales.deal": gettext_lazy("Deals"),
    "sales.order": gettext_lazy("Orders"),
    "sales.payment": gettext_lazy("Payments"),
    "sales.activity": gettext_lazy("Calls, meetings, mails, notes"),
    "sales.product": gettext_lazy("Products"),
    "sales.price": gettext_lazy("Prices"),
    "sales.pricebook": gettext_lazy("Price books"),
    "marketing.campaign": gettext_lazy("Campaigns"),
    "workspace.user": gettext_lazy("Users"),
    "people.consent": gettext_lazy("Consents"),
    "people.identifier": gettext_lazy("Addresses and ids of people"),
    "people.accountidentifier": gettext_lazy("Names and ids of accounts"),
    "people.identityevent": gettext_lazy("Notes on who is who"),
    "money.expense": gettext_lazy("Expenses"),
    "fact": gettext_lazy("Facts of another system"),
}
_PAGES = ("person", "account", "lead", "deal", "order")


@dataclass(frozen=True)
class Stays:
    """A row that stays: what it is, where its page is, why."""

    what: str
    title: str
    href: str
    reason: str


@needs("imports.run")
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """What an undo would do, and the button; sent, a job does it."""
    run = showing.mine(request, pk)
    page = reverse("import", args=[run.pk])
    if request.method == "POST":
        done = _("The import is being undone.")
        return act_now(request, Act("begin_import_undo", "", done, page, {"run_id": run.pk}, page))
    context: dict[str, Any] = {"run": run, "is_large": _rows(run) > LOOKED_AT}
    try:
        if not context["is_large"]:
            report = preview_undo(run.pk, actor_of(request))
            context |= {"lines": lines(report), "report": report, "stays": _stays(report.samples)}
    except Refusal as refusal:
        return render(request, "imports/undo.html", {**context, "refusal": refusal}, status=409)
    return render(request, "imports/undo.html", context)


@needs("imports.run")
@require_GET
def kept_rows(request: HttpRequest, pk: int) -> FileResponse:
    """What an undo left, as a file: numbers and reasons, no names."""
    run = showing.mine(request, pk)
    path = kept_path(run.pk)
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), as_attachment=True, filename=f"kept-rows-{run.pk}.csv")


def undone(run: ImportRun, by: Actor) -> dict[str, Any]:
    """What an undo has done so far, for the page of its import."""
    if run.state not in (RunState.UNDOING, RunState.UNDONE):
        return {}
    report = report_of(run.pk)
    samples: list[Sample] = []
    rows = KeptRow.objects.filter(run=run).order_by("model", "row")
    for label in rows.order_by("model").values_list("model", flat=True).distinct():
        of_kind = rows.filter(model=label)[: SHOWN - len(samples)]
        for fate in KeptRow.Fate.values:
            some = [(one.model, one.row, one.reason) for one in of_kind if one.fate == fate]
            samples += samples_of(some, fate, by)
    return {
        "lines": lines(report),
        "stays": _stays(samples),
        "kept": report.total("kept"),
        "failed": report.total("failed"),
        "reversed": report.total("reversed"),
        "kept_href": reverse("import-kept-rows", args=[run.pk]) if report.kept_file else "",
    }


def lines(report: UndoReport) -> list[tuple[str, Mapping[str, int]]]:
    """Each kind of row with what becomes of it."""
    return [(str(NAMES.get(label, label)), counts) for label, counts in report.counts.items()]


def _stays(samples: Sequence[Sample]) -> list[Stays]:
    return [
        Stays(str(NAMES.get(one.model, one.model)), one.title, _page_of(one), one.reason)
        for one in samples
        if one.fate != "reversed"
    ]


def _page_of(sample: Sample) -> str:
    name = sample.model.partition(".")[2]
    return reverse(name, args=[sample.number]) if name in _PAGES and sample.title else ""


def _rows(run: ImportRun) -> int:
    spans = ImportBatch.objects.filter(run=run).values_list("first", "last")
    return sum(last - first + 1 for first, last in spans)
