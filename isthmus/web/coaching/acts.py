"""Assessing, noting, planning and ticking off, from the page of a seller."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.sales.models import CoachingPlan, LearningItem, PlanGoal, Skill
from isthmus.sales.models.skills import NOTE_KINDS
from isthmus.sales.skills.reach import coached_by
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm, choices_with_none, date_input
from isthmus.web.acts.logging import Chips


def skills_of(seller: Any) -> list[Skill]:
    """The skills of somebody's role that are in use."""
    return list(Skill.objects.filter(role=seller.role, retired_at=None))


class AssessForm(ActForm):
    """Which skill, which level in its own words, and by what it was seen."""

    skill_id = forms.TypedChoiceField(label=gettext_lazy("Skill"), coerce=int)
    level = forms.TypedChoiceField(label=gettext_lazy("Level"), coerce=int, widget=Chips())
    why = forms.CharField(
        label=gettext_lazy("Seen by what"), required=False, max_length=500, widget=forms.Textarea({"rows": 2})
    )
    wide = ("level", "why")

    def __init__(self, skill: Skill, skills: list[Skill], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"skill_id": skill.pk}, **kwargs)
        fields: Any = self.fields
        fields["skill_id"].choices = [(one.pk, one.name) for one in skills]
        fields["level"].choices = [(place, one["name"]) for place, one in enumerate(skill.levels, 1)]
        told = [f"{one['name']}: {one['text']}" for one in skill.levels if one["text"]]
        self.fields["level"].help_text = ". ".join(told)
        self.fields["skill_id"].widget = forms.HiddenInput()


