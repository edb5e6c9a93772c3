"""A question made exact: its metric, dimensions, bounds and parameters, checked before anything runs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from isthmus.core.clock import to_us
from isthmus.core.refusals import InvalidInput
from isthmus.metrics import catalogue, dimensions, scope
from isthmus.metrics.catalogue import Metric
from isthmus.metrics.dimensions import Attributes, Dimension
from isthmus.metrics.facts import SCOPE_TABLE
from isthmus.metrics.keys import counted
from isthmus.metrics.labels import number_of
from isthmus.metrics.localtime import Offsets
from isthmus.metrics.question import Anchor, Condition, Question
from isthmus.metrics.shapes import Filter, Purpose, Shape, parameter
from isthmus.metrics.trees import tree_of

_OPS = ("in", "not_in", "empty", "not_empty", "<", "<=", ">", ">=")


@dataclass(frozen=True)
class Plan:
    """Everything that a query of this question needs. `conditions` hold keys as queries count them."""

    question: Question
    metric: Metric
    anchor: Anchor
    by: tuple[Dimension, ...]
    conditions: tuple[tuple[Dimension, Condition], ...]
    bounds: scope.Bounds
    zone: ZoneInfo

    def shape(self, purpose: Purpose = "figures", *, by: tuple[Dimension, ...] | None = None) -> Shape:
        """The shape of one of the plan's queries; `by` replaces the question's dimensions."""
        by = self.by if by is None else by
        window = self.question.window
        return Shape(
            metric=self.metric.name,
            purpose=purpose,
            anchor=self.anchor,
            offsets=Offsets.between(self.zone, to_us(window.start), to_us(window.end)),
            zone=self.zone.key,
            by=by,
            filters=tuple(Filter(d, c.op, len(c.values)) for d, c in self.conditions),
            scoped=tuple(sorted(self.bounds.columns.items())),
            by_subject=self.metric.of_visits,
        )

    def parameters(self, sql: str) -> dict[str, Any]:
        """The values of every parameter that the text names."""
        window = self.question.window
        values: dict[str, Any] = {"start": to_us(window.start), "end": to_us(window.end)}
        for at, (_dimension, condition) in enumerate(self.conditions):
            values.update({parameter(at, place): value for place, value in enumerate(condition.values)})
        for column, ids in self.bounds.ids.items():
            values[SCOPE_TABLE.format(column=column)] = list(ids)
        for dimension in self.by:
            if dimension.kind == "tree" and f"$below_{dimension.column}" in sql:
                below, above = tree_of(dimension).pairs()
                values[f"below_{dimension.column}"], values[f"above_{dimension.column}"] = below, above
        return {name: value for name, value in values.items() if f"${name}" in sql}

    def without_filters(self, *dropped: Dimension) -> "Plan":
        """The same plan without the conditions on these dimensions."""
        return replace(self, conditions=tuple(c for c in self.conditions if c[0] not in dropped))


def plan_for(question: Question, zone: ZoneInfo, attributes: Callable[[], Attributes]) -> Plan:
    """The plan of a question. Raises InvalidInput, with suggestions, or NotPermitted."""
    metric = catalogue.find(question.metric)
    known = _Known(attributes)
    by = tuple(dimensions.find(name, metric, known.for_name(name)) for name in question.by)
    if len({d.name for d in by}) < len(by):
        raise InvalidInput({"by": _("A dimension is named twice. Name each once.")})
    named = [(dimensions.find(c.dim, metric, known.for_name(c.dim)), c) for c in question.conditions]
    bounds = scope.bounds_for(question.actor, metric, [*by, *(d for d, _c in named)])
    return Plan(
        question=question,
        metric=metric,
        anchor=_anchor(metric, question.anchor),
        by=by,
        conditions=tuple((d, _exact(d, c)) for d, c in named),
        bounds=bounds,
        zone=zone,
    )


class _Known:
    """The mirror's attributes, read only when a name is none of the fixed dimensions."""

    def __init__(self, read: Callable[[], Attributes]) -> None:
        self._read = read

    def for_name(self, name: str) -> Attributes:
        fixed = dimensions.FIXED.get(name)
        fixed_for_all = fixed is not None and not fixed.of_visits and not fixed.of_some
        return Attributes() if fixed_for_all else self._read()


def _anchor(metric: Metric, wanted: Anchor | None) -> Anchor:
    if wanted is None:
        return metric.anchor
    if wanted not in ("event", "lead"):
        raise InvalidInput({"anchor": _("The anchor is “event” or “lead”, not “%s”.") % wanted})
    if wanted in metric.anchors:
        return wanted
    only = _("the capture of the lead") if metric.anchor == "lead" else _("the event itself")
    raise InvalidInput(
        {"anchor": _("%(metric)s is dated by %(only)s alone.") % {"metric": metric.label, "only": only}}
    )


def _exact(dimension: Dimension, condition: Condition) -> Condition:
    if condition.op not in _OPS:
        raise InvalidInput(
            {
                "where": _("%(op)s is no way to filter. Choose one of: %(ops)s.")
                % {"op": condition.op, "ops": ", ".join(_OPS)}
            }
        )
    if condition.op in ("empty", "not_empty"):
        return Condition(dimension.name, condition.op)
    if condition.op in ("in", "not_in") and None in condition.values:
        raise InvalidInput(
            {"where": _("“Not stated” cannot be mixed with values of %s. Ask for it alone.") % dimension.name}
        )
    keys = tuple(_key(dimension, value) for value in condition.values)
    if not keys or (condition.op not in ("in", "not_in") and len(keys) != 1):
        raise InvalidInput({"where": _("The filter on %s needs a value.") % dimension.name})
    if dimension.kind == "tree":
        keys = tuple(sorted(tree_of(dimension).below(keys)))
    return Condition(dimension.name, condition.op, keys)


def _key(dimension: Dimension, value: Any) -> Any:
    if dimension.key_type == "id" and isinstance(value, str) and not value.strip().isdigit():
        return number_of(dimension, value.strip())
    return counted(dimension, value)
