"""The page of an import's columns: what each makes, how it is written, who owns what."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from isthmus.core import clock, commands
from isthmus.core.refusals import Refusal
from isthmus.imports.alike import Alike, alike, joined, taken
from isthmus.imports.editing import (
    Given,
    read_data,
    text_of_data,
    unchosen,
)
from isthmus.imports.models import ImportRun
from isthmus.imports.putting import put_section
from isthmus.imports.recipe.kinds import KINDS
from isthmus.imports.working import plan_of, spoken
from isthmus.web.access import actor_of, needs
from isthmus.web.imports import deals, orders, owners, showing
from isthmus.web.imports.tables import ColumnRow, SectionForm, section_forms
from isthmus.web.imports.words import DAY_FORMATS, WHAT
from isthmus.workspace.models.fields import KINDS as FIELD_KINDS
from isthmus.workspace.models.fields import TYPES as FIELD_TYPES


@needs("imports.run")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """What each column makes: shown as the recipe has it, put back into the recipe when sent."""
    run = showing.mine(request, pk)
    if run.has_begun:
        return redirect("import", run.pk)
    refusal, sections, status, asked = "", list[SectionForm](), 200, list[Alike]()
    try:
        sections = section_forms(run, request)
        if request.method == "POST":
            return _saved(request, run, sections)
        if not any(form.needed for form in sections):
            asked = alike(plan_of(run))
    except Refusal as wrong:
        refusal, status = spoken(run, str(wrong)), 422 if request.method == "POST" else 200
    data = read_data(run.recipe_text)
    context = {
        "run": run,
        "notes": data["recipe"].get("notes", []),
        "alike": asked,
        "taken": taken(data).items(),
        "refusal": refusal,
        "sections": sections,
        "kinds": [(key, str(text)) for key, text in WHAT.items()],
        "day_formats": DAY_FORMATS.items(),
        "field_types": FIELD_TYPES,
        "field_kinds": FIELD_KINDS,
        "owner_choices": owners.choices(),
        "may_add": actor_of(request).allows("settings.edit"),
        "invite_as": owners.roles(request).items(),
    }
    return render(request, "imports/columns.html", context, status=status)


def _saved(request: HttpRequest, run: ImportRun, sections: Sequence[SectionForm]) -> HttpResponse:
    data, asks = read_data(run.recipe_text), "stay" in request.POST
    for form in reversed(sections):  # The last first: a section that changes its kind drops some after it.
        section, sent = form.table, request.POST
        what = sent.get(f"{form.prefix}-what", section.what)
        if what not in KINDS:
            what = section.what
        asks = asks or what != section.what  # The fields of another kind are other ones.
        given = [_given(request, form, row) for row in form.rows]
        if form.pipelines and sent.get(f"{form.prefix}-pipeline", "") != form.pipeline:
            deals.choose_pipeline(data, sent.get(f"{form.prefix}-pipeline", ""))
        owner_column = next((one.column for one in given if one.field == "owner"), "")
        named = form.owners
        if owner_column and owner_column != form.owner_column:
            named, asks = owners.rows_of(form.brought, owner_column, {}), True
        key = sent.get(f"{form.prefix}-key", "")
        put_section(
            data,
            section.number,
            what=what,
            key=key if key in form.keys else "",
            columns=given,
            owner=owners.chosen(request, form.prefix, owner_column, named),
            always=_always(request, form),
        )
        if form.paid and sent.get(f"{form.prefix}-paid") in (orders.YES, orders.NO):
            orders.count(data, section.number, sent[f"{form.prefix}-paid"])
    same = set(request.POST.getlist("same"))
    if same:
        data = joined(data, {one.word: one.like for one in alike(plan_of(run)) if one.word in same})
    asks = asks or bool(unchosen(data))
    arguments = {"run_id": run.pk, "recipe": text_of_data(data), "name": request.POST.get("name", "")}
    commands.run("map_import", arguments, by=actor_of(request), at=clock.now())
    return redirect("import-columns" if asks else "import", run.pk)


def _always(request: HttpRequest, form: SectionForm) -> dict[str, str]:
    """Values that are to be the same for every row."""
    given = {
        one.field: request.POST.get(f"{form.prefix}-always-{one.field}", "").strip() for one in form.needed
    }
    return {name: value[:200] for name, value in given.items() if value}


def _given(request: HttpRequest, form: SectionForm, row: ColumnRow) -> Given:
    sent = request.POST.get
    name = f"{form.prefix}-{row.at}"
    needed = [one.field for one in form.needed if sent(f"{form.prefix}-need-{one.field}") == row.column.name]
    return Given(
        column=row.column.name,
        field=needed[0] if needed else sent(f"{name}-field", ""),
        format=sent(f"{name}-format", "") if sent(f"{name}-format", "") in {*DAY_FORMATS, row.format} else "",
        label=sent(f"{name}-label", "").strip()[:80],
        type=sent(f"{name}-type", "text"),
        kind=sent(f"{name}-kind", "identifying"),
    )