class NoteForm(ActForm):
    """What was said."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=NOTE_KINDS, widget=Chips())
    skill_id = forms.TypedChoiceField(
        label=gettext_lazy("Skill"), coerce=int, empty_value=None, required=False
    )
    text = forms.CharField(
        label=gettext_lazy("What was said"), widget=forms.Textarea({"rows": 5, "autofocus": True})
    )
    wide = ("kind", "text")

    def __init__(self, seller: Any, own: bool, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, initial={"kind": "note" if own else "session"}, **kwargs)
        fields: Any = self.fields
        fields["skill_id"].choices = choices_with_none((one.pk, one.name) for one in skills_of(seller))
        if own:
            fields["kind"].choices = NOTE_KINDS[1:]


class PlanForm(ActForm):
    """What to work on, until when, and the goals."""

    title = forms.CharField(label=gettext_lazy("What it is to bring"), max_length=120)
    due_on = forms.DateField(label=gettext_lazy("Until"), required=False, widget=date_input())
    skill_id = forms.TypedChoiceField(
        label=gettext_lazy("Skill"), coerce=int, empty_value=None, required=False
    )
    goals = forms.CharField(
        label=gettext_lazy("Goals, one on each line"),
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("A day in front makes it due then, like 2026-12-01 Two calls together."),
    )
    wide = ("title", "goals")

    def __init__(self, seller: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["skill_id"].choices = choices_with_none((one.pk, one.name) for one in skills_of(seller))

    def arguments(self) -> dict[str, Any]:
        """The lines as goals with their days."""
        given = super().arguments()
        lines = [line.strip() for line in given.pop("goals", "").splitlines() if line.strip()]
        return {**given, "goals": [_goal(line) for line in lines]}


class GoalForm(ActForm):
    """One more thing to do."""

    text = forms.CharField(label=gettext_lazy("What is to be done"), max_length=200)
    due_on = forms.DateField(label=gettext_lazy("Until"), required=False, widget=date_input())


@needs("coaching.view")
def coach(request: HttpRequest, user: int, name: str) -> HttpResponse:
    """Assess a seller, write a note about them, make a plan: by a form."""
    actor = actor_of(request)
    right = {"assess": "coaching.give", "note": "coaching.notes", "plan": "coaching.give"}.get(name)
    seller = coached_by(actor, right).filter(pk=user).first() if right else None
    if seller is None:
        raise Http404
    back, about, own = reverse("coached", args=[user]), seller.name, seller.pk == actor.id
    given: dict[str, Any] = {"seller_id": user}
    if name == "note":
        done = _("The note is kept. Only the seller and who leads them read it.")
        act = Act(
            "write_coaching_note", _("Write a coaching note"), done, back, given, back, about, _("Keep it")
        )
        return act_by_form(request, act, NoteForm(seller, own, sent(request)))
    if name == "plan":
        act = Act(
            "make_coaching_plan", _("Make a coaching plan"), _("The plan is made."), back, given, back, about
        )
        return act_by_form(request, act, PlanForm(seller, sent(request)))
    skills = skills_of(seller)
    asked = str(request.POST.get("skill_id") or request.GET.get("skill") or "")
    skill = next((one for one in skills if str(one.pk) == asked), skills[0] if skills else None)
    if skill is None:
        raise Http404
    act = Act(
        "assess_skill",
        _("Assess: %(skill)s") % {"skill": skill.name},
        _("The assessment is kept beside the earlier ones."),
        back,
        given,
        back,
        about,
        _("Assess"),
    )
    return act_by_form(request, act, AssessForm(skill, skills, sent(request)))


_PLAN_ACTS: Mapping[str, tuple[str, dict[str, str], Any]] = {
    "done": ("close_coaching_plan", {"state": "done"}, gettext_lazy("The plan is done.")),
    "drop": ("close_coaching_plan", {"state": "dropped"}, gettext_lazy("The plan is called off.")),
    "open": ("reopen_coaching_plan", {}, gettext_lazy("The plan runs again.")),
}


@needs("coaching.give")
def act_on_plan(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """End a plan, open it again, add a goal."""
    plan = CoachingPlan.objects.visible_to(actor_of(request), "coaching.give").filter(pk=pk).first()
    if plan is None or name not in (*_PLAN_ACTS, "goal"):
        raise Http404
    back = reverse("coached", args=[plan.owner_id])
    if name == "goal":
        act = Act(
            "add_plan_goal", _("Add a goal"), _("The goal is added."), back, {"plan_id": pk}, back, plan.title
        )
        return act_by_form(request, act, GoalForm(sent(request)))
    command, more, done = _PLAN_ACTS[name]
    return _at_once(request, Act(command, str(done), done, back, {"plan_id": pk, **more}, back))


@needs("coaching.give")
def act_on_goal(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Tick a goal off, or open it again."""
    plans = CoachingPlan.objects.visible_to(actor_of(request), "coaching.give")
    goal = PlanGoal.objects.filter(pk=pk, plan__in=plans).select_related("plan").first()
    if goal is None or name not in ("done", "open"):
        raise Http404
    back = reverse("coached", args=[goal.plan.owner_id])
    done = _("The goal is done.") if name == "done" else _("The goal is open again.")
    command = "finish_plan_goal" if name == "done" else "reopen_plan_goal"
    return _at_once(request, Act(command, done, done, back, {"goal_id": pk}, back))


@needs("coaching.give")
def learn(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Mark an item as worked through, or as not."""
    actor = actor_of(request)
    if name not in ("done", "open") or not LearningItem.objects.visible_to(actor).filter(pk=pk).exists():
        raise Http404
    back = reverse("learning", args=[pk])
    done = _("Marked as worked through.") if name == "done" else _("It is still to be worked through.")
    command = "finish_learning" if name == "done" else "take_back_learning"
    return _at_once(request, Act(command, done, done, back, {"item_id": pk}, back))


@require_POST
def _at_once(request: HttpRequest, act: Act) -> HttpResponse:
    return act_now(request, act)


def _goal(line: str) -> dict[str, str]:
    first, _blank, rest = line.partition(" ")
    is_day = len(first) == 10 and first[4] == first[7] == "-"
    return {"text": rest or first, "due_on": first} if is_day and rest else {"text": line}
