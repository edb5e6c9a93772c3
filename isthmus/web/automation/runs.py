"""The log of runs with its filters, and one run step by step."""

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from isthmus.automation.queries import MAY, rules_for, runs_for
from isthmus.flows.models import FlowRun, RunState
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.automation.words import run_tone, step_lines, subjects_of
from isthmus.web.lists import keyset
from isthmus.web.pieces import Choice
from isthmus.web.settings.frame import show

HOME = "settings-automation"
ORDER = keyset.Order("began_at", descending=True)
PAGE = 30


@needs(MAY)
def runs(request: HttpRequest) -> HttpResponse:
    """What rules did, the latest first: of one rule, in one state."""
    actor = actor_of(request)
    asked = request.GET.get("rule", "")
    rule_id = int(asked) if asked.isdigit() else None
    state, after = request.GET.get("state", ""), request.GET.get("after", "")
    found, onward = keyset.page(runs_for(actor, rule_id=rule_id, state=state), ORDER, after, PAGE)
    subjects = subjects_of(found, actor)
    kept = {name: value for name, value in (("rule", asked), ("state", state)) if value}
    context: dict[str, Any] = {
        "runs": [(one, subjects.get(one.pk), run_tone(one)) for one in found],
        "next": f"?{urlencode({**kept, 'after': onward})}" if onward else "",
    }
    if request.htmx and after:  # type: ignore[attr-defined]
        return render(request, "automation/runs.html#rows", context)
    context |= {
        "title": _("What rules did"),
        "rules": rules_for(actor).order_by("name"),
        "rule_id": rule_id,
        "state": state,
        "states": _states(asked, state),
    }
    return show(request, HOME, "automation/runs.html", context)


@needs(MAY)
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run: why it began, and every step with what went in and what came out."""
    row = _row(request, pk)
    context = {
        "title": row.flow.name,
        "one": row,
        "subject": subjects_of([row], actor_of(request)).get(row.pk),
        "tone": run_tone(row),
        "steps": step_lines(row),
    }
    return show(request, HOME, "automation/run.html", context)


@needs(MAY)
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Stop it, hold it, let it go on, try it again."""
    words = {
        "stop": ("stop_rule_run", _("It is stopped.")),
        "hold": ("pause_rule_run", _("It is held.")),
        "go-on": ("resume_rule_run", _("It goes on.")),
        "again": ("retry_rule_run", _("It is tried again in a moment.")),
    }
    if name not in words:
        raise Http404
    _row(request, pk)
    command, done = words[name]
    page = reverse("rule-run", args=[pk])
    return act_now(request, Act(command, "", done, page, {"run_id": pk}, page))


def _states(rule: str, state: str) -> list[Choice]:
    named = [("", _("All")), *RunState.choices, ("looped", _("In circles"))]
    page = reverse("rule-runs")
    kept = {"rule": rule} if rule else {}
    return [
        Choice(str(text), f"{page}?{urlencode({**kept, **({'state': one} if one else {})})}", one == state)
        for one, text in named
    ]


def _row(request: HttpRequest, pk: int) -> FlowRun:
    found: FlowRun = get_object_or_404(runs_for(actor_of(request)), pk=pk)
    return found
