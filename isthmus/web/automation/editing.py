"""Writing a rule: a sentence with blanks. Choosing something brings the blanks that belong to it."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from isthmus.automation.fields import RECORDS, Field
from isthmus.automation.occasions import occasions
from isthmus.automation.queries import MAY, rules_for
from isthmus.automation.sentences import DAY_NAMES, ONCE_NAMES, OPS, written
from isthmus.automation.spec import ENROLLED, STOPS, checked_spec
from isthmus.automation.starters import starter
from isthmus.core import clock, commands
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.flows.conditions import OPERATIONS, WITHOUT_VALUE
from isthmus.flows.models import FlowVersion
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import go
from isthmus.web.automation.blanks import possible, unit_options
from isthmus.web.automation.sheet import Asked, Done, Sheet, TooInvolved, blanks, read_sheet, sheet_of
from isthmus.web.settings.frame import show

HOME = "settings-automation"
_DAYS = ("older_than", "within_last", "within_next")


@needs(MAY)
def new(request: HttpRequest, which: str) -> HttpResponse:
    """A new rule: empty, or one of the usual ones to be changed."""
    if request.method == "POST":
        return _sent(request, reverse("new-rule", args=[which]), None)
    ready = starter(which)
    if ready is None and which != "empty":
        raise Http404
    sheet = Sheet(done=[Done("s1")]) if ready is None else sheet_of(str(ready.name), ready.spec_in_full())
    return _shown(request, sheet, reverse("new-rule", args=[which]), reverse(HOME))


@needs(MAY)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What the next version will say. The one at work stays until the draft is switched on."""
    row = get_object_or_404(rules_for(actor_of(request)), pk=pk)
    if request.method == "POST":
        return _sent(request, reverse("edit-rule", args=[pk]), pk)
    version: FlowVersion | None = row.draft or row.active
    assert version is not None, "a rule has a version from its beginning"
    try:
        sheet = sheet_of(row.name, version.spec)
    except TooInvolved as refusal:
        context = {"refusal": refusal, "title": row.name, "back": reverse("rule", args=[pk])}
        return show(request, HOME, "automation/too_involved.html", context, status=409)
    return _shown(request, sheet, reverse("edit-rule", args=[pk]), reverse("rule", args=[pk]))


def _sent(request: HttpRequest, action: str, pk: int | None) -> HttpResponse:
    sheet = read_sheet(request.POST)
    back = reverse(HOME) if pk is None else reverse("rule", args=[pk])
    wanted = request.POST.get("do", "")
    if wanted != "save":
        _change(sheet, wanted)
        return _shown(request, sheet, action, back)
    given: dict[str, Any] = {"name": sheet.name, "spec": sheet.spec()}
    command = "add_rule" if pk is None else "edit_rule"
    if pk is not None:
        given["rule_id"] = pk
    try:
        result = commands.run(command, given, by=actor_of(request), at=clock.now())
    except InvalidInput as refusal:
        return _shown(request, sheet, action, back, errors=refusal.errors)
    except Refusal as refusal:
        return _shown(request, sheet, action, back, refusal=refusal)
    messages.success(request, _("The draft is kept. Try it on the past, then switch it on."))
    return go(request, reverse("rule", args=[result.value.pk]))


def _change(sheet: Sheet, wanted: str) -> None:
    """What a button of the editor does to the sheet."""
    what, _colon, place = wanted.partition(":")
    number = int(place) if place.isdigit() else -1
    if what == "add-condition":
        sheet.asked.append(Asked())
    elif what == "drop-condition" and 0 <= number < len(sheet.asked):
        sheet.asked.pop(number)
    elif what == "add-act":
        used = {one.key for one in sheet.done}
        sheet.done.append(Done(next(f"s{n}" for n in range(1, 200) if f"s{n}" not in used)))
    elif what == "drop-act" and 0 <= number < len(sheet.done):
        sheet.done.pop(number)
    elif what == "up-act" and 1 <= number < len(sheet.done):
        sheet.done.insert(number - 1, sheet.done.pop(number))
    elif what == "only-if" and 0 <= number < len(sheet.done):
        sheet.done[number].only_if = Asked()
    elif what == "drop-only-if" and 0 <= number < len(sheet.done):
        sheet.done[number].only_if = None


