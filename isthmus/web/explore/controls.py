"""What one may choose on a metric's page: the metric, its dimensions, filters and how rows are dated."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from isthmus.metrics import queries
from isthmus.metrics.dimensions import Dimension
from isthmus.metrics.labels import label_keys
from isthmus.metrics.question import Condition
from isthmus.web.explore.addresses import written
from isthmus.web.explore.asking import Asked
from isthmus.web.filters import changed_query
from isthmus.web.pieces import Chip, Choice

_OP_WORDS = {"in": "", "not_in": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}


@dataclass(frozen=True)
class Group:
    """Dimensions of one kind, for a list to choose from."""

    label: str
    dimensions: Sequence[Dimension]


def grouped(dimensions: Mapping[str, Dimension]) -> list[Group]:
    """Dimensions as people look for them: time, the record's own, then each thing's attributes."""
    groups: dict[str, list[Dimension]] = {}
    for dimension in dimensions.values():
        groups.setdefault(_group_of(dimension), []).append(dimension)
    return [Group(label, found) for label, found in groups.items()]


def chips(asked: Asked, query: QueryDict, dimensions: Mapping[str, Dimension]) -> list[Chip]:
    """The filters in force, each with the address without it."""
    return [
        Chip(_field(condition, dimensions), _value(condition, dimensions), _without(condition, query))
        for condition in asked.where
    ]


def anchors(asked: Asked, query: QueryDict) -> list[Choice]:
    """How the rows may be dated, where there is a choice."""
    texts = {"event": _("When it happened"), "lead": _("When the lead came")}
    if len(asked.metric.anchors) < 2:
        return []
    now = asked.anchor or asked.metric.anchor
    return [
        Choice(
            texts[anchor],
            changed_query(query, anchor=anchor if anchor != asked.metric.anchor else None),
            anchor == now,
        )
        for anchor in asked.metric.anchors
    ]


def all_dimensions() -> dict[str, Dimension]:
    """Every dimension there is, custom attributes included."""
    return queries.dimensions()


def _group_of(dimension: Dimension) -> str:
    if dimension.kind == "time":
        return _("Time")
    if dimension.kind != "mirror":
        return _("Where it came from and whose it is")
    prefix = dimension.name.partition(".")[0]
    return {
        "person": _("Person"),
        "account": _("Account"),
        "lead": _("Lead"),
        "deal": _("Deal"),
        "campaign": _("Campaign"),
        "product": _("Product"),
        "owner": _("Owner"),
    }.get(prefix, prefix)


def _field(condition: Condition, dimensions: Mapping[str, Dimension]) -> str:
    dimension = dimensions.get(condition.dim)
    return str(dimension.label) if dimension is not None else condition.dim


def _value(condition: Condition, dimensions: Mapping[str, Dimension]) -> str:
    if condition.op == "empty":
        return _("not stated")
    if condition.op == "not_empty":
        return _("stated")
    named = _named(condition, dimensions.get(condition.dim))
    return f"{_OP_WORDS[condition.op]} {' {} '.format(_('or')).join(named)}".strip()


def _named(condition: Condition, dimension: Dimension | None) -> list[str]:
    if dimension is None or dimension.key_type != "id":
        return [str(value) for value in condition.values]
    keys = {int(value) for value in condition.values if str(value).isdigit()}
    names = label_keys(dimension, keys) if keys else {}
    return [names.get(int(v), str(v)) if str(v).isdigit() else str(v) for v in condition.values]


def _without(condition: Condition, query: QueryDict) -> str:
    gone = set(written(condition))
    left = [text for text in query.getlist("where") if text not in gone]
    rest = changed_query(query, where=None)
    more = urlencode([("where", text) for text in left])
    if not more:
        return rest or "?"
    return f"{rest}&{more}" if rest else f"?{more}"
