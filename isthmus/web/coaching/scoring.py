"""Scoring one call or meeting: a page that is filled in within a minute, by keys alone."""

from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.core.commands import CommandResult
from isthmus.sales.models import Activity, Scorecard
from isthmus.sales.models.skills import MARKS
from isthmus.sales.skills.reach import coached_by
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.acts.logging import Chips
from isthmus.web.pieces import Choice


class ScoreForm(ActForm):
    """A question after the other; one that did not apply stays open."""

    comment = forms.CharField(
        label=gettext_lazy("What went well, what next time"),
        required=False,
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, scorecard: Scorecard, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        comment = self.fields.pop("comment")
        self.questions = list(scorecard.questions.select_related("skill"))
        for place, one in enumerate(self.questions):
            self.fields[f"question_{one.pk}"] = forms.TypedChoiceField(
                label=one.text,
                choices=MARKS,
                coerce=int,
                empty_value=None,
                required=False,
                widget=Chips({"autofocus": not place}),
                help_text=one.skill.name if one.skill else "",
            )
        self.fields["comment"] = comment
        self.wide = tuple(self.fields)
        self.dress()

    def arguments(self) -> dict[str, Any]:
        """The marks by question."""
        given = {f"question_{one.pk}": str(one.pk) for one in self.questions}
        marks = {
            number: self.cleaned_data[name]
            for name, number in given.items()
            if self.cleaned_data.get(name) is not None
        }
        return {"marks": marks, "comment": self.cleaned_data["comment"]}


@needs("coaching.give")
def score(request: HttpRequest, activity: int) -> HttpResponse:
    """Fill in a scorecard for a call or a meeting of somebody whom one coaches, or one's own."""
    actor = actor_of(request)
    rows = Activity.objects.visible_to(actor).filter(kind__in=("call", "meeting"))
    held = rows.select_related("owner", "person", "deal").filter(pk=activity).first()
    if held is None or held.owner is None:
        raise Http404
    if not coached_by(actor, "coaching.give").filter(pk=held.owner.pk).exists():
        raise Http404
    cards = list(Scorecard.objects.filter(kind=held.kind, retired_at=None))
    asked = str(request.GET.get("card", ""))
    card = next((one for one in cards if str(one.pk) == asked), cards[0] if cards else None)
    back = reverse("coached", args=[held.owner_id])
    context: dict[str, Any] = {"held": held, "back": back, "may_set": actor.allows("skills.edit")}
    if card is None:
        from django.shortcuts import render

        return render(request, "coaching/no_card.html", context)
    given = {"activity_id": held.pk, "scorecard_id": card.pk}
    title = _("Score this call") if held.kind == "call" else _("Score this meeting")
    act = Act("fill_scorecard", title, _told, back, given, back, held.owner.name, _("Keep the score"))
    form = ScoreForm(card, sent(request))
    form.held = held  # type: ignore[attr-defined]
    form.cards = [Choice(one.name, f"?card={one.pk}", one == card) for one in cards]  # type: ignore[attr-defined]
    return act_by_form(request, act, form, template="coaching/score.html")


def _told(result: CommandResult) -> str:
    card = result.value
    return _("Scored: %(points)s of %(most)s.") % {"points": card.points, "most": card.most}
