"""Changing a pipeline and its stages: when deals are stale, and what a stage demands."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.sales.gates import demandable
from isthmus.sales.models import Pipeline, Stage
from isthmus.web.access import needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm
from isthmus.workspace.queries import field_definitions

HOME = "settings-pipelines"
DAYS_HELP = gettext_lazy("Deals that stand longer in a stage are tinted on the board. 0: never.")


class PipelineForm(ActForm):
    """A pipeline's name, and after how long its deals are stale."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    stale_days = forms.IntegerField(
        label=gettext_lazy("Stale after, days"), min_value=0, max_value=3650, help_text=DAYS_HELP
    )


class StageForm(ActForm):
    """A stage's name, chance, days and gate."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    stale_days = forms.IntegerField(
        label=gettext_lazy("Stale after, days"),
        min_value=0,
        max_value=3650,
        help_text=gettext_lazy("0: as the whole pipeline."),
    )
    chance = forms.DecimalField(
        label=gettext_lazy("Chance to win, %"), required=False, min_value=0, max_value=100, decimal_places=1
    )
    gate = forms.MultipleChoiceField(
        label=gettext_lazy("What must be known before a deal comes in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    wide = ("gate",)

    def __init__(self, stage: Stage, *args: Any) -> None:
        initial = {
            "name": stage.name,
            "stale_days": stage.stale_days or 0,
            "chance": None if stage.probability is None else (stage.probability * 100).normalize(),
            "gate": stage.gate,
        }
        super().__init__(*args, initial=initial)
        offered = demandable(field_definitions("deal"))
        self.fields["gate"].choices = list(offered.items())  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        given = self.cleaned_data
        chance = given["chance"]
        return {
            "name": given["name"],
            "stale_days": given["stale_days"],
            "gate": given["gate"],
            **({} if chance is None else {"probability": chance / 100}),
        }


@needs("pipelines.edit")
def edit_pipeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a pipeline."""
    pipeline = get_object_or_404(Pipeline, pk=pk)
    page = reverse(HOME)
    initial = {"name": pipeline.name, "stale_days": pipeline.stale_days or 0}
    done, arguments = _("The pipeline is changed."), {"pipeline_id": pk}
    act = Act(
        "edit_pipeline", _("Change the pipeline"), done, page, arguments, page, pipeline.name, _("Save")
    )
    return act_by_form(request, act, PipelineForm(sent(request), initial=initial))


@needs("pipelines.edit")
def edit_stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an open stage."""
    stage = get_object_or_404(Stage.objects.select_related("pipeline"), pk=pk, kind="open")
    page = reverse(HOME)
    note = f"{stage.pipeline.name}: {stage.name}"
    act = Act(
        "edit_stage",
        _("Change the stage"),
        _("The stage is changed."),
        page,
        {"stage_id": pk},
        page,
        note,
        _("Save"),
    )
    return act_by_form(request, act, StageForm(stage, sent(request)))
