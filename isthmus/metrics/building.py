"""From the sums of a query to figures with their intervals."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from isthmus.metrics.catalogue import Metric
from isthmus.metrics.dimensions import Dimension
from isthmus.metrics.figures import QUARTILES, SLACK
from isthmus.metrics.intervals import FEWEST_HITS, median_rank, skewed_mean, wilson
from isthmus.metrics.keys import shown
from isthmus.metrics.question import Row, Value

MICROS = Decimal(1_000_000)
_SECOND_US, _HOUR_US = 1_000_000, 3_600_000_000


class Group(NamedTuple):
    """One line of a query: its keys as counted, and its sums by name."""

    keys: tuple[Any, ...]
    sums: Mapping[str, Any]

    def whole(self, name: str) -> int:
        """A sum as a whole number; nothing summed is 0."""
        return int(self.sums.get(name) or 0)


ADDED = ("n", "numerator", "unvalued", "hits", "squares", "cubes", "valued", "weight")


def added(groups: Iterable[Group]) -> Group:
    """The group of all rows, where groups do not overlap. Not for medians."""
    totals: dict[str, Any] = {}
    for group in groups:
        for name in ADDED:
            if (value := group.sums.get(name)) is not None:
                totals[name] = totals.get(name, 0) + value
        if (least := group.sums.get("least")) is not None:
            totals["least"] = min(totals.get("least", least), least)
    return Group((), totals)


def row_of(metric: Metric, dimensions: tuple[Dimension, ...], group: Group) -> Row:
    """The figure of one group. Labels are put on later."""
    keys = tuple(shown(d, key) for d, key in zip(dimensions, group.keys, strict=False))
    return Row(keys=keys, **_FIGURES[metric.aggregate](metric, group))


def worth_shown(metric: Metric, worth: int | None) -> Value:
    """What one row is worth, in the metric's unit."""
    if worth is None:
        return None
    if metric.is_money:
        return Decimal(worth) / MICROS
    if metric.unit == "seconds":
        return worth / _SECOND_US
    return worth / _HOUR_US if metric.unit == "hours" else worth


def _count(_metric: Metric, group: Group) -> dict[str, Any]:
    n = group.whole("n")
    return {"value": n, "n": n, "numerator": n}


def _sum(metric: Metric, group: Group) -> dict[str, Any]:
    total = worth_shown(metric, group.whole("numerator"))
    return {"value": total, "n": group.whole("n"), "numerator": total}


def _share(_metric: Metric, group: Group) -> dict[str, Any]:
    hits, n = group.whole("numerator"), group.whole("n")
    low, high = wilson(hits, n)
    return {
        "value": hits / n if n else None,
        "low": low,
        "high": high,
        "n": n,
        "numerator": hits,
        "denominator": n,
    }


def _mean(metric: Metric, group: Group) -> dict[str, Any]:
    n, total = group.whole("n"), worth_shown(metric, group.whole("numerator"))
    figure: dict[str, Any] = {"value": None, "n": n, "numerator": total, "denominator": n}
    if n and total is not None:
        figure["value"] = _quotient(total, n)
        squares, cubes = group.sums.get("squares") or 0.0, group.sums.get("cubes") or 0.0
        low, high = skewed_mean(n, float(total), squares, cubes)
        if low is not None and high is not None and group.whole("hits") >= FEWEST_HITS:
            # Where nobody ever got back more than they paid, no true mean lies below nought.
            low = low if group.whole("least") < 0 else max(low, 0.0)
            figure["low"], figure["high"] = (
                (_cents(Decimal(low)), _cents(Decimal(high))) if metric.is_money else (low, high)
            )
    return figure


def _ratio(metric: Metric, group: Group) -> dict[str, Any]:
    n, total = group.whole("n"), worth_shown(metric, group.whole("numerator"))
    known = group.whole("valued") > 0 and total is not None
    value = _quotient(total * metric.per, n) if n and known and total is not None else None
    return {"value": value, "n": n, "numerator": total if known else None, "denominator": n}


def _weighed_ratio(metric: Metric, group: Group) -> dict[str, Any]:
    weight, total = group.whole("weight"), group.whole("numerator")
    return {"value": total / weight if weight else None, "n": group.whole("n"), "numerator": None}


def _velocity(metric: Metric, group: Group) -> dict[str, Any]:
    n, weight, total = group.whole("n"), group.whole("weight"), worth_shown(metric, group.whole("numerator"))
    value = _quotient(total * n, weight) if weight and total is not None else None
    return {"value": value, "n": n, "numerator": None}


def _median(metric: Metric, group: Group) -> dict[str, Any]:
    n = group.whole("n")
    if n == 0:
        return {"n": 0}
    quantiles = {f"p{percent}": _quantile(metric, group, percent, n) for percent in QUARTILES}
    middle: Value = quantiles["p50"]
    if metric.is_money and middle is not None:
        middle = _cents(Decimal(str(middle)))
    figure: dict[str, Any] = {"value": middle, "n": n, "quantiles": quantiles}
    rank = median_rank(n)
    if rank is not None:
        at = rank - _approximate_rank(n) - SLACK[0]
        figure["low"] = worth_shown(metric, group.sums[f"low{at}"])
        figure["high"] = worth_shown(metric, group.sums[f"high{at}"])
    return figure


def _quantile(metric: Metric, group: Group, percent: int, n: int) -> float:
    """Linear between the two neighbouring order statistics, as most programs do it (type 7)."""
    low, high = group.whole(f"q{percent}_low"), group.whole(f"q{percent}_high")
    between = (n - 1) * percent % 100 / 100
    worth = low + (high - low) * between
    if metric.is_money:
        return worth / int(MICROS)
    return worth / _HOUR_US if metric.unit == "hours" else worth


def _approximate_rank(n: int) -> int:
    # The same floating arithmetic as the query's (`figures`), which picks the ranks around this one.
    return int(((n + 1) / 2 - 0.98 * n**0.5) // 1)


def _quotient(total: int | float | Decimal, n: int) -> int | float | Decimal:
    return _cents(total / n) if isinstance(total, Decimal) else total / n


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.000001"))


_FIGURES = {
    "count": _count,
    "sum": _sum,
    "share": _share,
    "mean": _mean,
    "ratio": _ratio,
    "weighed ratio": _weighed_ratio,
    "velocity": _velocity,
    "median": _median,
    "distinct": _count,
    "distinct share": _share,
}
