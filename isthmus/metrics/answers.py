"""The last step: groups become labelled rows in a stated order, with what must be said beside them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from isthmus.core.refusals import InvalidInput
from isthmus.metrics.building import Group, row_of
from isthmus.metrics.catalogue import Metric
from isthmus.metrics.cuts import is_before
from isthmus.metrics.labels import label_keys
from isthmus.metrics.plan import Plan
from isthmus.metrics.question import Answer, Cut, Row
from isthmus.metrics.rules import is_uncosted
from isthmus.metrics.texts import sql_of

if TYPE_CHECKING:
    from isthmus.metrics.asking import Asker


def build(
    asker: "Asker", plan: Plan, groups: Sequence[Group], total: Group, notes: list[str], cut: Cut | None
) -> Answer:
    """The answer of a plan."""
    metric, question = plan.metric, plan.question
    rows = [_costed(metric, group, row_of(metric, plan.by, group)) for group in groups] if plan.by else []
    if cut is not None:
        rows = [replace(row, before_cut=_is_before(cut, plan, row)) for row in rows]
    ordered = _ordered(plan, rows)
    return Answer(
        metric=metric.name,
        label=str(metric.label),
        sentence=_(metric.sentence),
        owner=metric.owner,
        unit=metric.unit,
        currency=asker.company.base_currency if metric.is_money else None,
        by=tuple(d.name for d in plan.by),
        by_labels=tuple(str(d.label) for d in plan.by),
        rows=_labelled(plan, ordered[: question.limit]),
        total=row_of(metric, (), total),
        notes=notes,
        sql=sql_of(plan.shape()),
        position=asker.view.position,
        interval=interval_method(metric),
        groups=len(rows),
        cut=cut,
    )


def interval_method(metric: Metric) -> str | None:
    """How the metric's interval is made, in words; None where a figure is a plain count or sum."""
    if metric.aggregate == "mean" and not metric.is_money:
        return _("95 % interval of the mean, corrected for skew (Hall 1992), from 20 cases and 5 above 0 on")
    return {
        "share": _("95 % interval by Wilson (1927)"),
        "distinct share": _("95 % interval by Wilson (1927)"),
        "median": _("95 % interval of the median by order statistics (binomial)"),
        "mean": _("95 % interval of the mean, corrected for skew (Hall 1992), from 20 leads and 5 payers on"),
    }.get(metric.aggregate)


def _costed(metric: Metric, group: Group, row: Row) -> Row:
    return replace(row, value=None) if is_uncosted(metric, group) else row


def _is_before(cut: Cut, plan: Plan, row: Row) -> bool:
    times = [(d, key) for d, key in zip(plan.by, row.keys, strict=True) if d.kind == "time"]
    return any(key is not None and is_before(cut, d.column, str(key)) for d, key in times)


def _labelled(plan: Plan, rows: list[Row]) -> list[Row]:
    names = [label_keys(d, {row.keys[at] for row in rows}) for at, d in enumerate(plan.by)]
    return [replace(row, labels=tuple(names[at][key] for at, key in enumerate(row.keys))) for row in rows]


def _ordered(plan: Plan, rows: list[Row]) -> list[Row]:
    """By the order asked for; otherwise time runs forward and other groups fall by size. Ties by key."""
    rows = sorted(rows, key=lambda row: tuple(_sortable(key) for key in row.keys))
    order = plan.question.order
    if order is None:
        if any(d.kind == "time" for d in plan.by):
            return sorted(
                rows,
                key=lambda row: tuple(
                    _sortable(key) for key, d in zip(row.keys, plan.by, strict=True) if d.kind == "time"
                ),
            )
        order = "-value" if plan.metric.aggregate in ("count", "sum", "distinct") else "-n"
    name, falling = order.removeprefix("-"), order.startswith("-")
    names = [d.name for d in plan.by]
    if name in ("value", "n"):
        known = [row for row in rows if getattr(row, name) is not None]
        unknown = [row for row in rows if getattr(row, name) is None]
        return sorted(known, key=lambda row: getattr(row, name), reverse=falling) + unknown
    if name not in names:
        raise InvalidInput(
            {"order": _("Order by one of: %(names)s.") % {"names": ", ".join(["value", "n", *names])}}
        )
    at = names.index(name)
    return sorted(rows, key=lambda row: _sortable(row.keys[at]), reverse=falling)


def _sortable(key: Any) -> tuple[int, Any]:
    """Keys in order, "not stated" last; numbers before text."""
    if key is None:
        return (2, "")
    return (0, key) if isinstance(key, int | float) else (1, str(key))
