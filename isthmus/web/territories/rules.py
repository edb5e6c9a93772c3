"""The rules of territories: those at work and the draft as sentences, tried on all accounts, switched on."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.people.models import Account
from isthmus.territories.commands.rules import MAY
from isthmus.territories.models import RulesVersion, Trial
from isthmus.territories.spec import in_words
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_now
from isthmus.web.settings.frame import show
from isthmus.web.territories.editing import choices_of_places, draft_spec
from isthmus.workspace.models import Territory

HOME = "settings-territories"
_ACTS = {
    "try": ("try_territory_rules", gettext_lazy("Tried, and nothing changed.")),
    "switch-on": (
        "switch_on_territory_rules",
        gettext_lazy("Switched on: what comes in is placed by these rules now."),
    ),
    "pause": ("pause_territory_rules", gettext_lazy("Paused: what comes in falls by its country.")),
    "drop": ("write_territory_rules", gettext_lazy("The draft is thrown away.")),
}


@needs("settings.view")
def rules(request: HttpRequest) -> HttpResponse:
    """The draft where there is one, the rules at work, and what a trial counted."""
    actor = actor_of(request)
    versions = {one.state: one for one in RulesVersion.objects.exclude(state="past")}
    draft, active = versions.get("draft"), versions.get("active")
    trial = Trial.objects.filter(asked_by=actor.id, version=draft or active).first() if versions else None
    if trial is not None and (draft or active) is not None and trial.spec != (draft or active).spec:  # type: ignore[union-attr]
        trial = None  # It was tried before it was changed.
    context: dict[str, Any] = {
        "title": _("Rules of territories"),
        "draft": draft,
        "active": active,
        "draft_lines": in_words(draft.spec) if draft else [],
        "active_lines": in_words(active.spec) if active else [],
        "may_rule": actor.allows(MAY),
        "places": choices_of_places(),
        "fallback": draft_spec().get("fallback_id"),
        "there_are_places": Territory.objects.exists(),
        "trial": trial,
        **(_told(trial, in_words(trial.spec)) if trial is not None and trial.finished_at else {}),
    }
    if request.htmx and request.GET.get("part") == "trial":  # type: ignore[attr-defined]
        return render(request, "territories/rules.html#trial", context)
    return show(request, HOME, "territories/rules.html", context)


@needs(MAY)
@require_POST
def act(request: HttpRequest, name: str) -> HttpResponse:
    """Try the draft, switch it on, throw it away, or pause what is at work."""
    if name not in _ACTS:
        raise Http404
    page = reverse("territory-rules")
    command, done = _ACTS[name]
    return act_now(request, Act(command, "", done, page, {}, page))


def _told(trial: Trial, lines: list[str]) -> Mapping[str, Any]:
    """A trial in words and rows."""
    result = trial.result
    names: dict[int | None, str] = {
        None: _("no territory"),
        **dict(Territory.objects.values_list("pk", "name")),
    }
    now, then = dict(map(tuple, result["now"])), dict(map(tuple, result["then"]))
    order = sorted({*now, *then}, key=lambda pk: (pk is None, names.get(pk, "")))
    first = Account.objects.filter(pk__in=result["unmatched_first"]).only("pk", "name", "domain")
    return {
        "counted": [
            (names.get(pk, "?"), now.get(pk, 0), then.get(pk, 0), then.get(pk, 0) - now.get(pk, 0))
            for pk in order
        ],
        "moves": [(names.get(a, "?"), names.get(b, "?"), n) for a, b, n in result["moves"]],
        "moving": sum(n for _a, _b, n in result["moves"]),
        "won": list(zip(lines, result["won"], strict=False)),
        "overlaps": [(a + 1, b + 1, n) for a, b, n in result["overlaps"]],
        "unmatched_first": first,
    }
