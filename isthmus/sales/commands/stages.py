"""What the stages of a pipeline demand, and after how long a deal in them has gone stale."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from isthmus import ledger
from isthmus.core.actors import Actor
from isthmus.core.commands import command
from isthmus.core.editing import asked_changes
from isthmus.core.refusals import InvalidInput, NotFound
from isthmus.ledger.facts import Fact
from isthmus.sales.commands.catalogue import PipelineExists
from isthmus.sales.gates import check_gate, check_stage, demandable
from isthmus.sales.models import Pipeline, Stage
from isthmus.workspace.changing import NothingChanged
from isthmus.workspace.queries import field_definitions

# What may be emptied, and what then stands there.
_EMPTY_STAGE: Mapping[str, Any] = {"probability": None, "stale_days": None}
_EMPTY_PIPELINE: Mapping[str, Any] = {"stale_days": None}


@command(
    permission="pipelines.edit",
    label=gettext_lazy("Change a stage"),
    trade="sales",
    undo="edit_stage",
    undo_arguments=lambda stage, _: {"stage_id": stage.pk, **stage.before},
)
def edit_stage(
    *,
    stage_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    probability: Decimal | None = None,
    stale_days: int | None = None,
    gate: list[str] | None = None,
    clear: list[str] | None = None,
) -> Stage:
    """Change a stage: its name, its chance to win, when a deal in it is stale, what must be known to come in.

    `clear` empties the chance or the days; without days of its own those of the pipeline count.
    """
    check_stage(probability, stale_days)
    stage = Stage.objects.select_for_update().filter(pk=stage_id).first()
    if stage is None:
        raise NotFound(_("There is no such stage. Choose one of those under Settings, Pipelines."))
    given: dict[str, Any] = {"name": _named(name), "probability": probability, "stale_days": stale_days}
    if gate is not None:
        if gate and stage.kind != "open":
            raise InvalidInput({"gate": _("Only open stages have a gate. An end asks for what it needs.")})
        given["gate"] = check_gate(gate, demandable(field_definitions("deal")))
    _free_name(stage, given["name"])
    stage.before = _change(stage, asked_changes(given, clear, _EMPTY_STAGE))
    stage.save()
    props = {"stage_id": stage.pk, "pipeline_id": stage.pipeline_id, "fields": _fields(stage.before)}
    ledger.record(Fact(kind="stage.changed", at=at, props=props), by=by)
    return stage


@command(
    permission="pipelines.edit",
    label=gettext_lazy("Change a pipeline"),
    trade="sales",
    undo="edit_pipeline",
    undo_arguments=lambda pipeline, _: {"pipeline_id": pipeline.pk, **pipeline.before},
)
def edit_pipeline(
    *,
    pipeline_id: int,
    by: Actor,
    at: datetime,
    name: str | None = None,
    stale_days: int | None = None,
    clear: list[str] | None = None,
) -> Pipeline:
    """Change a pipeline: its name, and after how many days a deal in a stage is stale (cleared: never)."""
    check_stage(None, stale_days)
    pipeline = Pipeline.objects.select_for_update().filter(pk=pipeline_id).first()
    if pipeline is None:
        raise NotFound(_("There is no such pipeline. Choose one of those under Settings, Pipelines."))
    given: dict[str, Any] = {"name": _named(name), "stale_days": stale_days}
    others = Pipeline.objects.exclude(pk=pipeline.pk)
    if given["name"] and others.filter(name__iexact=given["name"]).exists():
        raise PipelineExists(_("There is a pipeline called %(name)s already.") % {"name": given["name"]})
    pipeline.before = _change(pipeline, asked_changes(given, clear, _EMPTY_PIPELINE))
    pipeline.save()
    props = {"pipeline_id": pipeline.pk, "fields": _fields(pipeline.before)}
    ledger.record(Fact(kind="pipeline.changed", at=at, props=props), by=by)
    return pipeline


def _named(name: str | None) -> str | None:
    if name is not None and not name.strip():
        raise InvalidInput({"name": _("Give it a name.")})
    return name and name.strip()


def _free_name(stage: Stage, name: str | None) -> None:
    others = Stage.objects.filter(pipeline=stage.pipeline_id).exclude(pk=stage.pk)
    if name and others.filter(name__iexact=name).exists():
        raise InvalidInput({"name": _("Another stage of this pipeline has that name. Give it its own.")})


def _change(row: Any, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Set what differs; gives what stood before, as the arguments of the command that takes it back."""
    before: dict[str, Any] = {}
    for field, value in changes.items():
        old = getattr(row, field)
        if value == old:
            continue
        if old is None:
            before.setdefault("clear", []).append(field)
        else:
            before[field] = old
        setattr(row, field, value)
    if not before:
        raise NothingChanged(_("Nothing was changed: it says this already."))
    return before


def _fields(before: Mapping[str, Any]) -> list[str]:
    return sorted({*before, *before.get("clear", [])} - {"clear"})
