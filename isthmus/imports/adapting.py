"""Fitting a drafted recipe to this company: its fields and pipelines, and what its importer may set up."""

import copy
from collections.abc import Mapping
from typing import Any

from isthmus.core.actors import Actor
from isthmus.imports.recipe.kinds import KINDS
from isthmus.sales.models import Pipeline
from isthmus.workspace.models import FieldDefinition

Data = dict[str, Any]


def adapt(data: Mapping[str, Any], by: Actor) -> Data:
    """The recipe with the company's fields in place of new ones of the same name, a pipeline that has the
    stages, and nothing set up that this actor may not set up.
    """
    adapted: Data = copy.deepcopy(dict(data))
    for section in adapted["rows"]:
        for part, model in (KINDS[section["what"]].custom or {}).items():
            if model and part in section.get("fields", {}):
                section["fields"][part] = _own_fields(section["fields"][part], model, by)
                if not section["fields"][part]:
                    del section["fields"][part]
    _fit_pipeline(adapted, by)
    return adapted


def _own_fields(wanted: Mapping[str, Any], model: str, by: Actor) -> Data:
    known = list(FieldDefinition.objects.filter(model=model))
    by_name = {name.casefold(): one for one in known for name in (one.label, one.key)}
    fields: Data = {}
    for key, how in wanted.items():
        new = how.get("create") if isinstance(how, dict) else None
        if not isinstance(new, dict):
            fields[key] = how
            continue
        here = by_name.get(key.casefold()) or by_name.get(str(new.get("label", "")).casefold())
        if here is None and by.allows("settings.edit"):
            fields[key] = how
        elif here is not None and here.archived_at is None and here.key not in fields:
            same_type = (here.type, here.kind) == (new["type"], new["kind"])
            rest = {word: value for word, value in how.items() if word != "create"}
            fields[here.key] = rest if same_type else {"column": how["column"]}
    return fields


def _fit_pipeline(data: Data, by: Actor) -> None:
    wanted = data.get("pipeline")
    if not wanted:
        return
    stages = {str(stage).casefold() for stage in wanted["stages"]}
    for one in Pipeline.objects.prefetch_related("stages").order_by("pk"):
        names = {stage.name.casefold() for stage in one.stages.all()}
        if one.name.casefold() == wanted["name"].strip().casefold() or stages <= names:
            data["pipeline"] = {**wanted, "name": one.name}
            return
    if not by.allows("pipelines.edit"):
        del data["pipeline"]
