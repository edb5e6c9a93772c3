"""The pages of imports: all of them, a new one, one of them with its bar and its report."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from isthmus.core import clock
from isthmus.core.refusals import Refusal
from isthmus.imports.correcting import begin_correction
from isthmus.imports.editing import read_data
from isthmus.imports.models import ImportRun, RunState, SavedRecipe
from isthmus.imports.previewing import Sample, preview
from isthmus.imports.shipped import Shipped, shipped_recipes
from isthmus.imports.working import bad_files, importer_of, plan_of, spoken
from isthmus.web.access import actor_of, needs
from isthmus.web.imports import setting_off, showing
from isthmus.web.imports.beginning import begin
from isthmus.web.imports.receiving import drop_received, received_files, receives_files
from isthmus.web.imports.undoing import undone
from isthmus.web.imports.words import WHAT, field_name, reason_text, section_title, what_name
from isthmus.web.lists import keyset
from isthmus.web.lists.exporting import safe

ORDER = keyset.Order("started_at", descending=True)


@needs("imports.run")
@require_GET
def imports(request: HttpRequest) -> HttpResponse:
    """The imports that one may see, the latest first."""
    rows = ImportRun.objects.visible_to(actor_of(request)).select_related("owner", "job").defer("recipe_text")
    after = request.GET.get("after", "")
    found, onward = keyset.page(rows, ORDER, after)
    shown = [(run, *showing.standing(run), showing.totals(run)) for run in found]
    context = {"shown": shown, "next": f"?after={onward}" if onward else ""}
    part = "#rows" if request.htmx and after else ""  # type: ignore[attr-defined]
    return render(request, f"imports/list.html{part}", context)


@needs("imports.run")
@receives_files
def new(request: HttpRequest) -> HttpResponseBase:
    """Choose files; what is in them decides the first suggestion of what their columns are."""
    what = request.POST.get("what", request.GET.get("what", ""))
    what = what if what in WHAT else ""
    context = {
        "kinds": [(key, str(text)) for key, text in WHAT.items()],
        "what": what,
        "recipes": SavedRecipe.objects.only("name"),
        "shipped": [(one.name, _shipped_title(one)) for one in shipped_recipes()],
        "recipe": request.POST.get("recipe", ""),
        "limit": settings.IMPORT_UPLOAD_MB,
        "system": request.POST.get("system", ""),
        "systems": _systems(),
    }
    if request.method != "POST":
        return render(request, "imports/new.html", context)
    try:
        run = begin(request, what)
    except Refusal as refusal:
        return render(request, "imports/new.html", {**context, "refusal": refusal}, status=422)
    return redirect("import-columns", run.pk)


@needs("imports.run")
@require_GET
def one(request: HttpRequest, pk: int) -> HttpResponse:
    """One import: what it would do, how far it is, or what it did."""
    run = showing.mine(request, pk)
    text, tone = showing.standing(run)
    context = {
        "run": run,
        "standing": text,
        "tone": tone,
        "files": run.uploads.order_by("pk"),
        "share": showing.share(run),
        "waits": showing.waits_for_worker(run),
        "phase": section_title(str(run.progress.get("phase", ""))),
        "lines": showing.lines(run.counts),
        "totals": showing.totals(run),
        "rehearsal": showing.rehearsal_of(run),
        "is_draft": run.state == RunState.DRAFT,
        "setting_off": setting_off.asked(run) if run.state == RunState.DRAFT else {},
        "went_off": setting_off.told(run) if run.has_begun else {},
        "is_finished": run.state == RunState.FINISHED,
        "undone": undone(run, actor_of(request)),
        "can_undo": run.can_be_undone and not run.is_at_work,
        "bad": showing.bad_rows_of(run) if run.state == RunState.FINISHED else [],
        "has_files": run.uploads.filter(forgotten_at=None).exists(),
    }
    if request.htmx and request.GET.get("part") == "live":  # type: ignore[attr-defined]
        if not run.is_at_work:  # It is over: the page is another one now.
            return HttpResponse(headers={"HX-Redirect": reverse("import", args=[run.pk])})
        return render(request, "imports/one.html#live", context)
    return render(request, "imports/one.html", context)


@needs("imports.run")
@require_GET
def preview_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """The first real rows as they would come in, problems marked."""
    run = showing.mine(request, pk)
    if run.has_begun or not run.recipe_text:
        raise Http404
    samples: list[dict[str, Any]] = []
    refusal = ""
    try:
        for sample in preview(plan_of(run), run, by=importer_of(run)):
            what = sample.rows.what
            heads = [_head(sample, name) for name in sample.fields]
            for row in sample.seen:
                row.reasons = [reason_text(reason) for reason in row.reasons]
            rows = [
                (row, [showing.written(what, name, row.values.get(name)) for name in sample.fields])
                for row in sample.seen
            ]
            samples.append({"title": _title(sample), "heads": heads, "rows": rows})
    except Refusal as wrong:
        refusal = spoken(run, str(wrong))
    context = {"run": run, "samples": samples, "refusal": refusal}
    part = "#part" if request.htmx else ""  # type: ignore[attr-defined]
    return render(request, f"imports/preview.html{part}", context)


@needs("imports.run")
@require_GET
def bad_rows(request: HttpRequest, pk: int, number: int) -> StreamingHttpResponse:
    """A file of bad rows as a download; no cell of it becomes a formula."""
    run = showing.mine(request, pk)
    paths = bad_files(run)
    if number >= len(paths):
        raise Http404
    response = StreamingHttpResponse(_safe_lines(paths[number]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bad-rows-{run.pk}-{number + 1}.csv"'
    response["Cache-Control"] = "no-store"
    return response


@needs("imports.run")
@require_GET
def recipe(request: HttpRequest, pk: int) -> HttpResponse:
    """The recipe as a file for the command line."""
    run = showing.mine(request, pk)
    response = HttpResponse(run.recipe_text, content_type="application/toml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{run.pk}.toml"'
    return response


@needs("imports.run")
@receives_files
@require_POST
def correct(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Bring the corrected bad rows: another import by the same recipe, of these rows only."""
    run = showing.mine(request, pk)
    try:
        files = received_files(request)
        try:
            made = begin_correction(run, files, by=actor_of(request), at=clock.now())
        except Refusal:
            drop_received(files)
            raise
    except Refusal as refusal:
        back = reverse("import", args=[run.pk])
        return render(request, "acts/refused.html", {"refusal": refusal, "back": back}, status=409)
    return redirect("import", made.pk)


