"""After a call that began with a click on a number: one line that asks how it went."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.leads.models import Lead
from isthmus.people.models import Person
from isthmus.sales.models import Deal, Objection
from isthmus.sales.models.activities import OUTCOMES
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm, choices_with_none, date_input
from isthmus.web.acts.logging import DONE
from isthmus.web.acts.returning import back_of
from isthmus.web.records import record_address

_MODELS: dict[str, Any] = {"person": Person, "lead": Lead, "deal": Deal}
_LONGEST = 1440


class CallForm(ActForm):
    """What came of a call, and what comes next. The minutes are those that the reader was away."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("What came of it"),
        choices=choices_with_none([(one.value, one.label) for one in OUTCOMES["call"]]),
    )
    objection = forms.ChoiceField(
        label=gettext_lazy("Objection"), required=False, choices=choices_with_none(Objection.choices)
    )
    next_step = forms.CharField(label=gettext_lazy("Next step"), required=False, max_length=300)
    next_step_on = forms.DateField(label=gettext_lazy("On"), required=False, widget=date_input())
    minutes = forms.IntegerField(
        label=gettext_lazy("Minutes"), required=False, min_value=0, max_value=_LONGEST
    )


@needs("activities.edit")
def call(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Ask how a call with somebody, about a lead or a deal went, and log it."""
    if kind not in _MODELS:
        raise Http404
    record = get_object_or_404(_MODELS[kind].objects.visible_to(actor_of(request)), pk=pk)
    away = request.GET.get("minutes", "")
    minutes = min(int(away), _LONGEST) if away.isdigit() and len(away) < 6 else None
    back = back_of(request, record_address(kind, pk))
    target = {f"{kind}_id": pk, "kind": "call"}
    title = _("How did the call go?")
    act = Act("log_activity", title, DONE["call"], back, target, back, str(record), _("Log it"))
    # Its page may hold the line that logs anything, whose fields are called the same.
    form = CallForm(sent(request), initial={"minutes": minutes}, auto_id="call_%s")
    return act_by_form(request, act, form, template="acts/call.html")
