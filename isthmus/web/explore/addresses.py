"""Addresses of figures: the metric's page, and the rows behind a figure."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlencode

from django.urls import reverse

from isthmus.metrics.question import Condition

_SIGNS = {
    "in": "=",
    "not_in": "!=",
    "empty": "=",
    "not_empty": "!=",
    "<": "<",
    "<=": "<=",
    ">": ">",
    ">=": ">=",
}


def metric_address(
    metric: str,
    kept: Mapping[str, str],
    *,
    by: Sequence[str] = (),
    where: Iterable[Condition] = (),
    anchor: str | None = None,
) -> str:
    """The page of a metric, asked in a certain way."""
    return _address(reverse("metric", args=[metric]), kept, by, where, anchor)


def rows_address(
    metric: str, kept: Mapping[str, str], *, where: Iterable[Condition] = (), anchor: str | None = None
) -> str:
    """The rows behind one figure."""
    return _address(reverse("metric-rows", args=[metric]), kept, (), where, anchor)


def written(condition: Condition) -> list[str]:
    """A filter as it stands in an address: one part for each value, `channel=email`."""
    sign = _SIGNS[condition.op]
    if condition.op in ("empty", "not_empty"):
        return [f"{condition.dim}{sign}"]
    return [f"{condition.dim}{sign}{value}" for value in condition.values]


def where_key(dimension: str, key: object) -> Condition:
    """The filter that leaves the rows of one group."""
    return Condition(dimension, "empty") if key is None else Condition(dimension, "in", (key,))


def _address(
    path: str,
    kept: Mapping[str, str],
    by: Sequence[str],
    where: Iterable[Condition],
    anchor: str | None,
) -> str:
    parts: list[tuple[str, str]] = list(kept.items())
    parts += [("by", dimension) for dimension in by]
    parts += [("where", text) for condition in where for text in written(condition)]
    if anchor:
        parts.append(("anchor", anchor))
    return f"{path}?{urlencode(parts)}" if parts else path
