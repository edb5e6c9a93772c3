"""What a table of deals says beside its columns: which stages end them, and into which pipeline they go."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from isthmus.imports.editing import SectionTable, column_of, flat
from isthmus.sales.models import Pipeline


def ends(data: Mapping[str, Any], table: SectionTable) -> list[str]:
    """A sentence for each stage that wins or loses."""
    said: list[str] = []
    for number in (table.number, *table.later):
        section = data["rows"][number]
        fields = flat(section.get("fields", {}))
        words = [
            word
            for given in section.get("where", {}).values()
            if not isinstance(given, bool | dict)
            for word in _listed(given)
        ]
        for name in ("won_at", "lost_at"):
            if name not in fields or not words:
                continue
            column = column_of(fields[name])
            told = {"stages": ", ".join(f"“{word}”" for word in words), "column": column}
            if column is None:
                said.append((_("%(stages)s: won.") if name == "won_at" else _("%(stages)s: lost.")) % told)
            elif name == "won_at":
                said.append(_("%(stages)s: won, on the day in “%(column)s”.") % told)
            else:
                said.append(_("%(stages)s: lost, on the day in “%(column)s”.") % told)
    return said


def pipelines(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Pipelines to choose from: the recipe's own and the company's."""
    own = data.get("pipeline", {})
    here = list(Pipeline.objects.values_list("name", flat=True))
    choices = [(name, name) for name in here]
    if not own:
        return [("", _("The usual one")), *choices]
    if own["name"] in here:
        return choices
    stages = ", ".join(map(str, own["stages"]))
    return [
        (own["name"], _("A new one, “%(name)s”: %(stages)s") % {"name": own["name"], "stages": stages}),
        *choices,
    ]


def choose_pipeline(data: dict[str, Any], name: str) -> None:
    """Have the deals go into a pipeline that is here; its stages are its own."""
    stages = Pipeline.objects.filter(name=name, stages__kind="open").values_list("stages__name", flat=True)
    if found := list(stages.order_by("stages__position")):
        data["pipeline"] = {"name": name, "stages": data.get("pipeline", {}).get("stages") or found}


def _listed(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else [str(one) for one in given]
