"""The list of rules, and one rule: what it says, whether it is on, what it did lately."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from isthmus.automation.queries import MAY, counted, dry_runs_for, rules_for, runs_for
from isthmus.automation.rehearsing import what_it_means
from isthmus.automation.sentences import written
from isthmus.automation.starters import starters
from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.flows.models import Flow, FlowRun, FlowVersion, RunState
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.automation.words import run_tone, subjects_of
from isthmus.web.settings.frame import show

HOME = "settings-automation"
LATEST = 8
TONES: dict[str, str] = {Flow.State.ON: "good", Flow.State.PAUSED: "warn"}


class OnForm(ActForm):
    """What happens to what is under way."""

    runs = forms.ChoiceField(
        label=gettext_lazy("What is under way"),
        widget=forms.RadioSelect,
        initial="stay",
        choices=[
            ("stay", gettext_lazy("Stays with the version that it began with")),
            ("move", gettext_lazy("Moves to the new one: to the same step, or the next that is still there")),
        ],
    )
    wide = ("runs",)


@needs(MAY)
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule with its sentence, whether it is on, and how it went lately."""
    found = counted(rules_for(actor_of(request)), clock.now()).order_by("state", "name", "pk")
    order = {Flow.State.ON: 0, Flow.State.PAUSED: 1, Flow.State.DRAFT: 2}
    rows = sorted(found, key=lambda row: (order[row.state], row.name.casefold()))
    context = {"rows": [(row, sentence(row), TONES.get(row.state, "")) for row in rows]}
    return show(request, HOME, "automation/rules.html", context)


@needs(MAY)
def begin(request: HttpRequest) -> HttpResponse:
    """Choose what to begin with: one of the usual rules, or an empty sentence."""
    ready = [(one, written(one.spec_in_full()).whole) for one in starters()]
    return show(request, HOME, "automation/begin.html", {"title": _("New rule"), "ready": ready})


@needs(MAY)
def rule(request: HttpRequest, pk: int) -> HttpResponse:
    """One rule."""
    row = _row(request, pk)
    active, draft = row.active, row.draft
    shown = draft or active
    latest = list(runs_for(actor_of(request), rule_id=pk).order_by("-began_at", "-pk")[:LATEST])
    tried = dry_runs_for(actor_of(request)).filter(version=shown).order_by("-asked_at").first()
    context: dict[str, Any] = {
        "title": row.name,
        "one": row,
        "tone": TONES.get(row.state, ""),
        "active": active,
        "draft": draft,
        "at_work": written(active.spec) if active else None,
        "drafted": written(draft.spec) if draft else None,
        "may_act": active is None or (active.acts_as is not None and active.acts_as.is_active),
        "enrolled": bool(shown and shown.spec["when"].get("enrolled")),
        "tried": tried,
        "finding": what_it_means(tried) if tried else "",
        "runs": _lines(latest, actor_of(request)),
        "circle": runs_for(actor_of(request), rule_id=pk, state="looped").order_by("-began_at").first(),
        "versions": list(row.versions.select_related("made_by", "acts_as")),
    }
    return show(request, HOME, "automation/rule.html", context)


@needs(MAY)
def switch_on(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the draft to work; where runs are under way, say what happens to them."""
    row, page = _row(request, pk), reverse("rule", args=[pk])
    going = FlowRun.objects.filter(flow=pk, state__in=[RunState.RUNNING, RunState.PAUSED]).count()
    note = _("It acts with your rights, as they stand whenever it acts.")
    act = Act(
        "activate_rule", _("Switch on “%(name)s”") % {"name": row.name}, _("The rule is at work."), page,
        {"rule_id": pk}, page, note, _("Switch it on"),
    )  # fmt: skip
    form = OnForm(sent(request))
    if not going:
        del form.fields["runs"]
    else:
        told = ngettext("%(n)d run is under way", "%(n)d runs are under way", going) % {"n": going}
        form.fields["runs"].help_text = told
    return act_by_form(request, act, form)


@needs(MAY)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule away."""
    row = _row(request, pk)
    act = Act(
        "remove_rule", _("Remove “%(name)s”") % {"name": row.name}, _("The rule is removed."), reverse(HOME),
        {"rule_id": pk}, reverse("rule", args=[pk]),
        _("What it has under way stops. What it did stays on the records. This cannot be undone."),
        _("Remove it"), danger=True,
    )  # fmt: skip
    return act_by_form(request, act, ActForm(sent(request)))


@needs(MAY)
@require_POST
def act(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Pause it, resume it, or throw the draft away."""
    words = {
        "pause": ("pause_rule", _("The rule is paused; what it has under way waits.")),
        "resume": ("resume_rule", _("The rule is at work again.")),
        "discard": ("discard_rule_draft", _("The draft is gone; what is at work stays as it is.")),
    }
    if name not in words:
        raise Http404
    command, done = words[name]
    page = reverse("rule", args=[pk])
    return act_now(request, Act(command, "", done, page, {"rule_id": pk}, page))


def sentence(row: Flow) -> str:
    """A rule in words: what is at work, else what is drafted."""
    by_state = {version.state: version for version in row.versions.all()}
    states = (FlowVersion.State.ACTIVE, FlowVersion.State.DRAFT)
    version = next((by_state[state] for state in states if state in by_state), None)
    return written(version.spec).whole if version else ""


def _lines(runs: list[FlowRun], actor: Actor) -> list[tuple[FlowRun, Any, str]]:
    subjects = subjects_of(runs, actor)
    return [(run, subjects.get(run.pk), run_tone(run)) for run in runs]


def _row(request: HttpRequest, pk: int) -> Flow:
    found: Flow = get_object_or_404(rules_for(actor_of(request)), pk=pk)
    return found
