"""Answers of the catalogue, made by hand for tests of what pages say about them."""

from decimal import Decimal
from typing import Any

from isthmus.metrics.catalogue import find
from isthmus.metrics.question import Answer, Row


def row(
    value: Any,
    key: Any = None,
    *,
    low: Any = None,
    high: Any = None,
    n: int = 100,
    numerator: Any = None,
    before_cut: bool = False,
) -> Row:
    """One figure; with a key, one group's."""
    keys, labels = ((key,), ("Not stated" if key is None else str(key),)) if key is not None else ((), ())
    return Row(
        keys=keys,
        labels=labels,
        value=value,
        low=low,
        high=high,
        n=n,
        numerator=numerator,
        before_cut=before_cut,
    )


def answer(metric: str, total: Any, *rows: Row, by: tuple[str, ...] = (), **more: Any) -> Answer:
    """An answer about a metric; `total` is a figure or a Row."""
    about = find(metric)
    whole = total if isinstance(total, Row) else row(total)
    return Answer(
        metric=metric,
        label=str(about.label),
        sentence=about.sentence,
        owner=about.owner,
        unit=about.unit,
        currency="EUR" if about.is_money else None,
        by=by,
        by_labels=tuple(name.capitalize() for name in by),
        rows=list(rows),
        total=whole,
        notes=[],
        sql="SELECT 1",
        position=(),
        interval=more.get("interval"),
        groups=len(rows),
        cut=more.get("cut"),
    )


def euros(amount: Any) -> Decimal:
    """An amount as answers give it."""
    return Decimal(str(amount))