def _shown(
    request: HttpRequest,
    sheet: Sheet,
    action: str,
    back: str,
    errors: Mapping[str, str] | None = None,
    refusal: Refusal | None = None,
) -> HttpResponse:
    fields = sheet.fields()
    context: dict[str, Any] = {
        "title": sheet.name or _("New rule"),
        "sheet": sheet,
        "action": action,
        "back": back,
        "whens": _whens(),
        "days": list(DAY_NAMES.items()),
        "stops": list(STOPS.items()),
        "onces": list(ONCE_NAMES.items()),
        "units": unit_options(),
        "asked": [
            condition(f"c-{number}", one, fields, f"drop-condition:{number}")
            for number, one in enumerate(sheet.asked)
        ],
        "fields": field_options(sheet, fields),
        "acts": [_act(number, one, sheet, fields) for number, one in enumerate(sheet.done)],
        "commands": [(entry.name, str(entry.label)) for entry in possible(sheet.record, fields)],
        "record": RECORDS[sheet.record],
        "texts": [one.key for one in fields.values() if one.kind == "text" and one.of != "fact"],
        "refusal": refusal,
        "errors": list((errors or {}).values()),
        "says": _says(sheet),
    }
    status = 422 if errors else 409 if refusal else 200
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "automation/edit.html#form", context, status=status)
    return show(request, HOME, "automation/edit.html", context, status=status)


def _says(sheet: Sheet) -> str:
    """The sentence, once all of it is there."""
    try:
        return written(checked_spec(sheet.spec())).whole
    except InvalidInput:
        return ""


def _whens() -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in occasions().values():
        groups.setdefault(one.record, []).append((f"fact:{one.kind}", str(one.label)))
    by_clock = [
        (f"clock:{kind}", _("By the clock, for each %(record)s") % {"record": RECORDS[kind]})
        for kind in RECORDS
    ]
    named = [(str(RECORDS[kind]).capitalize(), listed) for kind, listed in groups.items()]
    enrolled = [
        (f"enrolled:{kind}", _("Somebody enrols a %(record)s") % {"record": RECORDS[kind]})
        for kind in ENROLLED
    ]
    return [*named, (_("Cadence"), enrolled), (_("Schedule"), by_clock)]


def condition(prefix: str, asked: Asked, fields: Mapping[str, Field], drop: str) -> dict[str, Any]:
    """One condition as the page draws it."""
    known = fields.get(asked.field)
    kind = known.kind if known else "text"
    ops = [(op, str(OPS[op])) for op in OPERATIONS[kind]] if known else []
    takes = "" if asked.op in WITHOUT_VALUE else "days" if asked.op in _DAYS else kind
    return {
        "prefix": prefix,
        "drop": drop,
        "one": asked,
        "known": known,
        "ops": ops,
        "takes": takes if known else "",
        "value": (asked.values or [""])[0],
        "options": list(known.options()) if known and known.options else [],
        "several": len(asked.values) > 1,
    }


def field_options(sheet: Sheet, fields: Mapping[str, Field]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The fields by what they are of, those of the record first."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in fields.values():
        groups.setdefault(one.of, []).append((one.key, str(one.label)))
    names = {**{kind: str(text).capitalize() for kind, text in RECORDS.items()}, "fact": _("What happened")}
    return [(names[of], listed) for of, listed in groups.items()]


def _act(number: int, one: Done, sheet: Sheet, fields: Mapping[str, Field]) -> dict[str, Any]:
    prefix = f"a-{number}"
    return {
        "number": number,
        "prefix": prefix,
        "one": one,
        "blanks": [(f"{prefix}-{blank.name}", blank) for blank in blanks(one, sheet, fields)],
        "only_if": condition(f"{prefix}-if", one.only_if, fields, f"drop-only-if:{number}")
        if one.only_if
        else None,
    }
