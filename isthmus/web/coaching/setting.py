"""What coaching works with: skills with their levels, scorecards, learning items."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from isthmus.core.refusals import InvalidInput
from isthmus.sales.models import LearningItem, Objection, Scorecard, Skill
from isthmus.sales.models.skills import COACHED_ROLES, LEARNING_KINDS, SCORED_KINDS
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, act_now, sent
from isthmus.web.acts.forms import ActForm, choices_with_none
from isthmus.web.coaching.parts import tabs


class SkillForm(ActForm):
    """A skill in words."""

    name = forms.CharField(label=gettext_lazy("Skill"), max_length=60)
    role = forms.ChoiceField(label=gettext_lazy("Of whom"), choices=COACHED_ROLES)
    about = forms.CharField(label=gettext_lazy("What it is"), required=False, max_length=300)
    levels = forms.CharField(
        label=gettext_lazy("Levels from the lowest up, one on each line"),
        widget=forms.Textarea({"rows": 5}),
        help_text=gettext_lazy("A short name, a colon, and how one tells: Able: asks before answering"),
    )
    expected = forms.IntegerField(label=gettext_lazy("Level expected, from 1"), min_value=1, max_value=6)
    wide = ("about", "levels")

    def arguments(self) -> dict[str, Any]:
        """The lines as levels."""
        given = super().arguments()
        parted = [line.partition(":") for line in given["levels"].splitlines() if line.strip()]
        return {
            **given,
            "levels": [{"name": name.strip(), "text": text.strip()} for name, _c, text in parted],
        }


class ScorecardForm(ActForm):
    """A scorecard's questions, each with its skill."""

    name = forms.CharField(label=gettext_lazy("Scorecard"), max_length=80)
    kind = forms.ChoiceField(label=gettext_lazy("For"), choices=SCORED_KINDS)
    questions = forms.CharField(
        label=gettext_lazy("Questions, one on each line"),
        widget=forms.Textarea({"rows": 8}),
        help_text=gettext_lazy("The skill stands behind a bar: Asked what a failed batch costs? | Discovery"),
    )
    wide = ("questions",)

    def arguments(self) -> dict[str, Any]:
        """The lines as questions; skills by their names."""
        given = super().arguments()
        known = {one.name.lower(): one.pk for one in Skill.objects.filter(retired_at=None).order_by("-role")}
        questions = []
        for line in given["questions"].splitlines():
            text, _bar, skill = (part.strip() for part in line.partition("|"))
            if skill and skill.lower() not in known:
                raise InvalidInput({"questions": _("There is no skill “%(skill)s”.") % {"skill": skill}})
            if text:
                questions.append({"text": text, "skill_id": known.get(skill.lower())})
        return {**given, "questions": questions}


class LearningForm(ActForm):
    """Something to learn from, and what for."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=LEARNING_KINDS, initial="text")
    objection = forms.ChoiceField(
        label=gettext_lazy("For who loses on"), required=False, choices=choices_with_none(Objection.choices)
    )
    skill_id = forms.TypedChoiceField(
        label=gettext_lazy("Skill"), coerce=int, empty_value=None, required=False
    )
    url = forms.URLField(label=gettext_lazy("Link"), required=False, assume_scheme="https")
    text = forms.CharField(label=gettext_lazy("Text"), required=False, widget=forms.Textarea({"rows": 6}))
    wide = ("title", "url", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        skills = Skill.objects.filter(retired_at=None)
        fields["skill_id"].choices = choices_with_none((one.pk, one.name) for one in skills)


@needs("skills.edit")
def setup_page(request: HttpRequest) -> HttpResponse:
    """Skills, scorecards and learning items, in use and retired."""
    context = {
        "tabs": tabs(actor_of(request), "coaching-setup"),
        "skills": [_skill(one) for one in Skill.objects.order_by("retired_at", "role", "position")],
        "scorecards": Scorecard.objects.order_by("retired_at", "kind", "name").prefetch_related(
            "questions__skill"
        ),
        "learning": LearningItem.objects.order_by("retired_at", "title").select_related("skill"),
    }
    return render(request, "coaching/setup.html", context)


@needs("skills.edit")
def add_skill(request: HttpRequest) -> HttpResponse:
    """Add a skill."""
    back = reverse("coaching-setup")
    act = Act("add_skill", _("Add a skill"), _("The skill is added."), back, {}, back)
    return act_by_form(request, act, SkillForm(sent(request), initial={"expected": 2}))


@needs("skills.edit")
def edit_skill(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a skill's words."""
    skill = _one(Skill, pk)
    back = reverse("coaching-setup")
    levels = "\n".join(f"{one['name']}: {one['text']}" for one in skill.levels)
    first = {"name": skill.name, "about": skill.about, "levels": levels, "expected": skill.expected}
    form = SkillForm(sent(request), initial=first)
    del form.fields["role"]
    act = Act("edit_skill", _("Change the skill"), _("The skill is changed."), back, {"skill_id": pk}, back)
    return act_by_form(request, act, form)


@needs("skills.edit")
def add_scorecard(request: HttpRequest) -> HttpResponse:
    """Add a scorecard."""
    back = reverse("coaching-setup")
    act = Act("add_scorecard", _("Add a scorecard"), _("The scorecard is added."), back, {}, back)
    return act_by_form(request, act, ScorecardForm(sent(request)))


@needs("skills.edit")
def add_learning(request: HttpRequest) -> HttpResponse:
    """Add a learning item."""
    back = reverse("coaching-setup")
    act = Act("add_learning_item", _("Add a learning item"), _("The item is added."), back, {}, back)
    return act_by_form(request, act, LearningForm(sent(request)))


@needs("skills.edit")
def edit_learning(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a learning item."""
    item = _one(LearningItem, pk)
    back = reverse("learning", args=[pk])
    names = ("title", "objection", "skill_id", "url", "text")
    form = LearningForm(sent(request), initial={name: getattr(item, name) for name in names})
    del form.fields["kind"]
    done = _("The learning item is changed.")
    act = Act("edit_learning_item", _("Change the learning item"), done, back, {"item_id": pk}, back)
    return act_by_form(request, act, form)


_TURNS: Mapping[str, tuple[Any, str, str]] = {
    "skills": (Skill, "skill", "skill_id"),
    "scorecards": (Scorecard, "scorecard", "scorecard_id"),
    "learning": (LearningItem, "learning_item", "item_id"),
}


@needs("skills.edit")
@require_POST
def turn(request: HttpRequest, what: str, pk: int, way: str) -> HttpResponse:
    """Retire something, or bring it back."""
    if what not in _TURNS or way not in ("retire", "back"):
        raise Http404
    model, word, argument = _TURNS[what]
    _one(model, pk)
    back = reverse("coaching-setup")
    command = f"retire_{word}" if way == "retire" else f"bring_back_{word}"
    done = (
        _("It is out of use. What was said with it stays.") if way == "retire" else _("It is in use again.")
    )
    return act_now(request, Act(command, done, done, back, {argument: pk}, back))


def _one(model: Any, pk: int) -> Any:
    row = model.objects.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def _skill(one: Skill) -> dict[str, Any]:
    levels = [
        {**level, "place": at, "expected": at == one.expected} for at, level in enumerate(one.levels, 1)
    ]
    return {"skill": one, "levels": levels}
