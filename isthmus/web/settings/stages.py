"""Changing a pipeline and its stages: when deals are stale, and what a stage demands."""

from collections.abc import Sequence
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
DAYS_HELP = gettext_lazy("Deals that stand longer in a stage are tinted on the board. Empty: never.")


class _SettingForm(ActForm):
    """What is left empty is emptied."""

    empties: Sequence[str] = ()

    def arguments(self) -> dict[str, Any]:
        return super().arguments() | {
            "clear": [name for name in self.empties if self.cleaned_data[name] is None]
        }


class PipelineForm(_SettingForm):
    """A pipeline's name, and after how long its deals are stale."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    stale_days = forms.IntegerField(
        label=gettext_lazy("Stale after, days"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=DAYS_HELP,
    )
    empties = ("stale_days",)


class StageForm(_SettingForm):
    """A stage's name, chance, days and gate."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    stale_days = forms.IntegerField(
        label=gettext_lazy("Stale after, days"),
        required=False,
        min_value=1,
        max_value=3650,
        help_text=gettext_lazy("Empty: as the whole pipeline."),
    )
    probability = forms.DecimalField(
        label=gettext_lazy("Chance to win, %"), required=False, min_value=0, max_value=100, decimal_places=1
    )
    gate = forms.MultipleChoiceField(
        label=gettext_lazy("What must be known before a deal comes in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    wide = ("gate",)
    empties = ("stale_days", "probability")

    def __init__(self, stage: Stage, *args: Any) -> None:
        chance = None if stage.probability is None else f"{stage.probability * 100:f}".rstrip("0").rstrip(".")
        initial = {
            "name": stage.name,
            "stale_days": stage.stale_days,
            "probability": chance,
            "gate": stage.gate,
        }
        super().__init__(*args, initial=initial)
        offered = demandable(field_definitions("deal"))
        self.fields["gate"].choices = list(offered.items())  # type: ignore[attr-defined]

    def arguments(self) -> dict[str, Any]:
        given = {**super().arguments(), "gate": self.cleaned_data["gate"]}
        if "probability" in given:
            given["probability"] /= 100
        return given


@needs("pipelines.edit")
def edit_pipeline(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a pipeline."""
    pipeline = get_object_or_404(Pipeline, pk=pk)
    page = reverse(HOME)
    initial = {"name": pipeline.name, "stale_days": pipeline.stale_days}
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
