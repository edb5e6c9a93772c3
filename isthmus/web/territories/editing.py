"""Writing one rule of territories: conditions with blanks, the territory, and who has it. Their order."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.automation.fields import RECORDS, Field
from isthmus.core import clock, commands
from isthmus.core.refusals import InvalidInput, Refusal
from isthmus.flows.conditions import WITHOUT_VALUE
from isthmus.territories.commands.rules import MAY
from isthmus.territories.models import RulesVersion
from isthmus.territories.spec import checked_spec, fields, in_words
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now, go
from isthmus.web.automation.editing import condition
from isthmus.web.automation.sheet import Asked, read_asked
from isthmus.web.settings.frame import show
from isthmus.workspace.models import Territory, User
from isthmus.workspace.trees import branches

HOME = "settings-territories"
MOST = 12  # conditions of one rule


def draft_spec() -> dict[str, Any]:
    """What is being written: the draft, else a copy of what is at work, else nothing yet."""
    for state in (RulesVersion.State.DRAFT, RulesVersion.State.ACTIVE):
        version = RulesVersion.objects.filter(state=state).first()
        if version is not None:
            return dict(version.spec)
    return {"rules": [], "fallback_id": None}


def choices_of_places() -> list[tuple[int, str]]:
    """Every territory, set in under its parent."""
    return [(one.pk, one.indented) for one in branches(Territory)]


@needs(MAY)
def new(request: HttpRequest) -> HttpResponse:
    """A new rule at the end of the draft."""
    return _page(request, None, {"if": {"each": []}}, reverse("new-territory-rule"))


@needs(MAY)
def edit(request: HttpRequest, number: int) -> HttpResponse:
    """A rule of the draft."""
    listed = draft_spec()["rules"]
    if not 1 <= number <= len(listed):
        raise Http404
    return _page(request, number, listed[number - 1], reverse("edit-territory-rule", args=[number]))


@needs(MAY)
@require_POST
def move(request: HttpRequest, number: int, what: str) -> HttpResponse:
    """Put a rule before the one above it, or take it out of the draft."""
    spec = draft_spec()
    listed = list(spec["rules"])
    if what not in ("up", "drop") or not 1 <= number <= len(listed):
        raise Http404
    one = listed.pop(number - 1)
    if what == "up":
        listed.insert(max(number - 2, 0), one)
    return _write(request, {**spec, "rules": listed}, _("The draft is changed."))


@needs(MAY)
@require_POST
def fallback(request: HttpRequest) -> HttpResponse:
    """Where what no rule matches falls."""
    said = request.POST.get("fallback_id", "")
    spec = {**draft_spec(), "fallback_id": int(said) if said.isdigit() else None}
    return _write(request, spec, _("The draft is changed."))


def _write(request: HttpRequest, spec: Mapping[str, Any], done: str) -> HttpResponse:
    page = reverse("territory-rules")
    return act_now(request, Act("write_territory_rules", "", done, page, {"spec": spec}, page))


def _page(request: HttpRequest, number: int | None, rule: Mapping[str, Any], action: str) -> HttpResponse:
    known = fields()
    if request.method != "POST":
        return _shown(request, _of_rule(rule), known, action)
    sheet = _sent(request.POST, known)
    wanted = request.POST.get("do", "")
    if wanted != "save":
        what, _colon, place = wanted.partition(":")
        if what == "add-condition" and len(sheet["asked"]) < MOST:
            sheet["asked"].append(Asked())
        elif what == "drop-condition" and place.isdigit() and int(place) < len(sheet["asked"]):
            sheet["asked"].pop(int(place))
        return _shown(request, sheet, known, action)
    spec = draft_spec()
    listed = list(spec["rules"])
    if number is None:
        listed.append(_rule(sheet, known))
    else:
        listed[number - 1] = _rule(sheet, known)
    try:
        given = {"spec": {**spec, "rules": listed}}
        commands.run("write_territory_rules", given, by=actor_of(request), at=clock.now())
    except InvalidInput as refusal:
        return _shown(request, sheet, known, action, list(refusal.errors.values()), 422)
    except Refusal as refusal:
        return _shown(request, sheet, known, action, [str(refusal)], 409)
    messages.success(request, _("The draft is kept. Try it on all accounts, then switch it on."))
    return go(request, reverse("territory-rules"))


def _of_rule(rule: Mapping[str, Any]) -> dict[str, Any]:
    given = rule.get("if") or {}
    asked = []
    for one in given.get("each", ()):
        value = one.get("value")
        listed = value if isinstance(value, list) else [] if value is None else [value]
        asked.append(Asked(one["field"], one["op"], [str(part) for part in listed]))
    owner = rule.get("owner") or {}
    return {
        "asked": asked or [Asked()],
        "match": given.get("match", "all"),
        "territory": str(rule.get("territory_id") or ""),
        "how": owner.get("how", "keep"),
        "seller": str(owner.get("user_id") or ""),
    }


def _sent(sent: Any, known: Mapping[str, Field]) -> dict[str, Any]:
    numbers = [number for number in range(MOST) if f"c-{number}-field" in sent]
    return {
        "asked": [read_asked(sent, f"c-{number}", known) for number in numbers],
        "match": "any" if sent.get("match") == "any" else "all",
        "territory": sent.get("territory", ""),
        "how": sent.get("how", "keep"),
        "seller": sent.get("seller", ""),
    }


def _rule(sheet: Mapping[str, Any], known: Mapping[str, Field]) -> dict[str, Any]:
    each = []
    for one in sheet["asked"]:
        if not one.field:
            continue
        said: dict[str, Any] = {"field": one.field, "op": one.op}
        if one.op not in WITHOUT_VALUE:
            several = known[one.field].kind == "choice"
            said["value"] = one.values if several else (one.values or [""])[0]
        each.append(said)
    owner: dict[str, Any] = {"how": sheet["how"]}
    if sheet["how"] == "seller":
        owner["user_id"] = int(sheet["seller"]) if sheet["seller"].isdigit() else None
    territory = int(sheet["territory"]) if sheet["territory"].isdigit() else None
    return {"if": {"match": sheet["match"], "each": each}, "territory_id": territory, "owner": owner}


def _shown(
    request: HttpRequest,
    sheet: Mapping[str, Any],
    known: Mapping[str, Field],
    action: str,
    errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in known.values():
        groups.setdefault(str(RECORDS[one.of]).capitalize(), []).append((one.key, str(one.label)))
    context = {
        "title": _("A rule of territories"),
        "sheet": sheet,
        "action": action,
        "asked": [
            condition(f"c-{place}", one, known, f"drop-condition:{place}")
            for place, one in enumerate(sheet["asked"])
        ],
        "fields": list(groups.items()),
        "places": [(str(pk), text) for pk, text in choices_of_places()],
        "sellers": [(str(pk), name) for pk, name in _sellers()],
        "errors": errors or [],
        "says": _says(sheet, known),
    }
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "territories/rule.html#form", context, status=status)
    return show(request, HOME, "territories/rule.html", context, status)


def _sellers() -> Any:
    return User.objects.filter(is_active=True, role__in=("seller", "manager")).values_list("pk", "name")


def _says(sheet: Mapping[str, Any], known: Mapping[str, Field]) -> str:
    """The sentence, once all of it is there."""
    try:
        return in_words(checked_spec({"rules": [_rule(sheet, known)]}))[0]
    except InvalidInput:
        return ""
