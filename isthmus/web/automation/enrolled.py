"""Cadences of one record: what it is in, how far that is, enrolling it and taking it out."""

from dataclasses import dataclass
from datetime import datetime

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.automation.knowing import rows_of
from isthmus.automation.queries import cadences
from isthmus.automation.spec import ENROLLED
from isthmus.core.actors import Actor
from isthmus.flows.models import FlowRun, StepRun, StepState
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.records import record_address

MAY = "cadences.enrol"
SHOWN = 5


class EnrolForm(ActForm):
    """In which one."""

    cadence_id = forms.TypedChoiceField(label=gettext_lazy("Cadence"), coerce=int)


@dataclass(frozen=True)
class Enrolled:
    """One cadence that a record is in or was."""

    pk: int
    name: str
    state: str
    is_open: bool
    reason: str
    next_at: datetime | None


def enrolled_in(kind: str, pk: int) -> list[Enrolled]:
    """The latest cadences of a record that the reader sees."""
    runs = FlowRun.objects.filter(record_kind=kind, record_id=pk, key__startswith="enrolled:")
    rows = list(runs.select_related("flow").order_by("-began_at", "-pk")[:SHOWN])
    waiting = StepRun.objects.filter(run__in=[run.pk for run in rows], state=StepState.WAITING)
    due = dict(waiting.values_list("run", "due_at")) if rows else {}
    return [
        Enrolled(run.pk, run.flow.name, run.get_state_display(), run.is_open, run.reason, due.get(run.pk))
        for run in rows
    ]


def card(kind: str, pk: int, actor: Actor) -> dict[str, object]:
    """What the card on a record's page shows; nothing to a reader who enrols nobody."""
    if not actor.allows(MAY) or kind not in ENROLLED:
        return {}
    found, possible = enrolled_in(kind, pk), bool(cadences(kind))
    return {"enrolled": found, "possible": possible, "kind": kind, "pk": pk} if found or possible else {}


@needs(MAY)
def enrol(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Choose a cadence for a record."""
    if kind not in ENROLLED:
        raise Http404
    row = get_object_or_404(rows_of(kind, actor_of(request)), pk=pk)
    page = record_address(kind, pk)
    act = Act(
        "enrol_in_cadence", _("Enrol “%(name)s”") % {"name": row},
        _("Enrolled: its first step comes at once."),
        page, {f"{kind}_id": pk}, page, _("Steps are done in time, with your rights."), _("Enrol"),
    )  # fmt: skip
    form = EnrolForm(sent(request))
    form.fields["cadence_id"].choices = cadences(kind)  # type: ignore[attr-defined]
    return act_by_form(request, act, form)


@needs(MAY)
@require_POST
def leave(request: HttpRequest, run_id: int) -> HttpResponse:
    """Take a record out of a cadence."""
    run = get_object_or_404(FlowRun, pk=run_id, key__startswith="enrolled:")
    get_object_or_404(rows_of(run.record_kind, actor_of(request)), pk=run.record_id)
    page = record_address(run.record_kind, run.record_id)
    return act_now(request, Act("leave_cadence", "", _("Taken out."), page, {"run_id": run_id}, page))
