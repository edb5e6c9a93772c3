"""What an address asks of the catalogue: the metric, how it is split, what is left out."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from isthmus.core import clock
from isthmus.core.actors import Actor
from isthmus.core.refusals import InvalidInput
from isthmus.core.window import Window
from isthmus.metrics.catalogue import Metric, find
from isthmus.metrics.question import Anchor, Condition, Op, Question
from isthmus.web.filters import Filters, filters_of, kept_parts

MOST_DIMENSIONS = 2
_PART = re.compile(r"^([a-z][\w.]*)(!=|>=|<=|=|<|>)(.*)$", re.DOTALL)
_OPS: dict[str, Op] = {"=": "in", "!=": "not_in", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


@dataclass(frozen=True)
class Asked:
    """One question as it stands in an address."""

    metric: Metric
    filters: Filters
    by: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    anchor: Anchor | None = None
    kept: dict[str, str] = field(default_factory=dict)

    def question(self, actor: Actor, window: Window | None = None, **changes: Any) -> Question:
        """The question for the catalogue; the territory of the page is one of its filters."""
        parts: dict[str, Any] = {
            "metric": self.metric.name,
            "window": window or self.filters.window,
            "actor": actor,
            "by": self.by,
            "where": with_territory(self.where, self.filters),
            "anchor": self.anchor,
        }
        return Question(**(parts | changes))


def asked_by(request: HttpRequest, metric: str) -> Asked:
    """The question in the request's address. Raises InvalidInput when it cannot be read."""
    company = request.company  # type: ignore[attr-defined]
    by = tuple(dict.fromkeys(name for name in request.GET.getlist("by") if name))
    if len(by) > MOST_DIMENSIONS:
        raise InvalidInput({"by": _("A figure is split by two dimensions at most. Take one away.")})
    return Asked(
        metric=find(metric),
        filters=filters_of(request, clock.now(), company.zone),
        by=by,
        where=read_where(request.GET),
        anchor=request.GET.get("anchor") or None,  # type: ignore[arg-type]
        kept=kept_parts(request.GET),
    )


def read_where(query: QueryDict) -> tuple[Condition, ...]:
    """The filters of an address: `where=channel=email`, twice for two values, bare for "not stated"."""
    values: dict[tuple[str, Op], list[str]] = {}
    for text in query.getlist("where"):
        if not text:
            continue
        found = _PART.match(text)
        if found is None:
            raise InvalidInput({"where": _("The filter “%s” is not written like channel=email.") % text})
        dimension, sign, value = found.groups()
        op: Op = _OPS[sign]
        if value == "" and sign in ("=", "!="):
            op = "empty" if sign == "=" else "not_empty"
        values.setdefault((dimension, op), []).append(value)
    return tuple(
        Condition(dimension, op) if op in ("empty", "not_empty") else Condition(dimension, op, tuple(given))
        for (dimension, op), given in values.items()
    )


def with_territory(where: Iterable[Condition], filters: Filters) -> Sequence[Condition]:
    """The filters with the page's territory added, where one is chosen."""
    if filters.territory is None:
        return tuple(where)
    return (*where, Condition("territory", "in", (filters.territory,)))
