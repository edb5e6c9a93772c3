"""Pipelines and their stages."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus.sales.gates import demandable
from isthmus.sales.models import Pipeline
from isthmus.web.access import actor_of, needs
from isthmus.web.acts.acting import Act, act_by_form, sent
from isthmus.web.acts.forms import ActForm
from isthmus.web.settings.frame import show
from isthmus.web.settings.playbooks import put_playbook_lines
from isthmus.workspace.queries import field_definitions

HOME = "settings-pipelines"


class PipelineForm(ActForm):
    """A pipeline and its open stages in order."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    stages = forms.CharField(
        label=gettext_lazy("Stages"),
        help_text=gettext_lazy(
            "One a line, in order, perhaps with its chance to win: Proposal, 40%. Won and Lost are added."
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    wide = ("stages",)

    def clean_stages(self) -> list[dict[str, Any]]:
        lines = [line.strip() for line in self.cleaned_data["stages"].splitlines() if line.strip()]
        stages = [_stage(line) for line in lines]
        names = [stage["name"].casefold() for stage in stages]
        if len(set(names)) < len(names):
            raise ValidationError(_("Two stages have the same name. Give each its own."))
        return stages


def _stage(line: str) -> dict[str, Any]:
    name, comma, chance = line.rpartition(",")
    text = chance.strip().removesuffix("%")
    if not comma or not chance.strip().endswith("%"):
        return {"name": line}
    try:
        share = Decimal(text) / 100
    except InvalidOperation:
        return {"name": line}
    if not 0 <= share <= 1:
        raise ValidationError(_("A chance lies between 0% and 100%: “%(line)s”."), params={"line": line})
    return {"name": name.strip(), "probability": share}


@needs("settings.view")
def pipelines(request: HttpRequest) -> HttpResponse:
    """The pipelines with their stages."""
    rows = list(Pipeline.objects.prefetch_related("stages"))
    names = demandable(field_definitions("deal"))
    for pipeline in rows:
        for stage in pipeline.stages.all():
            stage.demanded = [names[key] for key in stage.gate if key in names]
    may_add = actor_of(request).allows("pipelines.edit")
    put_playbook_lines([stage for pipeline in rows for stage in pipeline.stages.all()], may_add)
    context = {"pipelines": rows, "may_add": may_add}
    return show(request, HOME, "settings/pipelines.html", context)


@needs("pipelines.edit")
def new(request: HttpRequest) -> HttpResponse:
    """A new pipeline."""
    page = reverse(HOME)
    act = Act("add_pipeline", _("New pipeline"), _("The pipeline is added."), page, {}, page, verb=_("Add"))
    return act_by_form(request, act, PipelineForm(sent(request)))