def _title(sample: Sample) -> str:
    """What the rows are, and which of them where a section takes only some."""
    only = [word for given in sample.rows.where.values() if isinstance(given, tuple) for word in given]
    return f"{what_name(sample.rows.what)}: {', '.join(only)}" if only else what_name(sample.rows.what)


def _head(sample: Sample, name: str) -> str:
    """What a field is called; one that the import would make has no name here yet but in its recipe."""
    part, dot, key = name.partition(".")
    new = sample.rows.custom[part][key].new_field if dot else None
    return new.label if new else field_name(sample.rows.what, name)


def _shipped_title(one: Shipped) -> str:
    if not one.is_system:
        return one.title
    return _("%(title)s, its standard export") % {"title": one.title}


def _systems() -> list[str]:
    """Names of systems that recipes of earlier imports used, to be chosen again."""
    saved = SavedRecipe.objects.values_list("text", flat=True)[:50]
    used = {read_data(text)["recipe"]["namespace"] for text in saved}
    recent = ImportRun.objects.order_by("-started_at", "-pk").values_list("recipe_text", flat=True)[:20]
    used |= {read_data(text)["recipe"]["namespace"] for text in recent if text}
    named = {one.title for one in shipped_recipes() if one.is_system}
    return sorted(used | named - {one.name for one in shipped_recipes()})


def _safe_lines(path: Path) -> Iterator[str]:
    class Line:
        def write(self, line: str) -> str:
            return line

    writer = csv.writer(Line())
    with path.open(encoding="utf-8", newline="") as file:
        yield "\ufeff"  # So that spreadsheets read it as UTF-8.
        for row in csv.reader(file):
            yield writer.writerow([safe(cell) for cell in row])
