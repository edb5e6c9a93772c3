"""The palette as a page and under its field, doing an act from it, stars and what was seen."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.core import clock, commands
from isthmus.core.commands import Command, CommandResult
from isthmus.core.refusals import NotFound, Refusal
from isthmus.web.access import actor_of
from isthmus.web.acts.acting import Act, act_by_form, act_now, go, refused, sent
from isthmus.web.palette.finding import groups_for
from isthmus.web.palette.inputs import DerivedForm, askable
from isthmus.web.palette.offers import NEVER, OWN_PAGE_ONLY, PAGE_ACTS, given_by
from isthmus.web.palette.place import Place, place_of
from isthmus.web.records import record_address
from isthmus.workspace import desk, records
from isthmus.workspace.commands import mark_seen

MANY = 40


@login_required
def palette(request: HttpRequest) -> HttpResponse:
    """The palette as a page of its own, for a browser without scripts."""
    query, actor = request.GET.get("q", "").strip(), actor_of(request)
    place = place_of(request, actor)
    context = {
        "query": query,
        "groups": groups_for(query, actor, place, limit=MANY),
        "on": request.GET.get("on", ""),
        "back": place.back,
    }
    return render(request, "palette/palette.html", context)


@login_required
def options(request: HttpRequest) -> HttpResponse:
    """What stands under the palette's field."""
    query, actor = request.GET.get("q", "").strip(), actor_of(request)
    context = {"query": query, "groups": groups_for(query, actor, place_of(request, actor))}
    return render(request, "palette/palette.html#options", context)


@login_required
def act(request: HttpRequest, name: str) -> HttpResponse:
    """Do an act: about the record of the place, about each of a selection, or by its whole form."""
    entry, actor = _entry(name), actor_of(request)
    if not actor.allows(entry.permission):
        raise PermissionDenied
    place = place_of(request, actor)
    if request.GET.get("on") and not place.rows:
        raise Http404
    given = given_by(entry, place)
    if not askable(entry, given):
        raise Http404
    if given and not place.is_one:
        return _for_each(request, entry, place)
    one = _act(entry, given, place)
    if given and set(given) == set(entry.input_model.model_fields) and request.method == "POST":
        return act_now(request, one)
    return act_by_form(request, one, DerivedForm(entry, given, actor, sent(request)))


def _act(entry: Command, given: Mapping[str, Any], place: Place) -> Act:
    def onward(result: CommandResult) -> str:
        return place.back if given else _page_of(result.value) or place.back

    note = str(place.rows[0]) if given else entry.summary
    if entry.name.startswith(("edit_", "update_")):
        note += " " + _("What is left empty stays as it is.")
    done = _("Done: %(act)s.") % {"act": entry.label}
    return Act(entry.name, entry.label, done, onward, given, place.back, note)


def _for_each(request: HttpRequest, entry: Command, place: Place) -> HttpResponse:
    """The same act for each selected record by itself: one that is refused does not stop the others."""
    actor = actor_of(request)
    form = DerivedForm(entry, given_by(entry, place), actor, sent(request))
    selected = _("%(count)s selected") % {"count": len(place.rows)}
    about = Act(entry.name, entry.label, "", place.back, {}, place.back, selected)
    if request.method != "POST" or not form.is_valid():
        return act_by_form(request, about, form)
    done, refusals = 0, []
    for row in place.rows:
        try:
            arguments = {place.argument: row.pk, **form.arguments()}
            commands.run(entry.name, arguments, by=actor, at=clock.now())
            done += 1
        except Refusal as refusal:
            refusals.append(f"{row}: {refusal}")
    if not done:
        return refused(request, Refusal(refusals[0]), place.back)
    text = _("%(act)s: done for %(done)s of %(all)s.") % {
        "act": entry.label,
        "done": done,
        "all": len(place.rows),
    }
    (messages.warning if refusals else messages.success)(request, " ".join([text, *refusals[:3]]))
    return go(request, place.back)


@login_required
@require_POST
def star(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Give a record a star, or take it away."""
    actor = actor_of(request)
    starred = desk.is_starred(request.user.pk or 0, kind, pk)
    name = "remove_favourite" if starred else "add_favourite"
    back = record_address(kind, pk) if kind in records.kinds() else "/"
    try:
        commands.run(name, {"kind": kind, "record_id": pk}, by=actor, at=clock.now())
    except NotFound as refusal:
        raise Http404 from refusal
    except Refusal as refusal:
        return refused(request, refusal, back)
    if request.htmx:  # type: ignore[attr-defined]
        context = {"kind": kind, "pk": pk, "starred": not starred}
        return render(request, "palette/star.html", context)
    return go(request, back)


@login_required
@require_POST
def seen(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Note that the reader opened a record's page: sent by the page once it stands."""
    if not mark_seen(user=request.user, by=actor_of(request), kind=kind, record_id=pk, at=clock.now()):  # type: ignore[arg-type]
        raise Http404
    return HttpResponse(status=204)


def _entry(name: str) -> Command:
    try:
        entry = commands.find(name)
    except NotFound as refusal:
        raise Http404 from refusal
    if entry.name in NEVER | OWN_PAGE_ONLY | PAGE_ACTS:
        raise Http404
    return entry


def _page_of(value: Any) -> str:
    kind = type(value).__name__.lower()
    return record_address(kind, value.pk) if kind in records.kinds() else ""
