"""Changing many records: the form, what it would do, how far it is, what came of it."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from isthmus.bulk.commands import WORKING
from isthmus.bulk.models import GIVEN, BulkEdit, BulkState
from isthmus.core.actors import Actor
from isthmus.web import formats
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, refused, sent
from isthmus.web.bulk.forms import bulk_form
from isthmus.web.bulk.telling import report
from isthmus.web.lists import keyset
from isthmus.web.lists.asked import Asked
from isthmus.web.lists.every import LISTS
from isthmus.web.lists.spec import ListSpec
from isthmus.web.lists.views import UnclearFilter


@needs("records.change_many")
def new(request: HttpRequest, name: str) -> HttpResponse:
    """Say what to change: of the records in `ids`, or of all that the rest of the address holds."""
    spec, actor = LISTS.get(name), actor_of(request)
    if spec is None or spec.editing is None:
        raise Http404
    if not actor.allows(spec.permission) or not actor.allows(spec.editing.permission):
        raise PermissionDenied
    asked = Asked(spec, request.GET, actor)
    back = reverse(name) + asked.address(ids=None, field=None)
    form = bulk_form(
        spec,
        spec.editing,
        actor,
        (request.POST or request.GET).get("field", ""),
        request.get_full_path(),
        sent(request),
    )
    wanted = _wanted(asked) if request.method == "POST" else []
    if asked.problems:
        return refused(request, UnclearFilter(" ".join(asked.problems)), back)
    act = Act(
        "plan_bulk_edit",
        _title(request, spec),
        lambda result: _planned(result.value),
        lambda result: reverse("bulk-edit", args=[result.value.pk]),
        {"list": name, "ids": wanted},
        back,
        verb=_("See what it would do"),
    )
    return act_by_form(request, act, form, read=lambda filled: {"changes": filled.changes()})


@login_required
def bulk_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """One change of many records; the part that moves is fetched again while it is under way."""
    actor = actor_of(request)
    edit = _edit(pk, actor)
    spec = LISTS[edit.list]
    if not actor.allows(spec.permission):
        raise PermissionDenied
    context = {"edit": edit, "spec": spec, "working": edit.state in WORKING} | report(edit, spec, actor)
    if request.htmx and request.GET.get("part") == "live":  # type: ignore[attr-defined]
        return render(request, "bulk/edit.html#live", context)
    return render(request, "bulk/edit.html", context)


@needs("records.change_many")
@require_POST
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it stand still after the records that are under way."""
    page = reverse("bulk-edit", args=[pk])
    done = _("It stops after the records that are under way. What is done stays.")
    return act_now(request, Act("stop_bulk_edit", "", done, page, {"edit_id": pk}, page))


@needs("records.change_many")
@require_POST
def go_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on where it was stopped."""
    page = reverse("bulk-edit", args=[pk])
    return act_now(request, Act("go_on_with_bulk_edit", "", _("It goes on."), page, {"edit_id": pk}, page))


@needs("records.change_many")
@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the change that was tried."""
    page = reverse("bulk-edit", args=[pk])

    def done(result: object) -> str:
        edit: BulkEdit = result.value  # type: ignore[attr-defined]
        if edit.state != BulkState.CHANGED:
            return _("The change is under way.")
        return ngettext("%(count)s record is changed.", "%(count)s records are changed.", _changed(edit)) % {
            "count": formats.number(_changed(edit))
        }

    return act_now(request, Act("start_bulk_edit", "", done, page, {"edit_id": pk}, page))


def _wanted(asked: Asked) -> Sequence[int]:
    chosen = asked.query.get("ids", "")
    if chosen:
        return [int(one) for one in chosen.split(",") if one.isdecimal()]
    return list(keyset.ids(asked.rows(), asked.order))


def _title(request: HttpRequest, spec: ListSpec) -> str:
    chosen = request.GET.get("ids", "")
    if not chosen:
        return _("Change all that the list holds")
    count = chosen.count(",") + 1
    return ngettext("Change %(count)s chosen record", "Change %(count)s chosen records", count) % {
        "count": count
    }


def _planned(edit: BulkEdit) -> str:
    if edit.state == BulkState.TRIED:
        return _("Tried, and nothing changed yet.")
    return _("Being tried. Nothing is changed yet.")


def _changed(edit: BulkEdit) -> int:
    return int(edit.counts[BulkState.CHANGING]["changed"])


def _edit(pk: int, actor: Actor) -> BulkEdit:
    return get_object_or_404(BulkEdit.objects.visible_to(actor).exclude(list=GIVEN), pk=pk)
